"""Search: the tasks, verbs, effects, presets and knobs that mention the words in a command.

`doit help WORDS` prints the result. An error whose fix would only list all verbs or knobs suggests
the best matches instead.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import knobs, purpose, shipped
from collide.contract import RESERVED
from collide.corrections.standing_piece import project_of, standing
from collide.project import presets
from collide.project.degrees import COMPARED
from collide.project.other_words import NOTHING
from collide.project.plain_values import NO, YES
from collide.project.settings import bare
from collide.syntax.arguments import line
from collide.syntax.left_out import last_used
from collide.syntax.verb import verb_module, verbs

COMMANDS = Path(__file__).parents[2] / "docs" / "commands.md"
MOST = 3  # the maximum number of topics to suggest
ENOUGH = 0.4  # the least weight of the words found in a topic, as a fraction of the weight of all
IN_TEXT = 0.4  # the weight of a word that occurs only in a topic's description
CLOSE = 0.75  # the least score of a topic to suggest, relative to the best
# Words that say nothing about what is wanted.
COMMON = frozenset(
    "a about all am an and any anything are as at be best better but by can collide could do does "
    "doit each every everything for from get give go goes good have how i if in into is it its "
    "just layer layers let like liked make me more much my need of on one only or other out "
    "piece please prefer project put set should so some something than that the their them then "
    "there these they thing this those to too up use video want was way we what when where which "
    "why will with would you your".split()
)
# Fixes that only name the list of everything, or omit what was not understood.
LISTS = (
    "list them all", "see what each does", "see what it takes", "see its variables",
    "see the verbs", "see what it opens, step by step",
)  # fmt: skip
GENERAL = re.compile(rf"(?:{'|'.join(LISTS)}|leave it out|leave out .*?): .*")
PLAIN = {*YES, *NO, "any", "auto", "new"}  # values that describe nothing
DICE = ("seed", "dice")  # knobs whose values are arbitrary
EXAMPLES = re.compile(r"…|\b[A-Z]{4,}\b|\b7f3a\b|\b91bc\b|knob=value|\ba,b\b")  # to be replaced


class Topic(NamedTuple):
    """A collide feature, with the command that uses or explains it."""

    about: str
    command: str
    names: frozenset[str]  # the stems of its name, its other names and its first words
    words: frozenset[str]  # the stems of all words in its description

    def score(self, weights: Mapping[str, float], wanted: Iterable[str]) -> float:
        """Return the weight of the wanted stems in the topic, counting those in names in full."""
        return sum(
            weights[word] * (1.0 if word in self.names else IN_TEXT)
            for word in wanted
            if word in self.words
        )


def with_topics(workspace: Workspace, error: InputError, argv: Sequence[str]) -> InputError:
    """Return the error, with related topics in its fix if the fix is only general.

    Args:
        argv: the refused command's arguments.
    """
    words = _unknown(workspace, argv)
    strange, lines = {*words} - {"doit", *verbs()}, error.fix.splitlines()
    # a command that contains several of the words only repeats a sentence
    kept = [one for one in lines if len({*one.rpartition(": ")[2].split()} & strange) < 2]
    if not all(map(GENERAL.fullmatch, kept)) or error.why in NOTHING.values():
        return error
    typed = dict(word.split("=", 1) for word in argv if "=" in word)
    project = typed.get("project") or last_used(workspace)
    verb = next((word for word in argv if "=" not in word and word[:1] != "-"), "")
    back = f": doit help {verb}"  # the page of the typed verb would lead back here
    if typed.get("layer", "").isdigit():  # mask layer=2 person
        words.append(f"layer {typed['layer']}")
    found = [one for one in related(workspace, " ".join(words), project) if not one.endswith(back)]
    if not found:
        return error
    first = [one for one in kept if one.startswith("leave ") and ": see" not in one]
    head = "perhaps one of these:" if found[1:] else "perhaps:"
    return error.fixed(*first, head, *found, *(one for one in kept if one not in first))


def _unknown(workspace: Workspace, argv: Sequence[str]) -> list[str]:
    """Return the command's words, names and values that collide does not know."""
    there, found = workspace.projects(), list[str]()
    asked = [word for word in argv if "=" not in word and word[:1] != "-" and word not in there]
    sentence = asked[:1] != [] and asked[0] not in verbs()  # how do I export
    for word in argv:
        name, equals, value = word.partition("=")
        if equals and name not in RESERVED and bare(name) not in knobs():
            found += [name, *([value] if value.isalpha() and value not in (*YES, *NO) else [])]
        elif word in asked and (sentence or word not in verbs()):
            found.append(word)
    return [word for word in found if not re.search(r"[/\\]|\.\w", word)]  # no paths


def related(workspace: Workspace, text: str, project: str) -> list[str]:
    """Return up to MOST lines `about: command` that answer a request, best first.

    Args:
        text: the request, in any words.
        project: the project for the commands, or "" to leave it out.
    """
    own = [*_clips(workspace, project), *_presets(workspace.root / "presets")]
    topics = [*_tasks(), *_values(), *_effects(), *own, *_knobs(), *_verbs()]
    weights, wanted = _weights(topics), list(dict.fromkeys(_stems(text)))
    rare = max(weights.values())
    whole = sum(weights.get(word, rare) for word in wanted)
    scores = {topic: topic.score(weights, wanted) for topic in topics}
    best = max(scores.values())
    if not wanted or best < ENOUGH * whole:
        return []
    # of two topics that match equally, the topic with fewer other words comes first
    close = [one for one in topics if scores[one] >= CLOSE * best]
    found = sorted(close, key=lambda one: (-scores[one], len(one.names)))
    layer = re.search(r"\blayer ?([2-9])\b", text)
    lines = dict[str, str]()
    for one in found:
        lines.setdefault(one.command, _line(one, project, layer[1] if layer else ""))
    return [*lines.values()][:MOST]


