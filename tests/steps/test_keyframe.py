"""source/keyframe: keyframes from kept decoded frames are the same as those from the clip."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from collide.catalog import shipped
from collide.engine.programs import find_engine
from collide.engine.safety import Bounds, Source, spelled
from tests.steps.samples import CLIP

LOOK = (
    "scale=iw:ih:out_range=tv:flags=bicubic+accurate_rnd+bitexact,"
    "format=yuv420p|yuv422p|yuv444p,lut=y='round(val*1.1-4)',hue=h=20:s=1.4,eq=gamma=1.1"
)
KNOBS = {"keyframes": 5}
FORMS = {
    "yuv420p": ["-c:v", "libx264"],
    "yuvj420p": ["-c:v", "mjpeg", "-q:v", "3"],
    "yuv422p": ["-c:v", "ffv1"],
    "yuv422p10le": ["-c:v", "ffv1"],
    "yuv444p": ["-c:v", "libx264", "-colorspace", "bt709", "-color_primaries", "bt709"],
}


def played(folder: Path, argv: list[str], token: str, source: Source) -> None:
    """Run one of the instrument's commands in a folder."""
    engine = find_engine()
    engine.run(spelled(engine.path, argv, {token: source}), cwd=folder, bounds=Bounds())


@pytest.mark.parametrize("seconds", [6.0, 40.0], ids=["gone through", "sought"])
@pytest.mark.parametrize("pixels", FORMS)
def test_kept_frames_give_the_same_keyframes(tmp_path: Path, pixels: str, seconds: float) -> None:
    """With or without a seek, keyframes from kept frames of each format are those of the clip."""
    play, path = shipped().instrument("source/keyframe"), tmp_path / "clip.mkv"
    made = ["-f", "lavfi", "-i", f"testsrc2=s=320x180:r=4:d={seconds + 1}", "-g", "8"]
    form = [*FORMS[pixels], "-pix_fmt", pixels, "-strict", "unofficial", str(path)]
    subprocess.run([str(find_engine().path), "-v", "error", *made, *form], check=True)
    clip = replace(
        CLIP, seconds=seconds + 1, width=320, height=180, fps=4.0, gap=0.25, pixels=pixels
    )
    assert play.plain(clip)
    given = {"clip": clip, "start": 0.5, "seconds": seconds, "whole": ""}
    played(tmp_path, play.command(KNOBS, look=LOOK, **given), "@clip", Source(path, trusted=False))
    plain = (tmp_path / "frames.png").read_bytes()
    (tmp_path / "frames.png").unlink()
    played(tmp_path, play.kept(KNOBS, **given), "@clip", Source(path, trusted=False))
    kept = Source(tmp_path / "kept.mkv", trusted=True, demuxer="matroska")
    played(tmp_path, play.command_of_kept(KNOBS, clip=clip, look=LOOK), "@kept", kept)
    assert (tmp_path / "frames.png").read_bytes() == plain


@pytest.mark.parametrize("pixels", ["yuva420p", "rgb24", "pal8", "gray", "bayer_rggb8"])
def test_unsuitable_frames_are_not_kept(pixels: str) -> None:
    """The frames of stills, of other pixel formats, and of clips that change shape are not kept."""
    plain = shipped().instrument("source/keyframe").plain
    assert not plain(replace(CLIP, pixels=pixels))
    assert not plain(replace(CLIP, pixels="yuv420p", still=True))
    assert not plain(replace(CLIP, pixels="yuv420p", shapes=True))
