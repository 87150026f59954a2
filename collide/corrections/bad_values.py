"""Errors in the value of a known variable or knob, with the value that was probably intended."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.pasted_text import from_now, path_of
from collide.base.spoken_number import cleaned
from collide.base.workspace import Workspace
from collide.corrections.corrected_lines import (
    MOST_LINES,
    added_lines,
    no_effect,
    renamed_line,
    way_lines,
    with_choices,
)
from collide.corrections.every_project import of_others, of_projects
from collide.corrections.knob_values import left_out, played
from collide.corrections.lent_names import files_first, lent_lines
from collide.corrections.loose_words import away_lines, each_layer
from collide.corrections.other_verbs import as_form
from collide.corrections.output_names import converted, form_lines
from collide.corrections.output_words import FORMATS, H264, QUALITY_OF
from collide.corrections.piece_times import as_time, counted_as, example_of, second_of, span_of
from collide.corrections.piece_values import NAMED, UNSEEN, ways
from collide.corrections.refused_values import approximates, is_word, knobs_in_force
from collide.corrections.shell_words import added
from collide.corrections.standing_piece import project_of, standing
from collide.corrections.step_counts import counted_apart
from collide.corrections.word_values import knob_of, reads
from collide.limits import BadValueError, Choice, Range, Seconds, as_typed
from collide.project.degrees import WORDS
from collide.project.near_values import swept
from collide.project.plain_values import is_random
from collide.project.project import Project
from collide.project.settings import bare, current, renamed
from collide.syntax.arguments import ALL, TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.variables import Variable
from collide.syntax.verb import declaration
from collide.text_limits import ADDRESS, Labels, Text
from collide.unit_limits import UNTIL, Bytes

NEAREST = "the nearest: "  # precedes a command whose value only resembles the refused value
# Values that mean an empty value, NAME=.
UNSET = ("none", "default", "unset", "null", "reset", "auto")


def bad_value(whole: TypedLine, name: str, error: BadValueError) -> InputError:
    """Return the error for a value, with the intended command or a similar value."""
    if name == "project" and (several := of_projects(whole, whole.typed[name].split(","))):
        return several
    whole, error.instead = counted_apart(whole, name, error)
    spoken, typed = whole.spoken, whole.typed
    variable, text = declaration(whole.verb).variables.get(name), typed[name]
    project = project_of(whole.workspace, typed, last_used(whole.workspace))
    if variable:
        near = {name: error.instead}
        fix = "\n".join(_of_variable(whole, name, variable))
        fix = fix or (renamed_line(spoken, typed, name, near) if error.instead else error.fix)
    else:
        error, fix = _bad_knob(whole, name, error, project)
    fix = with_choices(whole, name, fix)
    timed = isinstance(variable.limit, Seconds) if variable else True
    frames = counted_as(text, project, typed) if timed else ""
    if frames and fix.startswith("doit "):
        fix = f"{frames}: {fix}"
    fix = files_first(whole, name, project, fix)
    return error.fixed(fix)


def _bad_knob(
    whole: TypedLine, name: str, error: BadValueError, project: Project
) -> tuple[BadValueError, str]:
    """Return the error for a knob's value, and a fix that also plays the knob's effect."""
    spoken, typed, text = whole.spoken, whole.typed, whole.typed[name]
    near, meant = knobs_in_force(name, error, project, typed)
    others = {bare(one) for one in typed if one != name}
    meant = {one: v for one, v in meant.items() if one == name or bare(one) not in others}
    fix = _meant_line(whole, name, error, project, meant)
    if error.sweep:
        each = _for_each_layer(whole, name, project)
        kept = {one: typed[one] for one in ("project", "preset", "look") if one in typed}
        drawn = [f"one value in between: {fix}"] if ".." in near else []
        fix = "\n".join(
            [*each, *drawn, f"compare values: {line(['sweep'], {**kept, name: error.sweep})}"]
        )
    elif not text.strip():
        fix = "\n".join(left_out(whole, name, project))
    elif lines := as_time(whole, name):
        fix = "\n".join(lines)
    elif declaration(whole.verb).unsets and text.lower() in UNSET and not is_word(name, text):
        default = as_typed(project.catalog.knobs[current(name)].default)
        fix = f"its default, {default}: {line(spoken, {**typed, name: ''})}"
    elif found := ways(name, text, bare(name), project, whole.without(name)):
        fix = "\n".join(way_lines(whole, name, found))
    elif bare(name) in ("seed", "dice") and is_random(text):
        fix = _other_seed(whole, name, project)
    words = " ".join(f"{one}={value}" for one, value in meant.items())
    if bare(name) == "post" and words and "post" not in meant and "," not in text:
        why = f"plays effects, and {text} is {words}"
        return BadValueError(name, error.raw, why, instead=error.instead), fix
    return _of_old_name(name, error, meant, project), fix


def _for_each_layer(whole: TypedLine, name: str, project: Project) -> list[str]:
    """Return the command that gives each layer one of the values (opacity=1,0.7,0.5), or []."""
    values = [one.strip(" []()") for one in whole.typed[name].split(",")]
    now = standing(project, whole.without(name))
    layers = now.layers(name)
    own = values[-len(layers) :]  # the first of three may be for the base, which has no key
    count = int(now.settings.piece()["num_videos"])
    if "." in name or len(layers) < 2 or len(values) not in (len(layers), count):
        return []
    turned = {f"layer{n}.{name}": text for n, text in zip(layers, own, strict=True)}
    return [f"one for each layer: {renamed_line(whole.spoken, whole.typed, name, turned)}"]


def _meant_line(
    whole: TypedLine, name: str, error: BadValueError, project: Project, meant: Mapping[str, str]
) -> str:
    """Return the corrected command; if there is none, return commands that show the values."""
    if lines := lent_lines(whole, name, project, near=bool(meant)):
        return "\n".join(lines)
    if meant:
        turned = {**meant, **played(meant, project, whole.typed)}
        text = whole.typed[name]
        nearest = any(approximates(one, text, project.catalog) for one in (name, *meant))
        about = NEAREST if nearest else _remark(text, turned.get(name, ""))
        return "\n".join(added_lines(whole, name, turned, project, about))
    see = f"see: doit knobs {bare(name)}"
    if bare(name) == "post":
        return "\n".join([*no_effect(whole, name, project), see])
    knob = project.catalog.knobs[current(name)]
    seen = knob.name not in (*NAMED, *UNSEEN) and not knob.owner.startswith("audio/")
    compares = project.exists() and error.raw.strip() and seen
    values = swept(knob) if compares else ""
    compared = line(["sweep"], {"project": project.name, renamed(name)[0]: values})
    return f"{see}\ncompare values: {compared}" if values else see


def _remark(text: str, value: str) -> str:
    """Return the remark before a value for a word of degree, such as `slow`."""
    word = cleaned(text).lower()
    return f"{word}, for example {value}: " if word in WORDS and value else ""


def _of_old_name(
    name: str, error: BadValueError, meant: Mapping[str, str], project: Project
) -> BadValueError:
    """Return a knob's error, with a reason that explains an old name for another knob."""
    new = next(iter(meant), name)
    if renamed(name)[0] in (name, *(renamed(one)[0] for one in (new, *meant))):
        return error
    limit = project.catalog.knobs[bare(new)].limit
    why = f"is an old name for {renamed(name)[0]}; {new} takes {limit}"
    return BadValueError(name, error.raw, why, instead=error.instead)


