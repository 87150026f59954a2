"""piece: the properties of a piece that follow from its clips."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.project.piece import CHROMA, Piece, depth, frame_at, whole_bytes
from tests.dry import Dry
from tests.dry_clips import CLIP

PLAIN, DRAWN = replace(CLIP, pixels="yuv420p"), replace(CLIP, pixels="gbrp")
SHEER, OLD = replace(CLIP, pixels="yuva420p"), replace(CLIP, pixels="")
SMALL = {"output_size": "320x180", "fps": 25, "duration": 2.0, "num_videos": 2, "mode": "fixed"}


def piece(house: Workspace, clips: Sequence[object], **turned: object) -> Piece:
    """Return a piece of these clips."""
    return Dry(house).plan({**SMALL, **turned}, clips=clips).piece  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clips", "chroma"),
    [
        ((PLAIN, PLAIN), "420"),
        ((PLAIN, DRAWN), "444"),
        ((DRAWN, PLAIN), "444"),
        ((SHEER, PLAIN), "420"),
        ((OLD, OLD), "420"),
    ],
)
def test_chroma_follows_the_finest_clip(
    house: Workspace, clips: Sequence[object], chroma: str
) -> None:
    """With chroma=auto, the chroma is 4:4:4 if any clip has a color per pixel, otherwise 4:2:0.

    A clip from an older scan, without a recorded format, counts as 4:2:0. A step that reads the
    knob also logs the result of `auto`. An explicit value does not depend on the clips.
    """
    found = piece(house, clips).watched(log := {})
    assert found.chroma == chroma
    assert log == {"chroma": "auto", CHROMA: chroma}
    for said in ("420", "444"):
        told = piece(house, clips, chroma=said).watched(log := {})
        assert told.chroma == said
        assert log == {"chroma": said}


def test_a_finer_clip_renders_the_stack_but_no_other_layer(house: Workspace) -> None:
    """If a clip has finer color, the stack is rendered again, but the other layers are not."""
    dry = Dry(house)
    dry.walk(dry.plan(SMALL, clips=[PLAIN, PLAIN]))
    moved = {n: w for n, w in dry.walk(dry.plan(SMALL, clips=[PLAIN, DRAWN])).items() if w.why}
    assert {"layer:2", "stack:0"} <= moved.keys()
    assert "layer:1" not in moved
    why = {one.name: (one.old, one.new) for one in moved["stack:0"].why}
    assert why[CHROMA] == ("420", "444")


@pytest.mark.parametrize(
    ("clip", "planes"), [(PLAIN, ("cut",)), (SHEER, ("cut", "own")), (OLD, ("cut",))]
)
def test_only_upper_layers_store_a_cut_and_alpha(
    house: Workspace, clip: object, planes: tuple[str, ...]
) -> None:
    """An upper layer stores a cut, and the alpha of a transparent clip; the base stores neither."""
    base, keyed = piece(house, (clip, clip)).layers
    assert base.planes == ()
    assert keyed.planes == planes


def test_the_raw_size_of_a_piece_counts_its_planes() -> None:
    """A piece's raw size is the luma, chroma and cut of each layer, plus the stack's picture."""
    assert (depth("420"), depth("444"), depth("auto")) == (1.5, 3.0, 1.5)
    knobs = {"output_size": "100x100", "duration": 2.0, "fps": 10, "chroma": "auto"}
    assert whole_bytes(knobs, layers=3) == 20 * 100 * 100 * (2.5 * 3 + 1.5)


@pytest.mark.parametrize(
    ("rate", "frames", "samples"),
    [(30, 1800, 2880000), (23.976, 1439, 2880878), (29.97, 1798, 2879677), (47.952, 2877, 2879877),
     (59.94, 3596, 2879677), (119.88, 7193, 2880077)],
)  # fmt: skip
def test_a_minute_has_a_whole_number_of_frames(
    house: Workspace, rate: float, frames: int, samples: int
) -> None:
    """A one-minute piece has a whole number of frames, and sound of the same length.

    The printed time of a frame finds that frame.
    """
    found = piece(house, (PLAIN, PLAIN), fps=rate, duration=60.0)
    assert (found.frames, found.samples) == (frames, samples)
    assert abs(found.seconds - 60) <= 0.5 / rate
    assert sum(span.count for span in found.spans) == frames
    assert {span.count for span in found.spans[:-1]} == {5 * round(rate)}
    for frame in (0, 1, frames // 2, frames - 1):
        assert found.frame_at(float(f"{found.seconds_of(frame):g}")) == frame


@pytest.mark.parametrize(
    ("fps", "typed", "name", "meant"),
    [
        (10, 99.0, "at", "1.9"),
        (10, 1.96, "at", "1.9"),
        (23.976, 2.0, "at", "1.96"),
        (10, 99.0, "from", "1"),
    ],
)
def test_a_time_after_the_end_gets_the_last_frame(
    fps: float, typed: float, name: str, meant: str
) -> None:
    """The fix for a time after the end is the last frame, or the middle for a part's start."""
    knobs = {"duration": 2.0, "fps": fps}
    with pytest.raises(InputError) as refused:
        frame_at(knobs, shipped(), typed, name)
    assert refused.value.turns == [{name: meant}]