def _line(topic: Topic, project: str, layer: str) -> str:
    """Return a topic and its command, with the project and the layer (or "") of the request."""
    own = f"project={project} " if project else ""
    command = re.sub(r"project=x(?: |$)", own, topic.command).rstrip()
    if layer and command.startswith("doit set "):  # a value, such as mode=rembg
        command = re.sub(r" (\w+)(?==)", lambda one: _of_layer(one[1], layer), command)
    if "layer2." not in command:
        return f"{topic.about}: {command}"
    about = topic.about.replace("a layer", f"layer {layer}" if layer else "all layers")
    return f"{about}: {command.replace('layer2.', f'layer{layer}.' if layer else '')}"


def _of_layer(name: str, layer: str) -> str:
    """Return a name after a space, with the layer if it is a knob of layers."""
    knob = knobs().get(name)
    return f" layer{layer}.{name}" if knob and knob.scope != "piece" else f" {name}"


def _weights(topics: Sequence[Topic]) -> Mapping[str, float]:
    """Map each stem to its inverse document frequency: rarer words weigh more."""
    counts = Counter(word for topic in topics for word in topic.words)
    return {word: math.log(1 + len(topics) / count) for word, count in counts.items()}


def _stems(text: str) -> Iterator[str]:
    """Yield the stems of the words in a text, except COMMON words and single letters."""
    for word in re.findall(r"[a-z]{2,}", text.lower()):
        if word not in COMMON:
            ends = "er|e|y" if word in COMPARED else "ings?|ed|ly|es|s|e|y"  # a flower is no flow
            yield re.sub(rf"(?<=\w{{3}})(?:{ends})$", "", word)


def _topic(about: str, command: str, more: str = "", *names: str) -> Topic:
    own = frozenset(_stems(" ".join([about, *names])))
    return Topic(about, command, own, own | {*_stems(more)})


@cache
def _tasks() -> tuple[Topic, ...]:
    """Return the tasks in docs/commands.md, each with the first command in its answer."""
    text = COMMANDS.read_text(encoding="utf-8") if COMMANDS.is_file() else ""  # docs/ was deleted
    rows = re.findall(r"^\| ([a-z].*) \| (.*) \|$", text, re.MULTILINE)
    topics = []
    for task, answer in rows:
        spans = re.findall(r"`([^`]+)`", answer)
        if spans and not task.startswith(("`", "verb")):
            topics.append(_topic(task, _command(spans[0]), answer))
    return tuple(topics)


def _command(span: str) -> str:
    """Return the command for a code span of docs/commands.md, which is `doit set` for a knob."""
    words = span.split()
    if words[0] == "doit":
        verb = words[1] if words[1:] else ""
        explains = verb == "clean" or EXAMPLES.search(span)  # a guess must not delete anything
        return line(["help", verb], {}) if verb in verbs() and explains else span
    pairs = all(re.fullmatch(r"[a-z][\w.]*=\S*", word) for word in words)
    return f"doit set project=x {span}" if pairs and not EXAMPLES.search(span) else span


def _clips(workspace: Workspace, project: str) -> Iterator[Topic]:
    """Yield a topic for each layer of the project, found by the name of its clip."""
    own = project_of(workspace, {"project": project}) if project else None
    for layer, pick in standing(own, {}).picks.items() if own and own.exists() else ():
        command = line(["knobs", f"layer{layer}"], {"project": project})
        stem = Path(pick.short).stem.replace("_", " ")
        yield Topic(f"{pick.short} is layer {layer}", command, *[frozenset(_stems(stem))] * 2)


@cache
def _verbs() -> tuple[Topic, ...]:
    docs = ((verb, (verb_module(verb).__doc__ or "").partition("\n")) for verb in verbs())
    return tuple(
        _topic(title.split(": ")[0], line(["help", verb], {}), more, verb)
        for verb, (title, _, more) in docs
    )


@cache
def _effects() -> tuple[Topic, ...]:
    found = []
    for owner, module in shipped().instruments.items():
        family, _, name = owner.partition("/")
        about = (module.__doc__ or "").partition("\n")[0].partition(": ")[2].rstrip(".")
        if family == "post":
            found.append(_topic(about, f"doit render project=x post={name}"))
    return tuple(found)


def _presets(folder: Path) -> Iterable[Topic]:
    for name, path in presets.listed([folder]).items():
        if about := presets.about(path).rstrip("."):
            yield _topic(about, f"doit render project=x preset={name}")


@cache
def _knobs() -> tuple[Topic, ...]:
    others: dict[str, list[str]] = {name: [name] for name in knobs()}
    for word, name in shipped().aliases.items():
        others[name].append(word)
    return tuple(
        _topic(purpose(text), line(["knobs", name], {}), text, *others[name])
        for name, text in _texts().items()
    )


@cache
def _values() -> tuple[Topic, ...]:
    """Return the values of knobs that have other names, such as `monochrome` for saturation=0."""
    found = []
    for knob, values in shipped().value_aliases.items():
        for turned in {tuple(one.items()): one for one in values.values()}.values():
            words = [word for word, one in values.items() if one == turned]
            words = [word for word in words if len(word) > 2 and word not in PLAIN]
            command = line(["set"], {"project": "x", **turned})
            if words and knob not in DICE:
                about = [f" ({purpose(_texts()[one])})" for one in turned if one in _texts()]
                found.append(
                    _topic("".join([", ".join(words[:MOST]), *about[:1]]), command, "", *words)
                )
    return tuple(found)


def _texts() -> dict[str, str]:
    """Map each knob to its description."""
    return {n: t for owner in shipped().instruments for n, t in shipped().explained(owner).items()}
