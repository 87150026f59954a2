"""Other programs' verbs, such as `commit`, `ls` or `checkout`, and collide's commands for them."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collide.base.words import nearest
from collide.catalog import knobs
from collide.corrections.output_words import DRAFTS, FORMATS, OTHER_FORMS, own_forms
from collide.corrections.shell_words import DELETES
from collide.corrections.word_values import other_variable
from collide.engine.masks import PLAIN
from collide.project.settings import bare
from collide.syntax.arguments import KINDS, line
from collide.syntax.verb import declaration, verb_module, verbs

SETS = "checkout restore switch load use apply recall look".split()  # verbs that take a saved look

BACK = ("reset", "start over", "from scratch")  # requests for an earlier state

# Other programs' names for a verb, or for a verb with a word; some also set variables. Alternatives
# are separated by "or", and each may begin with a remark and a colon.
OTHER_VERBS = {
    **dict.fromkeys("run build make begin go launch".split(), "render"),
    "init": "new", "create": "new",
    "frame": "still", "screenshot": "still", "snapshot": "still", "show": "still",
    "ls": "list", "config": "set", "settings": "knobs", "status": "plan",
    "explain": "why", "revert": "undo", "back": "undo", "random": "roll", "shuffle": "roll",
    "dice": "roll", "reroll": "roll", "fetch": "download", "import": "scan", "add": "scan",
    "history": "looks", "favorite": "star", "pin": "star",
    "progress": "plan", "du": "cache stats", "df": "cache stats",
    "gc": "cache gc", "version": "doctor", "compare": "diff", "serve": "tune", "edit": "tune",
    "live": "tune", "verify": "prove", "params": "knobs", "options": "knobs",
    "unstar": "star off=true", "unpin": "star off=true", "unfavorite": "star off=true",
    "prune": "cache gc", "purge": "cache gc",
    "shot": "still", "shots": "still", "image": "still", "clip": "clips", "keep": "star",
    "save": "star or save-preset", "log": "looks", "commit": "star", "tag": "star",
    "install": "doctor", "setup": "doctor",
    "solo": "listen", "thumbnail": "still", "grid": "sheet", "variations": "roll",
    "cache prune": "cache gc", "cache check": "cache verify", "cache list": "cache stats",
    "man": "help", "up": "render", "stash": "undo or star",
    **dict.fromkeys(DRAFTS, "preview"),
    **dict.fromkeys(SETS, "set"),
    **dict.fromkeys(
        BACK,
        "undo the last change: undo or choose an earlier look: looks",
    ),
}  # fmt: skip
# What may be listed, and the commands that list it.
THINGS = {
    **dict.fromkeys("projects verbs commands".split(), "list"),
    **dict.fromkeys(("presets", "preset"), "list presets"),
    **dict.fromkeys("stars starred favorites favourites".split(), "looks"),
    **dict.fromkeys("effect effects fx filter filters plugins".split(), "knobs post"),
    **dict.fromkeys("modes keyers keys".split(), "knobs mode"),
}
UNSETS = (*DELETES, *"unset drop reset default clear".split())  # before a knob
EMPTIES = {*DELETES, "clear", "clean", "empty", "purge"}  # next to `cache`
MODELS = {"rembg", "model", "u2netp"}  # next to a word of GETS
GETS = {"install", "download", "get", "fetch", "add"}
ASKS = ("list", "ls", "show", "see", "print", "get")  # words before what is to be listed
CHOSEN = ("look", "preset")  # what a verb such as `checkout` may set


class Meant(NamedTuple):
    """The collide command that corresponds to another program's verb."""

    about: str  # what the command does; "" if that is obvious
    words: list[str]
    turned: dict[str, str]

    @property
    def verb(self) -> str:
        """Return collide's verb."""
        return self.words[0]


def meant_verbs(words: Sequence[str]) -> tuple[list[Meant], list[str]]:
    """Return the verbs that the first one or two words stand for, and the arguments after them."""
    for count in (2, 1):
        if len(words) >= count and (meant := _meant([word.lower() for word in words[:count]])):
            return [_read(one) for one in meant.split(" or ")], [*words[count:]]
    return [], [*words]


def _meant(words: Sequence[str]) -> str:
    """Return the verbs that one or two words stand for, as an entry of OTHER_VERBS, or ""."""
    whole, both = " ".join(words), {*words}
    if len(words) == 1 or whole in OTHER_VERBS:
        return OTHER_VERBS.get(whole) or THINGS.get(whole) or _of_form(whole)
    if "cache" in both and EMPTIES & both:
        return "cache gc keep=0"
    if MODELS & both and GETS & both:
        return "model name=u2netp"
    if "-".join(words) in verbs():  # save preset
        return "-".join(words)
    things = {**THINGS, **{verb: verb for verb in verbs() if verb not in KINDS}}
    asked = (words[1], f"{words[1]}s") if words[0] in ASKS else ()  # list effects, see look
    meant = next((things[one] for one in asked if one in things), "")
    return meant if meant != whole else ""


def _of_form(word: str) -> str:
    """Return the verb that a word is a form of (sweep for sweeping, work for worker), or ""."""
    stem = re.sub(r"(?:ers?|ing|ed|s)$", "", word)
    forms = (stem, f"{stem}e", stem[:-1]) if stem != word else ()  # tuning, starring
    return next((one for one in forms if one in verbs()), "")


