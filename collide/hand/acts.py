"""How instruments are played by hand: as their shape says, but for those that `own.py` knows."""

import json
from functools import partial
from typing import Any

from collide.build.key import Job
from collide.contract import SHAPES
from collide.errors import InputError
from collide.graph import post
from collide.hand import forms
from collide.hand.given import asked
from collide.hand.own import OWN, Act
from collide.hand.plays import (
    commanded,
    finished,
    last,
    pictured,
    played,
    seen,
    shown,
    sized,
    staged,
    step,
    whole,
)
from collide.hand.solo import Solo
from collide.step import Span, chain

# What means something in a project only, and what to do instead.
ALONE = {
    "source/footage": ("it makes the demo's own clips", "doit render project=demo"),
    "blend/layer": ("it is pace, look, key, fit and place in one", "play those, one by one"),
    "blend/presence": ("it counts what every layer of a piece hides", "doit render project=x"),
    "blend/tint": ("it looks into the finished layers of a piece", "doit debug project=x"),
}


def act(solo: Solo) -> str:
    """Play an instrument, and return what is to be said of it.

    Raises:
        InputError: it cannot be played alone, or not on these files.
        TaskError: a command failed.
    """
    if solo.name in ALONE:
        why, fix = ALONE[solo.name]
        raise InputError(f"{solo.name} cannot be played by hand", why=why, fix=fix)
    family = solo.name.partition("/")[0]
    shape = next(shape for shape in SHAPES if hasattr(solo.play, shape))
    least, most, plays = OWN.get(solo.name) or SHAPED[family, shape]
    if not least <= len(solo.inputs) <= most:
        many = f"{least}" if least == most else f"{least} or more"
        raise InputError(
            f"{solo.name} was given {len(solo.inputs)} of -i",
            why=f"it takes {many}",
            fix=" ".join([f"python -m collide {solo.name}", *max(1, least) * ["-i FILE"], "…"]),
        )
    return plays(solo)


# --- by shape ---


def _analyzed(solo: Solo) -> str:
    """Return the answer of an analysis, as JSON."""
    return json.dumps(solo.play.analyze(solo.knobs, **asked(solo, solo.play.analyze)), indent=1)


def _filtered(solo: Solo) -> str:
    """Play a chain of a layer, in the clip's own size."""
    return shown(solo, chain(played(solo), sized(solo)))


def _sounded(solo: Solo) -> str:
    """Play a chain of sound."""
    argv = forms.sounding(solo, played(solo))
    last(solo, Job(solo.name, argv=argv), argv[-1])
    return f"{solo.output}"


def _piece(solo: Solo) -> dict[str, Any]:
    """Return the knobs of a piece that is this clip, this instrument played on it."""
    size, name = "x".join(map(str, solo.size)), solo.name.partition("/")[2]
    own = {"fps": solo.fps, "output_size": size, "post": name, "storage": "ffvhuff"}
    return {**solo.knobs, **own}


def _posted(solo: Solo) -> str:
    """Play a chain of the finished picture, its plate made first."""
    forms.form(solo, forms.PICTURES)
    name, knobs, plates = solo.name.partition("/")[2], _piece(solo), {}
    if post.plates(knobs):
        step(solo, Job(solo.name, argv=post.plate(name, knobs)))
        plates = {name: solo.stage.source("plate.nut")}
    again, chains = post.joined([name], knobs, Span(0, solo.frames), at=1)
    made = chain(seen(solo, sized(solo)), *post.played([name], knobs, first=0))
    return pictured(solo, [*chains, f"[0:V:0]{made}[v]"], ["-i", "@clip", *again], made=plates)


def _posted_twice(solo: Solo) -> str:
    """Play what looks at the whole picture before it changes it, on a staged copy of the clip."""
    forms.form(solo, forms.PICTURES)
    knobs, copy = _piece(solo), staged(solo, "staged.nut", sized(solo))
    given = {**post.given(knobs["post"], knobs), "pieces": whole(solo), "storage": "ffvhuff"}
    passes = partial(solo.play.passes, knobs, **given)
    step(solo, Job(solo.name, passes=passes, lists={"@pictures": ["@staged"]}), staged=copy)
    return finished(solo, "piece-000.nut")


# Least and most of -i, and how it is played.
SHAPED: dict[tuple[str, str], tuple[int, int, Act]] = {
    ("source", "command"): (1, 1, commanded),
    ("modes", "analyze"): (0, 1, _analyzed),
    ("blend", "analyze"): (1, 1, _analyzed),
    ("blend", "filters"): (1, 1, _filtered),
    ("audio", "command"): (1, 1, commanded),
    ("audio", "filters"): (1, 1, _sounded),
    ("post", "filters"): (1, 1, _posted),
    ("post", "passes"): (1, 1, _posted_twice),
}
