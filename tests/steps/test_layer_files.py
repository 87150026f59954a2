"""blend/layer on a real clip: the kept files and their frames."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collide.blend import layer
from collide.instrument import Span, chain
from collide.plan.layer_chain import kept_parts, pace
from tests.render.conftest import ffmpeg
from tests.steps.layers import Played
from tests.steps.samples import middle
from tests.steps.studio import md5s, render

FPS, PIECES = 25, [Span(0, 30), Span(30, 25)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a half-transparent 54-frame clip, one frame shorter than the layer requests."""
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    picture = "testsrc2=s=96x54:r=25,format=yuva420p,lut=a=val/2"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", "54", "-c:v", "ffv1",
           "-pix_fmt", "yuva420p", str(path))  # fmt: skip
    return path


def kept(folder: Path, clip: Path, storage: str = "raw", **turned: Any) -> Path:
    """Render the clip as layer 2 of a piece and return the folder of the stored planes."""
    folder.mkdir(exist_ok=True)
    facts = Played.of((96, 54), "64x36", "yuva420p", "420", **turned).facts
    shown = replace(facts, layer=replace(facts.layer, knobs={**facts.layer.knobs, "speed": 1.0}))
    head = chain(pace(shown), layer.counted(55, FPS))
    argv = layer.command(
        middle() | {"storage": storage},
        clip=facts.layer.clip,
        start=0.0,
        pieces=PIECES,
        fps=FPS,
        seconds=57 / FPS,
        layer=2,
        chains=kept_parts(shown, "[0:V:0]", head),
        planes=facts.layer.planes,
        second=[],
    )
    render(folder, argv, clip=clip)
    return folder


def frames(folder: Path, name: str) -> list[str]:
    """Return the md5 of every frame of one kept plane, across its files."""
    return [md5 for at in range(2) for md5 in md5s(folder / f"{name}-{at:03d}.nut")]


def test_each_plane_is_kept_as_one_file_per_segment(tmp_path: Path, clip: Path) -> None:
    """Each plane is kept as one file per segment.

    If the clip ends a frame early, the last frame is repeated.
    """
    folder = kept(tmp_path, clip)
    for name in ("look", "cut", "own"):
        assert [len(md5s(folder / f"{name}-{at:03d}.nut")) for at in range(2)] == [30, 25]
        assert frames(folder, name)[-1] == frames(folder, name)[-2]
    assert len(set(frames(folder, "look"))) == len(set(frames(folder, "cut"))) == 54
    assert len(set(frames(folder, "own"))) == 1


def test_samples_have_about_two_frames_per_second(tmp_path: Path, clip: Path) -> None:
    """Samples are exact copies of about two frames per second of a plane."""
    folder = kept(tmp_path, clip)
    for name in ("cut", "own"):
        every = frames(folder, name)[:: layer.looks(FPS)]
        assert md5s(folder / f"{name}-samples.nut") == every
        assert len(every) == layer.samples(55, FPS) == 5


@pytest.mark.parametrize("storage", ["ffvhuff", "ffv1"])
def test_storage_changes_no_bit(tmp_path: Path, clip: Path, storage: str) -> None:
    """Frames stored in either compressed format are the same as in raw video."""
    raw, other = kept(tmp_path / "raw", clip), kept(tmp_path / "other", clip, storage)
    for name in ("look", "cut", "own"):
        assert frames(raw, name) == frames(other, name)
    assert md5s(raw / "cut-samples.nut") == md5s(other / "cut-samples.nut")


@pytest.mark.parametrize(("fps", "count", "kept_"), [(1, 3, 3), (2, 3, 3), (25, 1, 1), (60, 61, 3)])
def test_even_the_shortest_layer_has_a_sample(fps: int, count: int, kept_: int) -> None:
    """Even the shortest layer at the lowest rate has a sample."""
    assert layer.samples(count, fps) == kept_
