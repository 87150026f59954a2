"""Analyses see the same frames in an indexed file and in a stream without an index."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collide.instrument import Argv, Clip
from collide.source import frame, glance, keyframe, matte
from tests.render.conftest import ffmpeg
from tests.steps.samples import CLIP, middle
from tests.steps.studio import md5s, perform, probed, render

SECONDS = 6


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return an MP4 and a stream of a clip with distinct frames, a key frame every two seconds."""
    folder = tmp_path_factory.mktemp("containers")
    indexed, stream = folder / "a.mp4", folder / "a.ts"
    source = ["-f", "lavfi", "-i", f"testsrc2=s=64x36:r=25:d={SECONDS}", "-pix_fmt", "yuv420p"]
    ffmpeg("-v", "error", *source, "-c:v", "libx264", "-bf", "2", "-g", "50", str(indexed))
    ffmpeg("-v", "error", "-i", str(indexed), "-c", "copy", str(stream))
    return indexed, stream


Looked = Callable[[Clip], Argv | Generator[Argv, str, Any]]


def frame_passes(clip: Clip) -> Generator[Argv, str, Any]:
    """Return the passes that write frame 30, counted from 1.24 s."""
    given: dict[str, Any] = {"rate": 12, "paced": "fps=12:start_time=0", "frame": 30}
    return frame.passes({}, clip=clip, start=1.24, **given)


def film_command(clip: Clip) -> Argv:
    """Return the command that writes the frames for a matte model."""
    film = matte.film(clip, start=1.24, rate=5, looks=12, fps=25, whole="", colors="")
    passes = matte.passes(middle(), **film, size=(64, 36), rate=5, looks=12, tiled=False)
    return next(passes)


LOOKS: dict[str, tuple[str, Looked]] = {
    "near": ("frames.png", lambda clip: keyframe.command(
        {"keyframes": 5}, clip=clip, start=0.56, seconds=4.0, whole="", look="")),
    "one": ("frames.png", lambda clip: keyframe.command(
        {"keyframes": 1}, clip=clip, start=2.56, seconds=1.0, whole="", look="")),
    "strip": ("strip.jpg", lambda clip: glance.command({}, clip=clip, whole="", colors="")),
    "frame": ("frame.mkv", frame_passes),
    "matte": ("frames.rgb", film_command),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_a_stream_gives_the_pixels_of_an_indexed_file(
    clips: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    """The stream is opened earlier, but its pixels are exactly those of the indexed file."""
    role, look = LOOKS[name]
    made = []
    for path in clips:
        folder = tmp_path / path.suffix[1:]
        folder.mkdir()
        clip = probed(folder, path)
        assert bool(clip.early) is (path.suffix == ".ts")
        argv = look(clip)
        if isinstance(argv, list):
            render(folder, argv, clip=path)
        else:
            perform(folder, argv, clip=path)
        raw = role.endswith("rgb")
        made.append((folder / role).read_bytes() if raw else md5s(folder / role))
    assert made[0] == made[1] and len(made[0]) > 0


def test_far_frames_have_their_own_seeks() -> None:
    """Each far keyframe is read after its own seek, which goes to an early enough time."""
    clip = replace(CLIP, seconds=100.0, frames=round(100 * CLIP.fps), early=3.0)
    argv = keyframe.command(
        {"keyframes": 2}, clip=clip, start=0.0, seconds=100.0, whole="bwdif", look="negate"
    )
    chains = argv[argv.index("-filter_complex") + 1].split(";")
    assert argv[:8] == ["-ss", "22", "-i", "@clip", "-ss", "72", "-i", "@clip"]
    for at in range(2):
        (one,) = (each for each in chains if each.startswith(f"[{at}:V:0]"))
        cut = "setpts=PTS-3/TB,trim=start=0,trim=end_frame=1,negate,"
        assert one.startswith(f"[{at}:V:0]bwdif,{cut}")


def test_frames_are_deinterlaced_then_chosen_then_corrected() -> None:
    """Frames for keys and mattes are first deinterlaced, then chosen, and then color-corrected."""
    keys = keyframe.command(
        {"keyframes": 3}, clip=CLIP, start=0.0, seconds=6.0, whole="bwdif", look="negate"
    )
    (chain,) = keys[keys.index("-filter_complex") + 1].split(";")[1:]
    assert chain.startswith("[0:V:0]bwdif,fps=") and ",negate,scale=160:90:" in chain
    shown = {"start": 0.0, "rate": 12, "looks": 60, "fps": 24}
    film = matte.film(CLIP, **shown, whole="bwdif", colors="lut3d=file=pq.cube")
    assert film["seen"] == "[0:V:0]bwdif,fps=12:start_time=0,lut3d=file=pq.cube"
    other = replace(CLIP, picture=1, pictures=2, early=1.0)
    film = matte.film(other, **{**shown, "start": 2.25}, whole="", colors="")
    assert film["seen"].startswith("[0:1]setpts=PTS-") and film["source"][:2] == ["-ss", "1"]


def test_a_film_never_opens_its_clip_after_the_last_frame() -> None:
    """A film never opens its clip after the last frame, even if the clip pauses at its end."""
    late = replace(CLIP, gap=2.0)
    film = matte.film(late, start=11.9, rate=12, looks=6, fps=24, whole="", colors="")
    assert film["source"][:2] == ["-ss", "9.95"]
