"""source/probe on real files: what a decoder really gives, which no header tells."""

from pathlib import Path
from typing import Any

import pytest

from collide.base.media import Clip
from collide.source import probe
from tests.render.conftest import ffmpeg
from tests.steps.studio import perform


def probed(folder: Path, name: str, *written: str) -> Clip:
    """Return what is found in a clip that is written so."""
    path = folder / name
    source = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=64x36:r=25:d=0.4,format=rgba,colorchannelmixer=aa=0.5",
    ]
    ffmpeg("-v", "error", *source, *written, str(path))
    found: dict[str, Any] = perform(folder, probe.passes({}), clip=path)
    files = {role: folder / role for role in ("packets.txt", "first.txt")}
    return Clip.of(found | probe.answer(files))


@pytest.mark.parametrize(
    ("name", "written", "pixels", "tells"),
    [
        ("a.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"], "yuv420p", (False, False)),
        ("b.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv444p"], "yuv444p", (False, True)),
        ("c.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p10le"], "yuv420p10le", (False, False)),
        ("d.mkv", ["-c:v", "ffv1", "-pix_fmt", "yuva420p"], "yuva420p", (True, False)),
        ("e.mov", ["-c:v", "qtrle", "-pix_fmt", "argb"], "argb", (True, True)),
        ("f.mov", ["-c:v", "png", "-pix_fmt", "rgba"], "rgba", (True, True)),
        ("g.mov", ["-c:v", "png", "-pix_fmt", "rgb24"], "rgb24", (False, True)),
        ("h.mkv", ["-c:v", "ffv1", "-pix_fmt", "gray"], "gray", (False, False)),
        ("i.mkv", ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"], "yuvj420p", (False, False)),
        ("j.mov", ["-c:v", "prores_ks", "-profile:v", "4444"], "yuva444p12le", (True, True)),
        ("k.mkv", ["-c:v", "utvideo", "-pix_fmt", "gbrap"], "gbrap", (True, True)),
    ],
)
def test_a_clip_has_the_pixels_that_its_decoder_gives(
    tmp_path: Path, name: str, written: list[str], pixels: str, tells: tuple[bool, bool]
) -> None:
    """The fact `pixels` is the format of the first decoded frame, and tells whether a clip is
    transparent, and whether each pixel has a color.
    """
    clip = probed(tmp_path, name, *written)
    assert (clip.pixels, (clip.alpha, clip.fine)) == (pixels, tells)
    assert (clip.width, clip.height, clip.frames) == (64, 36, 10)


def test_a_report_that_tells_no_format_is_no_failure() -> None:
    """Then a clip has neither."""
    passes = probe.passes({})
    next(passes)
    passes.send("nothing of that")
    with pytest.raises(StopIteration) as end:
        passes.send("nor of this")
    assert end.value.value == {"pixels": ""}
