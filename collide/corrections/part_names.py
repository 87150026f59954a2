"""Refusals of other names for a part of a piece: in and out, range=1-2, a count of stills."""

from dataclasses import replace

from collide.base.errors import InputError
from collide.corrections.piece_times import BEGUN, ENDS, part_lines, part_of, span_of
from collide.corrections.step_counts import step_lines
from collide.project.other_words import NOTHING
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration

SPANS = "range part section segment span portion seconds time times frames".split()


def as_part(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer start=, end=, a step count or an unneeded variable, or return None."""
    verb, typed, rest = whole.verb, whole.typed, whole.without(name)
    begins = {"from": typed["start"]} if "start" in typed and {*ENDS} & {*typed} else {}
    if name in (*BEGUN, *ENDS) and "for" not in declaration(verb).variables:
        away = (*BEGUN, *ENDS, *(["start"] if begins else []))
        left = {one: text for one, text in typed.items() if one not in away}
        if lines := part_lines(verb, left, *part_of({**begins, **typed})):
            return error.fixed(*lines)
    span = {} if declaration(verb).unsets or name not in SPANS else span_of(typed[name])
    if span and "look" in declaration(verb).variables:
        lines = part_lines(verb, rest, float(span["from"]), float(span["for"]))
        return error.fixed(lines[0].rpartition(": ")[2])
    if f"doit {verb} " in NOTHING.get(name, ""):
        return error.fixed(f"leave it out: {line(whole.spoken, rest)}")
    lines = step_lines(replace(whole, typed=rest), name, typed[name])
    return error.fixed(*lines) if lines else None
