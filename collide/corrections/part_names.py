"""Refuse other programs' ways to name a part of a piece: in and out, range=1-2, only=layer2."""

from dataclasses import replace

from collide.base.errors import InputError
from collide.corrections.phrases import LOCKS, SOUNDS
from collide.corrections.piece_times import BEGUN, ENDS, part_lines, part_of, span_of
from collide.corrections.standing_piece import project_of, standing
from collide.corrections.step_counts import step_lines
from collide.project.layer_names import numbered
from collide.project.other_words import NOTHING
from collide.project.reroll import others
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

SPANS = "range part section segment span portion seconds time times frames".split()

ONLY = "only just change vary alter reroll".split()  # words before the parts to roll


def as_kept(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a roll of some parts (only=layer2) with keep= and all other parts, or return None."""
    rest, asked = whole.without(name), whole.typed[name].split(",")
    project = project_of(whole.workspace, rest, last_used(whole.workspace))
    if whole.verb != "roll" or "keep" in rest:
        return None
    if name in LOCKS:  # in lock=sound, sound means all that is heard
        parts = ",".join("audio" if one.strip() in SOUNDS else one for one in asked)
        return error.fixed(line(whole.spoken, {**rest, "keep": parts}))
    if name not in (*ONLY, "layer", "track"):
        return None
    if not project.exists() or not (kept := others(asked, standing(project, rest).settings)):
        return None
    lines = [line(whole.spoken, {**rest, "keep": ",".join(kept)})]
    if "audio" in kept and any(map(numbered, asked)):
        silent = ",".join(one for one in kept if one != "audio")
        lines.append(f"its sound too: {line(whole.spoken, {**rest, 'keep': silent})}")
    return error.because("keep= names what does not change", *lines)


def as_part(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer the ends of a part, a number of steps or an unneeded variable, or return None."""
    verb, typed, rest = whole.verb, whole.typed, whole.without(name)
    begun, length = part_of(typed)
    if name in (*BEGUN, *ENDS) and (length or "for" not in declaration(verb).variables):
        away = (*BEGUN, *ENDS, *["start"] * bool(length))
        left = {one: text for one, text in typed.items() if one not in away}
        if lines := part_lines(verb, left, begun, length):
            return error.fixed(*lines)
    span = {} if declaration(verb).unsets or name not in SPANS else span_of(typed[name])
    if span and "look" in declaration(verb).variables:
        lines = part_lines(verb, rest, float(span["from"]), float(span["for"]))
        return error.fixed(lines[0].rpartition(": ")[2])
    if f"doit {verb} " in NOTHING.get(name, ""):
        return error.fixed(f"leave it out: {line(whole.spoken, rest)}")
    lines = step_lines(replace(whole, typed=rest), name, typed[name])
    return error.fixed(*lines) if lines else None