def _read(text: str) -> Meant:
    about, _, text = text.rpartition(": ")
    words = [word for word in text.split() if "=" not in word]
    return Meant(about, words, dict(w.split("=", 1) for w in text.split() if "=" in w))


def other_lines(words: Sequence[str], typed: Mapping[str, str]) -> list[str]:
    """Return a command for each verb that the first one or two `words` stand for."""
    meant, rest = meant_verbs(words)
    meant, typed = _by_names(meant, typed)
    if words[:1] and words[0].lower() in SETS and not {*CHOSEN} & {*typed}:
        return [line_of("looks", [], typed)]  # to choose one
    lines = [line(*_with_rest(one, rest, typed)) for one in meant]
    about = [f"{one.about}: " if one.about else "" for one in meant]
    return [words + text for words, text in zip(about, lines, strict=True)]


def _by_names(
    meant: list[Meant], typed: Mapping[str, str]
) -> tuple[list[Meant], Mapping[str, str]]:
    """Choose the verb that a typed name completes (save preset=fog), if a word means several."""
    for name in typed if len(meant) > 1 else ():
        if own := [one for one in meant if one.verb.endswith(f"-{name}")]:
            named = {"name" if one == name else one: text for one, text in typed.items()}
            return own, named
    return meant, typed


def _with_rest(
    meant: Meant, rest: Sequence[str], typed: Mapping[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Return a command's arguments, which may include `rest`, and its variables."""
    taken = {**meant.turned, **_taken(meant.verb, typed)}
    if meant.words == ["list", "presets"]:  # doit list presets lists all families
        rest = []
    if meant.verb == "model" and len(rest) == 1 and rest[0] in PLAIN:  # model download u2net
        rest, taken = [], {**taken, "name": rest[0]}
    return [*meant.words, *rest], taken


def unset_line(words: Sequence[str], typed: Mapping[str, str], last: str) -> str:
    """Return the command that unsets the knobs named after a verb such as unset, or "".

    Args:
        last: the project used last, for a command that names none; "" if there is none.
    """
    if not words or words[0].lower() not in UNSETS:
        return ""
    named = [one for word in words[1:] for one in word.split(",")]
    file = words[0].lower() in DELETES and typed.get("clip")  # delete clip=a.mp4
    named += [name for name in typed if bare(name) in knobs() and not (file and name == "clip")]
    rest = {name: text for name, text in typed.items() if name not in named}
    known = {*knobs(), "preset"}
    if not named or not {*map(bare, named)} <= known or not {*rest} <= {"project"}:
        return ""
    project = typed.get("project") or last
    return line(["set"], {"project": project, **dict.fromkeys(named, "")}) if project else ""


def verb_of(words: Sequence[str]) -> tuple[str, list[str], dict[str, str]]:
    """Return the verb that the first words stand for, the arguments after it, and its variables.

    The verb is "" unless the first words stand for exactly one verb.
    """
    meant, rest = meant_verbs(words)
    if len(meant) == 1:
        return meant[0].verb, [*meant[0].words[1:], *rest], meant[0].turned
    return "", [*words], {}


def layer_line(verb: str, word: str, typed: Mapping[str, str]) -> str:
    """Return the command for a lone word that names a layer (layer2), or ""."""
    layer = re.fullmatch(r"layer([1-9])", word)
    if not layer or not declaration(verb).knobs:
        return ""
    if verb == "tune":
        return f"the page shows the knobs of all layers: {line_of('tune', [], typed)}"
    takes = {*declaration("debug").variables, *knobs()}  # all that doit debug and doit knobs take
    typed = {name: text for name, text in typed.items() if bare(name) in takes}
    if verb == "why":
        return line_of("info", [f"layer:{layer[1]}"], typed)
    if declaration(verb).unsets or verb == "knobs":
        return f"see its knobs: {line_of('knobs', [word], typed)}"
    seen = line_of("debug", [], {**typed, "layer": layer[1]})
    return f"see what it opens, step by step: {seen}"


def as_form(word: str) -> str:
    """Return a word in lower case if it names a form of a video in any program, or ""."""
    word = word.lower()
    named = word in OTHER_FORMS or word in FORMATS or word in own_forms()
    return word if named and word not in ("audio", "default", "tracks") else ""


def near_verb(word: str) -> str:
    """Return the verb that a word resembles or inflects (worker, rendering), or ""."""
    return nearest(word, verbs()) or _of_form(word.lower())


def main_verbs() -> str:
    """Return the verbs for a beginner, as one phrase."""
    begin = dict.fromkeys(text.split()[1] for text in verb_module("list").BEGIN)
    return f"the main verbs are {', '.join(begin)}"


def _taken(verb: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the variables and knobs in `typed` that a verb takes."""
    takes = declaration(verb if verb in verbs() else "render")
    if takes.knobs:
        return dict(typed)
    taken = {name: text for name, text in typed.items() if name in takes.variables}
    for name, text in typed.items():
        if name not in taken:  # save as=v1
            near = nearest(name, takes.variables.keys() - typed.keys())
            own = {near: text} if near else {}
            taken |= other_variable(name, text, takes.variables, taken) or own
    return taken


def line_of(verb: str, rest: Sequence[str], typed: Mapping[str, str]) -> str:
    """Return a verb's command with words, and with the variables in `typed` that the verb takes."""
    return line([verb, *rest], _taken(verb, typed))
