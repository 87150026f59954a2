"""Refuse a change over time, such as `opacity from 0 to 1 over 2 seconds` or `fade layer 2 in`.

A knob keeps one value for the whole piece. The fix is a fade of the whole piece, or a sweep, which
compares values.
"""

import re
from collections.abc import Sequence

from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.project.near_values import swept
from collide.project.other_words import NOTHING
from collide.project.settings import takes
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration, verbs

ANIMATES = "animate animates animated animation keyframe keyframes automate tween".split()
_SIGNED = r"(-?[0-9.]+%?)"
_CHANGE = re.compile(
    rf"\b(?:layer ?([1-9])[ .:]+)?([a-z_]+)"
    rf"(?:[ =:]+(?:from )?{_SIGNED} ?(?:to|->|-|–|\.\.|until) ?{_SIGNED})?(?=\s|$)"
)
_OF_LAYER = re.compile(r"\b(?:on|of|in|for) layer ?([1-9])\b")
_OVER = re.compile(r"\b(?:over|in|within|during|across) (?:the (?:first|last) )?([0-9.]+ ?\w+)")
_FADE = re.compile(r"\bfade(?: layer ?[1-9])? (in|out)\b")
SECONDS = 2.0  # the length of a fade if none is typed
FIXED, SEE = NOTHING["animate"], "see: doit help sweep"


def refuse_animation(workspace: Workspace, argv: Sequence[str]) -> None:
    """Refuse a knob that changes over time; the fix is a fade of the piece, or a sweep."""
    there = workspace.projects()
    # a quoted value with spaces, such as a clip's name, is not part of a sentence
    others = (word for word in argv if not re.match("project=|-[a-z-]|[^ ]+=.* ", word))
    words = [word for word in others if word not in there]
    verb = next((word for word in words if word in verbs()), "")
    if verb in ("sweep", "roll") or (verb and not declaration(verb).knobs) or len(words) < 2:
        return
    typed = dict(word.split("=", 1) for word in argv if word.startswith("project="))
    whole, _ = TypedLine(workspace, verb or "set", [verb or "set"], typed).in_project(argv)
    text = " ".join(word for word in words if word != verb).lower()
    if found := _faded(whole, text) or _changed(whole, text):
        why, *lines = found
        what = f"doit does not understand {' '.join(words)!r}"
        raise InputError(what, why=why, fix="\n".join(lines))


def _faded(whole: TypedLine, text: str) -> list[str]:
    """Return the reason and the commands for a fade in words (fade layer 2 in over 2s), or []."""
    found, layer = _FADE.search(text), re.search(r"\blayer ?([2-9])\b", text)
    if not found or not (layer or _seconds(text)):
        return []
    if not layer:
        return ["a knob is written name=value", _fade(whole, found[1], text)]
    return [
        FIXED,
        _fade(whole, found[1], text, about=True),
        _compared(whole, f"layer{layer[1]}.opacity", "0..1:7"),
    ]


def _changed(whole: TypedLine, text: str) -> list[str]:
    """Return the reason and the commands for a knob's range and a time, or for `animate`, or []."""
    animates, known = text.split(maxsplit=1)[0] in ANIMATES, shipped().knobs
    named = [change.groups() for change in _CHANGE.finditer(text)]
    named = [one for one in named if one[1] in known and (animates or (one[2] and _seconds(text)))]
    if not named:
        return [FIXED, SEE] if animates else []
    layer, knob, *ends = named[0]
    of_layer = _OF_LAYER.search(text)
    layer = layer or (of_layer[1] if of_layer else "")
    name = f"layer{layer}.{knob}" if layer and known[knob].scope != "piece" else knob
    sweep = _compared(whole, name, _swept(name, ends) or swept(known[knob]))
    if knob != "opacity" or not (zeros := [one for one in ends if one and not _share(one)]):
        return [FIXED, sweep]
    return [FIXED, _fade(whole, "in" if ends[0] in zeros else "out", text, about=True), sweep]


def _fade(whole: TypedLine, way: str, text: str, *, about: bool = False) -> str:
    """Return the command that fades the whole piece in or out."""
    seconds = number(_seconds(text) or SECONDS)
    remark = f"fade the whole piece {way}, {'from' if way == 'in' else 'to'} black: "
    return remark * about + line(whole.spoken, {**whole.typed, f"fade_{way}": seconds})


def _compared(whole: TypedLine, name: str, values: str) -> str:
    """Return the command that compares values of a knob."""
    if not values:
        return SEE
    return f"compare fixed values: {line(['sweep'], {**whole.only('project'), name: values})}"


def _swept(name: str, ends: Sequence[str | None]) -> str:
    """Return the range between two typed values for a sweep, the lower first, or ""."""
    shares = [number(one) for one in sorted(_share(end) for end in ends if end)]
    whole = len(shares) == 2 and all(takes(name, one, shipped()) for one in shares)
    return "..".join(shares) + ":7" if whole else ""


def _share(text: str) -> float:
    """Return a typed value as a number: 0.5 for 50%."""
    value, unit = amount(text) or (0.0, "")
    return value / 100 if unit == "%" else value


def _seconds(text: str) -> float:
    """Return the seconds over which a value changes, or 0.0 if no time is typed."""
    found = _OVER.search(text)
    value, unit = (amount(found[1]) if found else None) or (0.0, "")
    return value * TIMES.get(unit, 0.0)
