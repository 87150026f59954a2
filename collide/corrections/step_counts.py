"""Numbers given apart from what they count: sweep similarity=0.2..0.5 steps=7, undo 3."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from collide.base.errors import InputError
from collide.base.spoken_number import amount
from collide.catalog import shipped
from collide.corrections.piece_times import BEGUN, ENDS
from collide.corrections.standing_piece import project_of
from collide.limits import BadValueError
from collide.project.settings import bare
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration, verb_module

COUNTS = ("steps", "step", "n", "count", "values", "number", "num")  # names for a count of values
STEPS = (*COUNTS, "by", "increment", "interval")  # names for a count or for the step between values
LOWS, HIGHS = (*BEGUN, "min", "low", "start"), (*ENDS, "max", "high")  # names for a range's ends


def stepped(typed: Mapping[str, str], count: str) -> dict[str, str]:
    """Return the command's ranges with a count of values, the form that sweep takes, or {}.

    If there is no range, two numbers are the ends of a range: similarity=0.2,0.5. A count with a
    decimal point is the step from one value to the next.
    """
    ranges = {name: text for name, text in typed.items() if ".." in text and ":" not in text}
    pairs = {name: wide for name, text in typed.items() if (wide := _between(text))}
    every = ranges or pairs
    if re.fullmatch(r"[0-9]*\.[0-9]+", count):
        counts = {name: _count(text, float(count)) for name, text in every.items()}
        return {name: f"{every[name]}:{one}" for name, one in counts.items() if one > 1}
    return {name: f"{text}:{count}" for name, text in every.items()} if count.isdigit() else {}


def _count(text: str, step: float) -> int:
    """Return how many values a range has if the next value is always `step` higher, or 0."""
    ends = [found[0] for one in text.split("..") if (found := amount(one))]
    return round((ends[1] - ends[0]) / step) + 1 if len(ends) == 2 and step else 0


def _between(text: str) -> str:
    """Return the range between two numbers joined by a comma, or "" for other text."""
    ends = text.split(",")
    numbers = [found[0] for one in ends if (found := amount(one))]
    return "..".join(ends) if len(ends) == len(numbers) == 2 and numbers[0] < numbers[1] else ""


def _last_counts(typed: str, raw: str, near: str) -> str:
    """Return the range for two numbers and a count (0.2,0.5,7), or `near` for other text.

    Args:
        raw: the refused part of the value, which must be the count.
    """
    ends, _, count = typed.rpartition(",")
    counts = count == raw and count.isdigit() and int(count) > 2
    return f"{wide}:{count}" if counts and (wide := _between(ends)) else near


def counted_apart(whole: TypedLine, name: str, error: BadValueError) -> tuple[TypedLine, str]:
    """Return the command without its separate count of values, and the range with that count.

    Args:
        name: the knob or variable that is refused.
        error: its error, whose corrected range has a default count of values.
    """
    near, raw = error.instead, error.raw
    apart = {b: a for a, b in pairwise(whole.spoken) if a.isdigit() and b in STEPS}  # 4 steps
    if apart:
        spoken = [w for w in whole.spoken if w not in {*apart, *apart.values()}]
        whole = replace(whole, spoken=spoken, typed={**whole.typed, **apart})
    count = next((one for one in STEPS if amount(whole.typed.get(one, ""))), "")
    if whole.verb != "sweep":
        return whole, near
    ends = re.fullmatch(r"([^:,]+\.\.[^:,]+):7|([^,]+)(?:,.+)?,([^,]+)", near)
    if not count or not ends:
        return whole, _last_counts(whole.typed[name], raw, near)
    wide = ends[1] or f"{ends[2]}..{ends[3]}"
    counted = stepped({name: wide}, whole.typed[count])
    return replace(whole, typed=whole.without(count)), counted.get(name, near)


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
    the values of a range in the command.

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
    counts = text.isdigit() or word in (*STEPS, text)
    more = stepped(typed, text) if verb == "sweep" and counts else {}
    if not more:
        return []
    most = verb_module("sweep").MAX_PICTURES
    each = next(n for n in range(most, 0, -1) if n ** len(more) <= most)
    fewer = stepped(typed, str(min(int(text), each))) if text.isdigit() else more
    about = f"a sweep shows {most} looks at most: " if fewer != more else ""
    return [about + line(whole.spoken, {**typed, **fewer})]
