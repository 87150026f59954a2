"""Refuse a variable that the verb does not take: another verb's, another program's, or a typo."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import Knob, shipped
from collide.corrections.clip_names import as_clips
from collide.corrections.corrected_lines import (
    added_lines,
    meant_name,
    no_effect,
    renamed_line,
    way_lines,
    with_choices,
    with_line,
)
from collide.corrections.degree_words import as_degree
from collide.corrections.earlier_looks import as_look, as_record, renamed_star
from collide.corrections.knob_values import played
from collide.corrections.layer_acts import LAYER_ACTS, first_answer
from collide.corrections.lent_names import files_first
from collide.corrections.loose_words import away_lines
from collide.corrections.lost_paths import similar
from collide.corrections.mode_thresholds import of_modes
from collide.corrections.named_answers import NAMED_ANSWERS
from collide.corrections.named_verbs import as_option, as_verb
from collide.corrections.output_names import as_other_verb, of_output
from collide.corrections.part_names import as_kept, as_part
from collide.corrections.piece_times import as_hours, counted_as, second_of
from collide.corrections.piece_values import ways
from collide.corrections.shell_words import AWAY, added, is_act, removed, shell_lines
from collide.corrections.standing_piece import project_of
from collide.corrections.still_times import stills
from collide.corrections.word_values import WORD_NAMES, twins
from collide.project import presets
from collide.project.layer_names import layers_of
from collide.project.near_names import without_owner
from collide.project.other_words import NOTHING, other_knobs
from collide.project.plain_values import NO, YES
from collide.project.project import Project
from collide.project.settings import bare, find
from collide.syntax.arguments import TypedLine, line
from collide.syntax.variables import Variable
from collide.syntax.verb import MANY, declaration, verbs

# The most likely verb for a variable that several verbs have, but the command's verb lacks.
MEANT_FOR = {"at": "still", "name": "star", "n": "roll", "from": "preview", "for": "preview"}

LIKE = "like template base based_on copy clone of source".split()  # before a project to copy
LISTS = ("list presets",)  # verbs that take many tasks, each with the one other word that it takes


def strange_name(whole: TypedLine, name: str, error: InputError) -> InputError:
    """Return the error for an unknown name, with a command that corrects or omits the name."""
    verb, typed = whole.verb, whole.typed
    if "://" in name:
        address = f"{name}={typed[name]}"
        return InputError(
            f"doit {verb} does not understand {address!r}",
            why="a page's or a file's address follows url=",
            fix=line(["download"], {"url": address}),
        )
    whole, name, error = _plainly_named(whole, name, error)
    typed = whole.typed
    if found := first_answer((*NAMED_ANSWERS, as_option), whole, name, error):
        return found
    if lines := (
        _as_word(whole, name) or _as_act(whole, name) or stills(whole, name) or as_verb(whole, name)
    ):
        return error.fixed(*lines)
    acts = (
        *LAYER_ACTS,
        as_degree,
        as_look,
        as_clips,
        as_hours,
        as_kept,
        as_part,
        of_output,
    )
    if found := first_answer((*acts, as_other_verb, as_record), whole, name, error):
        return found
    catalog = project_of(whole.workspace, typed).catalog
    if meant := meant_name(name, _in_seconds(whole, name), declaration(verb), catalog, typed):
        return _renamed(whole, name, error, meant)
    if layers_of(name)[0]:
        return error
    return _left_out(whole, name, error)


def _plainly_named(
    whole: TypedLine, name: str, error: InputError
) -> tuple[TypedLine, str, InputError]:
    """Return the command, the name and the error with the plain name of an effect that is missing.

    For example, gaussian_blur becomes blur. Any other name is returned unchanged.
    """
    single, knobs = layers_of(name)[1], shipped().knobs
    plain = single.rpartition("_")[2]
    if plain not in NOTHING or single in (plain, *knobs, *NOTHING) or not name.endswith(single):
        return whole, name, error
    right = name.removesuffix(single) + plain
    typed = {right if one == name else one: text for one, text in whole.typed.items()}
    try:
        find(right, shipped())
    except InputError as lacks:
        error = error.because(lacks.why, lacks.fix)
    return replace(whole, typed=typed), right, error


def _left_out(whole: TypedLine, name: str, error: InputError) -> InputError:
    """Return the error for a name that its verb does not recognize.

    The fix omits the name. If exactly one verb takes the name, the fix also suggests that verb.
    """
    verb, spoken, typed, rest = whole.verb, whole.spoken, whole.typed, whole.without(name)
    others = [v for v in verbs() if name in declaration(v).variables]
    for one in declaration(verb).variables.keys() & typed.keys():
        if (both := with_choices(whole, one, line(spoken, typed))) != line(spoken, typed):
            return error.fixed(both)
    free = not declaration(verb).knobs and len(spoken) <= declaration(verb).words
    if typed[name].lower() in YES and free and not is_act(name):
        return error.fixed(line([*spoken, name], rest))  # clips flowers=true
    others = [MEANT_FOR[name]] if MEANT_FOR.get(name) in others else others
    if error.fix.startswith("list them all") and verb not in ("render", "set"):
        see = f"leave it out: {line(spoken, rest)}\nsee what it takes: {line(['help', verb], {})}"
        return error.fixed(see)
    idle = declaration(verb).unsets and {*rest} <= {"project"}  # nothing would be left to set
    lines = [] if ": doit " in error.fix or idle else [line(spoken, rest)]
    if len(others) == 1 and "project" in typed:
        first = verb == "render" or name in MEANT_FOR
        lines.insert(0 if first else 1, line(others, whole.only(name, "project")))
    if idle and lines:
        return error.fixed(*lines)
    return with_line(error, *lines)


def _as_act(whole: TypedLine, name: str) -> list[str]:
    """Return the commands for a removal, a new name, a copy or a project's manifest, or []."""
    text, rest = whole.typed[name], whole.without(name)
    if name in AWAY and text.lower() not in NO:
        things = [] if text.lower() in ("", *YES) else [text]
        lines = away_lines(whole.workspace, whole.verb, things, rest)
        if not lines and things and whole.verb == "clips":
            return removed(whole.workspace, text)
        return lines or [f"see what it takes: {line(['help', whole.verb], {})}"]
    if whole.verb == "star" and (lines := renamed_star(whole)):
        return lines
    record, there = declaration(whole.verb).record, whole.workspace.projects()
    if whole.verb == "new" and name in LIKE and text in there:
        return shell_lines(whole.workspace, ["copy", text, rest.get("project", "")], {})
    if whole.verb == "scan" and name == "project" and text in there:
        files = [*whole.spoken[1:], *filter(None, [rest.get("path")])]
        return [one for file in files for one in added(whole.workspace, file, text)]
    if name == "project" and record and (near := nearest(text, there)):
        return [line([whole.verb], {**rest, record: f"projects/{near}/manifest.json"})]
    return []