def _other_seed(whole: TypedLine, name: str, project: Project) -> str:
    """Return the commands to use instead of seed=random."""
    rest = whole.without(name)
    if whole.verb == "new":
        return f"leave it out, for a random seed: {line(whole.spoken, rest)}"
    seed = str(int(unix_time()) % 10**6)
    lines = [f"any number, such as {seed}: {line(whole.spoken, {**whole.typed, name: seed})}"]
    if project.exists():
        lines.append(f"roll the dice: {line(['roll'], {'project': project.name, 'n': '12'})}")
    return "\n".join(lines)


def _of_variable(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return commands with the corrected value, or [] if the error's own fix is better."""
    spoken, typed, limit = whole.spoken, whole.typed, variable.limit
    text = typed[name]
    if lines := (
        (name == "layer" and each_layer(whole.verb, text, whole.without(name)))
        or _elsewhere(whole, name, variable)
        or _things(whole, name, variable)
        or _as_part(whole, name)
        or _one_by_one(whole, name, variable)
    ):
        return lines
    if limit is UNTIL and (time := from_now(text, datetime.fromtimestamp(unix_time()))):
        ends = {"that long from now": time, "by the clock": limit.near(text) or ""}
        return [f"{n}: {line(spoken, {**typed, name: one})}" for n, one in ends.items() if one]
    project = project_of(whole.workspace, typed, last_used(whole.workspace))
    if isinstance(limit, Seconds) and (second := second_of(text, project, typed)):
        return [line(spoken, {**typed, name: second})]
    if reads(variable, text):
        return []
    if isinstance(limit, Bytes) and whole.verb == "cache":  # keep=20%
        return ["the store's size and limit: doit cache stats"]
    if name == "project" and whole.verb == "new":
        return [line(spoken, {**typed, name: whole.workspace.unused_name()})]
    one = example_of(whole.workspace, variable, typed, whole.verb)
    if one:
        return [line(spoken, {**typed, name: one})]
    words = isinstance(limit, Choice)
    return [f"see what {name}= does: {line(['help', whole.verb], {})}"] if words else []


def _as_part(whole: TypedLine, name: str) -> list[str]:
    """Return the command for a range given as a start or a length (from=1-2), or []."""
    ends, takes = {"from", "for"}, declaration(whole.verb).variables
    alone = ends & {*whole.typed} == {name} and ends <= {*takes}
    part = span_of(whole.typed[name]) if alone else {}
    return [line(whole.spoken, {**whole.typed, **part})] if part else []


def _one_by_one(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return one command per value in a list if the variable takes a single value; otherwise [].

    If the length is `all`, the command omits it.
    """
    spoken, typed, limit = whole.spoken, whole.typed, variable.limit
    if typed[name].strip().lower() in ALL and isinstance(limit, Seconds) and not variable.required:
        return [f"leave it out: {line(spoken, whole.without(name))}"]
    parts, rest = [p.strip() for p in typed[name].split(",") if p.strip()], whole.without(name)
    every = typed[name].strip().lower() in ALL and "all" in declaration(whole.verb).variables
    if every and isinstance(limit, Range) and limit.whole:
        return [line(spoken, {**rest, "all": "true", name: number(limit.high)})]
    single = isinstance(limit, Text | Choice) and not isinstance(limit, Labels)
    if name == "as" and len(parts) > 1 and all(map(as_form, parts)):
        return [one for part in parts for one in form_lines(whole.workspace, part.lower(), rest)]
    decimal = re.fullmatch(r"([0-9]+),[0-9]+", typed[name].strip())
    several = not decimal or (name == "at" and decimal[1] != "0")  # 0,5 is a decimal; 1,2 may be
    single = single or (isinstance(limit, Seconds) and several)
    values = [reads(variable, part) for part in parts]
    if single and len(parts) > 1 and all(values):
        lines = [line(spoken, {**typed, name: value}) for value in values[:MOST_LINES]]
        one = f"one time: {line(spoken, {**typed, name: '.'.join(parts)})}"
        return [one, *lines] if decimal else lines
    return []


def _elsewhere(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return the commands for a value of the wrong kind: a file, a verb, a synonym."""
    text, of = whole.typed[name], variable.limit.of
    rest = whole.without(name)
    meant = variable.others.get(text.strip().lower(), "")
    if variable.limit is ADDRESS and (path := path_of(text)):
        return added(whole.workspace, path)
    word = text.strip()
    if name == "as" and word.lower() in FORMATS:
        return converted(whole.workspace, word.lower(), rest)
    if name == "as" and knob_of(word) == "output_size":
        return [line(["render"], {**rest, "output_size": word})]
    words = re.fullmatch(r"[\w .'-]+", text) and not reads(variable, text)
    if variable.limit is ADDRESS and words:
        free = (n for n, one in declaration(whole.verb).variables.items() if one.positional)
        return [line(whole.spoken, {**rest, one: text.strip()}) for one in free]
    about, doit, verb = meant.rpartition("doit ")
    if doit:
        return [(about or f"{H264}: " * (verb == "render")) + line([verb], rest)]
    if meant:
        return [line(whole.spoken, {**whole.typed, name: meant})]
    empty = of == "look" and not text.strip()
    empty = empty and not example_of(whole.workspace, variable, whole.typed, whole.verb)
    return [line(whole.spoken, rest)] if empty else []


def _things(whole: TypedLine, name: str, variable: Variable) -> list[str]:
    """Return commands for a removal such as `off=first`, or the commands from `of_others`."""
    text, rest = whole.typed[name], whole.without(name)
    if name == "off" and re.fullmatch(r"[\w.~/-]+", text) and not reads(variable, text):
        return away_lines(whole.workspace, whole.verb, [text], rest)
    return of_others(whole, name, variable)


def completed_lines(
    workspace: Workspace, spoken: Sequence[str], name: str, typed: Mapping[str, str]
) -> list[str]:
    """Return commands that set a missing variable to likely values, the likeliest first."""
    variable = declaration(spoken[0]).variables[name]
    ones: Sequence[str] = [example_of(workspace, variable, typed) or variable.example]
    if isinstance(variable.limit, Choice):
        ones = variable.limit.words[:MOST_LINES]
    if "crf" in typed:  # some forms of export do not read crf
        ones = [one for one in ones if one not in QUALITY_OF]
    video = f"the video itself, in MP4: {line(['render'], typed)}"
    lines = [line(spoken, {**typed, name: one}) for one in ones]
    return [video, *lines] if spoken[0] == "export" else lines
