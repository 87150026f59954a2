"""Steps of a planned piece, except the steps that make its video; see `tests.dry`."""

from collections.abc import Iterator

from collide.instrument import Span
from collide.plan.balance_steps import balance_steps
from collide.plan.color_steps import keyframe_step
from collide.plan.exports import ENCODERS, export_steps
from collide.plan.layer_steps import coverage_step, keyed_step
from collide.plan.planner import Plan, glance_step, probe_step, shots_step
from collide.plan.preview_clip import debug_step, listen_step, preview_step
from collide.plan.quick_frame import before_quick, part_steps, playable
from collide.plan.still_frame import still_steps
from collide.store.step import Step
from tests.dry_clips import CLIPS


def every_step(plan: Plan) -> Iterator[Step]:
    """Yield the steps of a piece, except the steps that make its video.

    They make a still, a preview, the sound alone, every export, a picture for `doit debug`, and a
    layer played by hand.
    """
    piece = plan.piece
    where = piece.project.path
    yield from still_steps(piece, piece.frames // 2, {"still.png": where / "still.png"})
    yield preview_step(piece, Span(3, piece.frames - 5), where / "preview.mp4")
    if piece.sounds:
        yield listen_step(piece, where / "mix.m4a")
    for layer in piece.layers[1:]:
        yield keyframe_step(piece, layer)
        yield debug_step(piece, layer)
        yield coverage_step(piece, layer)
    if len(piece.layers) > 1:
        yield keyed_step(piece, piece.layers[1], 0, piece.spans[0])
    for form in ENCODERS:
        yield from export_steps(piece, form)


def solving_steps(plan: Plan) -> Iterator[Step]:
    """Yield the steps without a receipt, which solve thresholds or make parts of quick pictures."""
    piece, at = plan.piece, plan.piece.frames // 2
    yield from balance_steps(piece, {one.number: (0.1, 0.5) for one in piece.layers if one.keyed})
    if playable(piece):
        yield from (one for one in before_quick(plan, at) if one.task not in plan.steps)
        yield from part_steps(piece, at).values()


def clip_steps() -> Iterator[Step]:
    """Yield steps that analyze one clip or sound and do not depend on a piece."""
    yield probe_step("c1" * 16)
    yield probe_step("c2" * 16, knobs={"picture_track": 1, "sound_track": 0})
    yield probe_step("c3" * 16, by="source/sound")
    yield glance_step("c4" * 16, CLIPS[0])
    yield shots_step("c5" * 16, CLIPS[0])