def _as_word(whole: TypedLine, name: str) -> list[str]:
    """Return the command for a word that needs no name (clips search=rain), or []."""
    words, takes = whole.typed[name].split(), declaration(whole.verb).words
    if name == "layer" and whole.typed[name].isdigit():
        layer = f"layer:{whole.typed[name]}"
        if whole.verb in ("why", "info"):
            return [line(["info", layer], whole.without(name))]
        each = [line([whole.verb, layer.replace(":", "")], whole.without(name))]
        return each if takes == 1 else []
    many = takes == MANY and " ".join([whole.verb, *words]) not in LISTS
    if name not in WORD_NAMES or many or not 0 < len(words) <= takes:
        return []
    return [line([*whole.spoken, *words], whole.without(name))]


def _in_seconds(whole: TypedLine, name: str) -> str:
    """Return a variable's value, with a frame (frame=60 or frame=last) converted to seconds."""
    text = whole.typed[name]
    if name not in ("frame", "frames"):
        return text
    project = project_of(whole.workspace, whole.typed)
    return second_of(f"{text}f" if text.isdigit() else text, project, whole.typed) or text


def _renamed(
    whole: TypedLine, name: str, error: InputError, meant: Mapping[str, str]
) -> InputError:
    """Return the error for a name that resembles variables or knobs, with a command for each."""
    typed, variables, right = whole.typed, declaration(whole.verb).variables, next(iter(meant))
    project, word = project_of(whole.workspace, typed), layers_of(name)[1]
    modes = of_modes(word, right, meant[right], project, whole.without(name))
    if len(modes) > 1:
        return error.fixed(*way_lines(whole, name, modes))
    meant = modes[0][1] if modes else meant
    right = next(iter(meant))
    if right == "post" and (none := no_effect(whole, name, project)):
        return error.fixed(*none, "see: doit knobs post")
    others = twins(name, right, variables, typed)
    error = _explained(name, error, meant)
    general = error.fix.startswith(("did you mean", "leave ", "list them all", "see"))
    if general and repr(right.rpartition(".")[2]) not in error.fix:
        asked = " or ".join(map(repr, [right, *others]))
        error = error.fixed(f"did you mean {asked}?")
    if right in variables:
        meant = {**meant, right: _corrected(right, variables[right], meant[right], project)}
    if (lines := _in_piece(whole, name, meant, project)) and not lines[0].startswith("doit "):
        return error.fixed(*lines)
    more = {} if lines else played(meant, project, typed)
    lines = lines or added_lines(whole, name, {**meant, **more}, project)
    right_line = replace(whole, typed={**typed, **meant})
    lines = [files_first(right_line, "", project, one) for one in lines]
    frames = counted_as(f"{whole.typed[name]}f", project, typed) if name == "frame" else ""
    if frames:
        return error.fixed(*(f"{frames}: {one}" for one in lines))
    lines += [renamed_line(whole.spoken, typed, name, {one: meant[right]}) for one in others]
    return with_line(error, *lines)


