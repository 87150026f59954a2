"""Commands for a change in words of degree: `make layer 2 bigger`, `more grain`, `darker`.

The new value is above or below the current value. Commands with other words are not changed.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from collide.base.errors import InputError
from collide.base.spoken_number import cleaned
from collide.base.workspace import Workspace
from collide.catalog import Knob, knobs, shipped
from collide.corrections.corrected_lines import way_lines
from collide.corrections.piece_values import ways
from collide.corrections.standing_piece import project_of, standing
from collide.instrument import Range
from collide.project.degrees import COMPARED, LOWERS, RAISES, of_degree
from collide.project.layer_names import layers_of
from collide.project.near_values import swept
from collide.project.other_words import DECIBELS, other_knobs
from collide.project.project import Project
from collide.project.settings import bare, chained
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration

_LAYER = re.compile(r"\b(?:(?:on|in|of|for) )?layers? ?([1-9])\b")
_MUCH = re.compile(r"\b(?:by )?(\d{1,3}) ?(?:%|percent\b)")
# Words around a change that do not alter its meaning.
_AROUND = (
    "make turn set put move place push shift it the this that be look looks a an bit little much "
    "slightly way please of to on in at by picture image side corner everything"
).split()
_PLACES = "left right top bottom center centre middle up down".split()
COLORS = ("color", "colour")  # names whose value may be a color, or a word such as warmer
_PERCENT, _GAIN = 30, 6  # how far a word moves a value (in percent) or a volume (in decibels)


class Change(NamedTuple):
    """A change in words: the knob (with its layer, if any), the direction, the percentage."""

    name: str
    sign: int
    percent: str  # as typed, or ""


def layer_in(words: Sequence[str]) -> str:
    """Return the layer that words name (layer2 for `layer 2`), or ""."""
    found = _LAYER.search(" ".join(words).lower())
    return f"layer{found[1]}" if found else ""


def degree_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return any commands for words of degree or for a layer's position; otherwise, return []."""
    asked, others = TypedLine(workspace, verb, [verb], typed).in_project(words)
    several = len(words) - len(others) > 1  # projects
    others = [word for word in others if word != "render"]
    layer, left = layer_in(others), _LAYER.sub(" ", " ".join(others).lower())
    plain = [word for word in left.split() if word not in _AROUND]
    if not others or not declaration(verb).knobs or several:
        return []
    own = verb if verb != "render" or "render" in words or others != [*words] else "set"
    whole = replace(asked, verb=own, spoken=[own])
    project = project_of(workspace, whole.typed)
    if layer and plain and {*plain} <= {*_PLACES}:
        places = other_knobs("position", " ".join(plain)) if layer != "layer1" else {}
        turned = {f"{layer}.{knob}": value for knob, value in places.items()}
        return [line(whole.spoken, {**whole.typed, **turned})] if turned else []
    change = _change(left, layer)
    return _changed(whole, change, project) if change else []


def as_degree(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a word of degree after an unknown name (tone=warm), or None."""
    layers, single = layers_of(name)
    word = cleaned(whole.typed[name]).lower()
    if word not in COMPARED or (other_knobs(single, word) and single not in COLORS):
        return None
    words = ["make", *(f"layer{layer}" for layer in layers[:1]), word]
    lines = degree_lines(whole.workspace, whole.verb, words, whole.without(name))
    return error.fixed(*lines) if lines else None


def _change(text: str, layer: str) -> Change | None:
    """Parse a change to one knob (`more grain`, `20% bigger`), or return None for other words."""
    much = _MUCH.search(text)
    words = [word for word in _MUCH.sub(" ", text).split() if word not in _AROUND]
    for first, *rest in (words, words[::-1]) if len(words) in (1, 2) else ():
        knob, own = _subject("".join(rest) or first)
        compares = first in COMPARED and (first.endswith("er") or "make" in text.split())
        sign = own * _direction(first) if rest else own * compares  # `fast` alone means preview
        if sign and (name := _of_layer(knob, layer)):
            return Change(name, sign, much[1] if much else "")
    return None


def _direction(word: str) -> int:
    """Return 1 for `more`, -1 for `less` and `too`, 0 for any other word."""
    return 1 if word in RAISES else -1 if word in (*LOWERS, "too") else 0


def _subject(word: str) -> tuple[str, int]:
    """Return the knob that a word stands for, and the sign of its change, or ("", 0).

    An effect stands for its first knob.
    """
    if word in COMPARED:
        return COMPARED[word]
    named = word if word in knobs() else shipped().aliases.get(word, "")
    named = named or next((k.name for k in knobs().values() if k.owner == f"post/{word}"), "")
    return (named, 1) if named and isinstance(knobs()[named].limit, Range) else ("", 0)


def _of_layer(knob: str, layer: str) -> str:
    """Return the knob of a layer, or "" if the layer lacks it or the whole piece shares it."""
    scope = knobs()[knob].scope
    if not layer:
        return knob
    return "" if scope == "piece" or (scope == "keyed" and layer == "layer1") else f"{layer}.{knob}"


def _changed(whole: TypedLine, change: Change, project: Project) -> list[str]:
    """Return the commands that set a knob above or below its current value."""
    knob, now = knobs()[bare(change.name)], standing(project, whole.typed)
    family, _, effect = knob.owner.partition("/")
    see = line(["knobs", change.name], whole.only("project"))
    if whole.verb == "sweep":
        return [line(whole.spoken, {**whole.typed, change.name: swept(knob)})]
    unused = family == "post" and effect not in chained(now.settings.piece())
    if unused and change.sign < 0 and shipped().neutral(knob.name) == 0:
        return [f"{effect} is not in the chain, so there is no {knob.name} to lower: {see}"]
    asked = _step(change, knob, now.value(change.name))
    found = ways(change.name, asked, knob.name, project, whole.typed)
    if not found:
        value = of_degree("more" if change.sign > 0 else "less", knob, now.value(change.name))
        found = [("", {change.name: value})] if value else []
    part = TypedLine(whole.workspace, whole.verb, whole.spoken, {**whole.typed, change.name: ""})
    lines = way_lines(part, change.name, found) or [f"see what it takes: {see}"]
    if change.name == "speed" and change.sign > 0 and whole.verb == "render":
        faster = line(["preview"], whole.typed)
        lines = [*lines, f"a faster render, at a lower resolution: {faster}"]
    return lines


def _step(change: Change, knob: Knob, base: object) -> str:
    """Return the change as a user would type it: +6 for a volume, +=0.05, -=30%."""
    sign, limit = "+" if change.sign > 0 else "-", knob.limit
    share = change.sign * int(change.percent or 0) / 100
    if not isinstance(limit, Range):
        return ""
    if knob.name in DECIBELS:
        gain = abs(20 * math.log10(max(1 + share, 0.01))) if share else _GAIN
        return f"{sign}{'=' * ('.' in change.name)}{gain:.3g}"
    if limit.low < 0:
        return f"{sign}={abs(share) * limit.high if share else of_degree('more', knob, 0.0)}"
    # 30% of a softness of 0.02 is invisible, and 30% of three layers is less than one layer
    least = 1.0 if limit.whole else 0.05 * limit.high if limit.high <= 1 else 0.0
    if not share and isinstance(base, int | float) and base * _PERCENT / 100 < least:
        return f"{sign}={least:g}"
    return f"{sign}={change.percent or _PERCENT}%"
