"""Refusals of a variable that a verb lacks: another verb's, another program's, or a typo."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.cli.arguments import line, verb_module, verbs
from collide.cli.ffmpeg_options import H264
from collide.cli.left_out import TAKES_AWAY
from collide.cli.loose_words import meant_lines
from collide.cli.mending import meant_name, renamed_line, with_line
from collide.cli.piece_times import BEGUN, ENDS, part_lines, part_of
from collide.project.layer_names import layers_of
from collide.project.other_words import CODECS, other_verb

# The verb probably meant by `render` with a variable that several other verbs have.
MEANT_FOR = {"at": "still", "name": "star", "n": "roll", "from": "preview", "for": "preview"}


@dataclass(frozen=True)
class TypedLine:
    """A command line before it is parsed: the verb, the words, and the `name=value` pairs."""

    workspace: Workspace
    verb: str
    spoken: list[str]
    typed: Mapping[str, str]


def strange_name(whole: TypedLine, name: str, error: InputError) -> InputError:
    """Return the error for an unknown name, with the intended line or a line without the name."""
    verb, spoken, typed = whole.verb, whole.spoken, whole.typed
    rest = {one: text for one, text in typed.items() if one != name}
    if "://" in name:
        return with_line(error, line(["download"], {"url": f"{name}={typed[name]}"}))
    if lines := _as_verb(whole.workspace, verb, name, typed[name], rest):
        return InputError(error.what, why=error.why, fix="\n".join(lines))
    if found := _as_part(whole, name, error) or _as_other_verb(whole, name, error):
        return found
    if meant := meant_name(name, typed[name], verb_module(verb), shipped(), typed):
        right = next(iter(meant))
        general = error.fix.startswith(("did you mean", "leave ", "list them all"))
        if general and repr(right.rpartition(".")[2]) not in error.fix:
            error = InputError(error.what, why=error.why, fix=f"did you mean {right!r}?")
        return with_line(error, renamed_line(spoken, typed, name, meant))
    if layers_of(name)[0]:
        return error
    others = [v for v in verbs() if name in verb_module(v).VARIABLES]
    others = [MEANT_FOR[name]] if MEANT_FOR.get(name) in others else others
    lines = [] if ": doit " in error.fix else [line(spoken, rest)]
    if len(others) == 1 and "project" in typed:
        kept = {one: text for one, text in typed.items() if one in (name, "project")}
        lines.insert(0, line(others, kept))
    return with_line(error, *lines)


def _as_verb(
    workspace: Workspace, verb: str, name: str, text: str, rest: Mapping[str, str]
) -> list[str]:
    """Return the lines for a verb that was typed as a variable: preview=true, still=1.5."""
    takes = verb_module(verb).VARIABLES
    if name not in verbs() or name in takes or name in (verb, *TAKES_AWAY):
        return []
    if text.lower() in ("true", "yes", "on", "1", ""):
        return [line([name], rest)]
    return meant_lines(workspace, name, [text], rest) if text[0].isdigit() else []


def _as_part(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a name that sets a beginning, an end or a number of steps; else None."""
    verb, spoken, typed = whole.verb, whole.spoken, whole.typed
    rest = {one: text for one, text in typed.items() if one != name}
    if name in (*BEGUN, *ENDS) and "for" not in verb_module(verb).VARIABLES:
        left = {one: text for one, text in typed.items() if one not in (*BEGUN, *ENDS)}
        if lines := part_lines(verb, left, *part_of(typed)):
            return InputError(error.what, why=error.why, fix="\n".join(lines))
    if re.fullmatch(r"layer[0-9]\.(in|out|end|trim)", name):
        why = "start sets where a layer begins in its clip, as a share; it ends with the piece"
        return InputError(error.what, why=why, fix="see: doit knobs start")
    if verb in ("undo", "redo") and typed[name].isdigit():
        return InputError(error.what, why=error.why, fix=f"run once per step: {line(spoken, rest)}")
    if verb == "sweep" and (more := stepped(rest, typed[name])):
        return InputError(error.what, why=error.why, fix=line(spoken, {**rest, **more}))
    return None


def _as_other_verb(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for another verb's variable, or for a codec, which is fixed; else None."""
    rest = {one: text for one, text in whole.typed.items() if one != name}
    other, takes = other_verb(name, whole.typed[name])
    if other and not takes.keys() & verb_module(whole.verb).VARIABLES.keys():
        kept = {one: text for one, text in rest.items() if one == "project" or not takes}
        if takes or other != "render":
            return InputError(error.what, why=error.why, fix=line([other], {**kept, **takes}))
        why = f"{H264}, so there is nothing to choose"
        return InputError(error.what, why=why, fix=f"leave it out: {line(whole.spoken, rest)}")
    if name in CODECS and not other and "knob" in error.what:
        fix = "see its other forms: doit help export"
        return InputError(error.what, why=H264, fix=fix)
    return None


def stepped(typed: Mapping[str, str], count: str) -> dict[str, str]:
    """Return the first typed range with a count of values, as a sweep takes it; {} for none."""
    ranges = ((n, text) for n, text in typed.items() if ".." in text and ":" not in text)
    name, text = next(ranges, ("", ""))
    return {name: f"{text}:{count}"} if name and count.isdigit() else {}