def _corrected(name: str, variable: Variable, text: str, project: Project) -> str:
    """Return a variable's value with its misspelled presets or file corrected."""
    if variable.limit.of == "preset":
        there, named = presets.names(project.shelves), text.split(",")
        named = presets.spread(project.shelves, named) if name == "presets" else named
        return ",".join(nearest(one, there) or one for one in named)
    return (variable.limit.of == "file" and similar(Path(text))) or text


def _explained(name: str, error: InputError, meant: Mapping[str, str]) -> InputError:
    """Return an error whose reason explains the knobs that another program's name stands for."""
    layers, word = layers_of(name)
    knobs = [shipped().knobs[one] for one in map(bare, meant) if one in shipped().knobs]
    if knobs and without_owner(word, shipped()) != word:  # post.grain, layer2.post.grain
        why = f"a knob is written by itself: {knobs[0].name} is a knob of {knobs[0].owner}"
        return error.because(why, "leave out what precedes the knob")
    if not knobs or bare(name) in shipped().knobs:  # the error is already clear
        return error
    why = error.why
    if layers and all(knob.scope == "piece" for knob in knobs):
        why = f"there is one {knobs[0].name} for the whole piece"
    elif why.startswith("none of the ") and not nearest(word, map(bare, meant)):
        why = _about(knobs)
    return error.because(why, error.fix)


def _about(knobs: Sequence[Knob]) -> str:
    """Return the first line of each knob's description: `x is …`."""
    texts = {one.name: shipped().explained(one.owner)[one.name].partition("\n")[0] for one in knobs}
    return "; ".join(f"{name} is {text}" for name, text in texts.items())


def _in_piece(whole: TypedLine, name: str, meant: Mapping[str, str], project: Project) -> list[str]:
    """Return the commands for a name whose value depends on the piece: layer2.width=640.

    A sign after the name (`similarity+=0.1`) belongs to the value.
    """
    last, word = name.strip()[-1:], layers_of(name)[1].rstrip("+-")
    sign = last if last in ("+", "-") else ""
    rest, text = whole.without(name), f"{sign}=" * bool(sign) + whole.typed[name]
    own = other_knobs(word, whole.typed[name])
    placed = own if {"x", "y"} <= own.keys() else {}  # position=640,360
    texts = {one: placed.get(bare(one), text) for one in meant}
    known = [one for one in meant if bare(one) in shipped().knobs]
    each = [ways(one, texts[one], word, project, rest) for one in known]
    if len(each) > 1 and all(each):  # one for each layer, or for x and y
        every = zip(*each, strict=False)
        each = [[(way[0][0], {n: v for _, own in way for n, v in own.items()}) for way in every]]
    return way_lines(whole, name, each[0]) if each else []
