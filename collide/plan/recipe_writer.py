"""The recipe of a piece: its drawn values, its clips by digest, and the knobs that it reads."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from collide.plan.color_steps import looks_at
from collide.plan.layer_chain import around, colors, fitted, laid_over, pace
from collide.plan.post_chain import filters_of, plates, shared
from collide.plan.table import (
    AROUND,
    EDGE,
    PLACE,
    THIN,
    VOICE,
    after,
    facts,
    filters,
    key_moves,
    layer_plays,
)
from collide.plan.voices import bed_voice, placed, voice
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.recipe import EXPORTS, FORM, RECORDED, UNRECORDED, shortened
from collide.project.settings import LOOK as FROM_LOOK
from collide.project.settings import Setting, chained
from collide.store.call import parameters
from collide.store.step import Log

# Layer instruments that can be played before rendering, to see which knobs they read. `_playable`
# adds others. All knobs of the remaining instruments count as read.
PLAYED = {
    "blend/pace", "blend/drift", "blend/loop", "blend/look", "blend/fit", "blend/edge",
    "blend/place",
    "blend/lay", "blend/key", "blend/coverage", "source/keyframe", "source/matte", *VOICE,
}  # fmt: skip
AFTER_KEY = ("blend/key", "blend/place")  # instruments that follow these are played in the stack
AT_SOME_LEVEL = {"lufs": -20.0}  # the loudness of a sound does not change which knobs are read


def make_recipe(piece: Piece, *, engine: str) -> dict[str, Any]:
    """Return the recipe: seed, drawn values, clips with trims, files by digest, and the engine.

    If this piece does not read a knob (such as the delay of an echo that is off), the knob is
    recorded with a fixed value or not at all (see `_untouched`). So turning the knob changes
    neither the video nor the look.
    """
    beds = [{"sound": bed.pick.digest, "start": bed.pick.start} for bed in piece.beds]
    files = {knob: file.digest for knob, file in piece.files.items()}
    return {
        "collide": FORM,
        "engine": engine,
        "seed": piece.knobs["seed"],
        "frames": piece.frames,
        "piece": _piece(piece) | files,
        "layers": [_layer(piece, layer) for layer in piece.layers],
        "heard": piece.heard,
        **({"beds": beds} if piece.beds else {}),
    }


def _piece(piece: Piece) -> dict[str, Any]:
    """Return the knobs of the whole piece that its video depends on."""
    catalog = piece.catalog
    chain = [f"post/{name}" for name in chained(piece.knobs)]
    absent = {k.name for k in catalog.knobs.values() if k.owner.startswith("post/")}
    absent -= _knobs(piece, chain)
    absent |= {*UNRECORDED, "seed", *([] if chain else ["post"])}
    absent |= set() if piece.beds else _knobs(piece, ["audio/bed"])
    absent |= _knobs(piece, EXPORTS)
    idle = _idle(piece, chain)
    held = {
        name: _untouched(piece, name) if name in idle else value
        for name, value in piece.knobs.items()
        if name not in absent
    }
    return shortened(held, catalog)


def _knobs(piece: Piece, plays: Iterable[str]) -> set[str]:
    return {name for play in plays for name in piece.catalog.instrument(play).DEFAULTS}


def _idle(piece: Piece, chain: list[str]) -> set[str]:
    """Return the knobs of effects, beds and mix that have no influence on the piece."""
    read: Log = {}
    watched = piece.watched(read)
    measured = [p for p in chain if not hasattr(piece.catalog.instrument(p), "filters")]
    for play in chain:
        name = play.partition("/")[2]
        if play not in measured and filters_of(watched, name) and plates(watched, [name]):
            piece.catalog.instrument(play).plate(watched.knobs, **shared(watched, name))
    for bed in watched.beds:
        placed(watched, bed_voice(watched, bed), AT_SOME_LEVEL)
    if piece.sounds:
        mix = piece.catalog.instrument("audio/mix")
        mix.summed(watched.knobs, count=1, samples=piece.samples)
        read |= dict.fromkeys(_knobs(piece, ["audio/loudness"]))
        read |= {"spread": None} if piece.heard else {}
    unmeasured = [play for play in chain if play not in measured]
    return _knobs(piece, [*unmeasured, "audio/bed", "audio/mix", "audio/loudness"]) - read.keys()


def _layer(piece: Piece, layer: Layer) -> dict[str, Any]:
    heard = layer.number in piece.heard
    plays = layer_plays(layer, heard=heard)
    names = _knobs(piece, plays)
    names |= {"dice"} if layer.knobs["dice"] else set()  # the layer's analysis depends on its dice
    idle = _knobs(piece, filter(partial(_playable, layer), plays))
    idle -= _read(piece, layer, heard=heard)
    model = layer.model
    held = {
        name: _untouched(piece, name, layer) if name in idle else value
        for name, value in layer.knobs.items()
        if name in names
    }
    return {
        "clip": layer.pick.digest,
        "start": layer.pick.start,
        "knobs": shortened(held, piece.catalog),
        **({"model": model.digest} if model else {}),
    }


def _playable(layer: Layer, play: str) -> bool:
    """Return whether the knobs that an instrument reads are known before rendering."""
    module = layer.catalog.instrument(play)
    if hasattr(module, "AFTER"):
        return not {"answer", "matte"} & parameters(module.filters)
    return play in PLAYED or (layer.cut and play == f"modes/{layer.mode}")


def _read(piece: Piece, layer: Layer, *, heard: bool) -> set[str]:
    """Return the knobs that a layer's picture and sound depend on."""
    read: Log = {}
    one = layer.watched(piece.knobs, read)
    layer_facts = facts(piece, one, {})
    _ = one.course, around(layer_facts), pace(layer_facts), colors(layer_facts), fitted(layer_facts)
    if layer.keyed:
        added = [
            r for play in AFTER_KEY for r in after(one.catalog, play) if _playable(one, r.play)
        ]
        filters(layer_facts, *EDGE, *THIN, *AROUND, PLACE, *added)
        laid_over(layer_facts, piece.chroma)
    if heard:
        placed(piece, voice(one, piece.fps), AT_SOME_LEVEL)
    names = {*RECORDED, *(["pan"] if layer.placed else [])}
    if layer.keyed:
        looked_at = key_moves(one) or looks_at(one)
        names |= _knobs(piece, ["source/keyframe"] if looked_at else [])
        names |= _knobs(piece, ["source/matte"]) if one.cut else {"softness", "smooth"}
        if one.cut:  # the mode of a matte does not analyze pictures
            one.catalog.instrument(f"modes/{one.mode}").analyze(one.knobs, seed=0)
        _ = one.model
    return names | {name.partition(".")[2] for name in read}


def _untouched(piece: Piece, name: str, layer: Layer | None = None) -> Any:
    """Return the value to record for a knob that is not read.

    A knob from an opened look keeps its value, so the look keeps its name. Any other knob gets its
    BEFORE value. If there is none, it gets its default, or a drawn value if the default is a range.
    """
    before = piece.catalog.knobs[name].before
    older = {} if before is None else {name: Setting(before, "before")}
    seed = layer.knobs["seed"] if layer else piece.knobs["seed"]
    explicit = piece.settings.explicit.items()
    looks = {n: setting for n, setting in explicit if setting.origin.startswith(FROM_LOOK)}
    return replace(piece.settings, explicit={**older, **looks}).roll(
        name, seed, layer.number if layer else None
    )
