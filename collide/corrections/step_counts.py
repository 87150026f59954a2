"""Numbers typed apart from what they count: sweep similarity=0.2..0.5 steps=7, undo 3."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.spoken_number import amount
from collide.catalog import shipped
from collide.corrections.piece_times import BEGUN, ENDS
from collide.corrections.standing_piece import project_of
from collide.project.settings import bare
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration

COUNTS = ("steps", "step", "n", "count", "values", "number", "num")  # names for a count of values
LOWS, HIGHS = (*BEGUN, "min", "low", "start"), (*ENDS, "max", "high")  # names for a range's ends


def stepped(typed: Mapping[str, str], count: str) -> dict[str, str]:
    """Return the first typed range with a count of values, the form that sweep takes, or {}."""
    ranges = ((n, text) for n, text in typed.items() if ".." in text and ":" not in text)
    name, text = next(ranges, ("", ""))
    return {name: f"{text}:{count}"} if name and count.isdigit() else {}


def counted_apart(whole: TypedLine, near: str) -> tuple[TypedLine, str]:
    """Return the command without its separate count of values, and the range with that count.

    Args:
        near: the corrected range, with a default count of values.
    """
    name = next((one for one in COUNTS if whole.typed.get(one, "").isdigit()), "")
    ends = re.fullmatch(r"([^:,]+\.\.[^:,]+):7|([^,]+)(?:,.+)?,([^,]+)", near)
    if whole.verb != "sweep" or not name or not ends:
        return whole, near
    wide = ends[1] or f"{ends[2]}..{ends[3]}"
    return replace(whole, typed=whole.without(name)), f"{wide}:{whole.typed[name]}"


def as_ends(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a knob's range in two variables (similarity from=0.2 to=0.5 n=3), or return None.

    If the verb is sweep, the first value may also belong to the knob itself, as in similarity=0.2
    to=0.5.
    """
    typed, knobs, verb = whole.typed, shipped().knobs, declaration(whole.verb)
    there = whole.workspace.projects()
    words = [word for word in whole.spoken[1:] if bare(word) in knobs and word not in there]
    low, high, count = (
        next((n for n in names if n in typed), "") for names in (LOWS, HIGHS, COUNTS)
    )
    sweeps = whole.verb == "sweep"
    if sweeps and not words and not low:  # elsewhere, end= may be a time
        words = [low := one for one in typed if bare(one) in knobs]
    strange = name in (low, high, count) and verb.knobs
    if len(words) != 1 or not strange or {low, high} & {"", *verb.variables}:
        return None
    ends = [typed[low], typed[high]]
    rolls = getattr(knobs[bare(words[0])].limit, "rolls", False)
    if None in map(amount, ends) or not (rolls or sweeps):
        return None
    away = (low, high, *([count] if sweeps else []))
    rest = {one: text for one, text in typed.items() if one not in away}
    steps = (typed.get(count) or "7") if sweeps else ""
    whole_range = "..".join(ends) + f":{steps}" * sweeps
    spoken = [word for word in whole.spoken if word not in words]
    return error.fixed(line(spoken, {**rest, words[0]: whole_range}))


def _config(whole: TypedLine) -> Mapping[str, object]:
    """Return the knobs in the config of the command's project, or {}."""
    with suppress(InputError):
        return project_of(whole.workspace, whole.typed).config()
    return {}


def step_lines(whole: TypedLine, word: str, text: str) -> list[str]:
    """Return the commands for a knob or a number after undo, redo or sweep, or [].

    undo and redo take neither a knob nor a number of steps. If the verb is sweep, the number counts
    the values of a typed range.

    Args:
        whole: the command without the knob or the number.
        word: the word, or the name of the variable.
        text: the word itself, or the value of that variable.
    """
    verb, typed, again = whole.verb, whole.typed, line(whole.spoken, whole.typed)
    steps = verb in ("undo", "redo")
    if steps and bare(word) in shipped().knobs and word not in whole.workspace.projects():
        alone = f"remove only this knob: {line(['set'], {**whole.only('project'), word: ''})}"
        is_set = verb == "undo" and word in _config(whole)
        return [*([alone] if is_set else []), f"{verb} the whole last change: {again}"]
    if steps and text.isdigit():
        return [f"run once per step: {again}"]
    more = stepped(typed, text) if verb == "sweep" else {}
    return [line(whole.spoken, {**typed, **more})] if more else []
