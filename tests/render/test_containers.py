"""Files from camcorders, discs and broadcasts have the right length and frames."""

import json
from math import ceil, floor
from pathlib import Path

import numpy as np
import pytest

from tests.render.conftest import House, ffmpeg
from tests.render.reading import raw, samples
from tests.render.test_exact import composed

# Neighboring frames differ so much in brightness that the test cannot confuse them.
RAMP = "color=black:s={}:r=25:d=3,format=yuv420p,geq=lum='30+mod(37*N,180)':cb=128:cr=128"
SMALL = "176x144"
MPEG2 = ["-c:v", "mpeg2video", "-g", "12", "-q:v", "2"]
H264 = ["-c:v", "libx264", "-g", "40", "-bf", "2", "-qp", "4"]
FORMS = {
    "a.mxf": [*MPEG2, "-c:a", "pcm_s16le", "-ar", "48000", "-f", "mxf"],
    "a.vob": ["-an", *MPEG2, "-f", "vob"],
    "b.mod": [*MPEG2, "-c:a", "ac3", "-f", "dvd"],
    "a.ps": [*MPEG2, "-c:a", "mp2", "-f", "mpeg"],
    "a.mts": [*H264, "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"],
    "b.trp": [*MPEG2, "-c:a", "mp2", "-f", "mpegts"],
    "a.f4v": [*H264, "-c:a", "aac", "-f", "f4v"],
    "a.qt": [*H264, "-c:a", "aac", "-f", "mov"],
    "a.3gp": ["-c:v", "h263", "-q:v", "2", "-c:a", "aac", "-f", "3gp"],
    "a.divx": ["-c:v", "mpeg4", "-q:v", "2", "-c:a", "mp3", "-f", "avi"],
    "a.nut": ["-c:v", "mpeg4", "-q:v", "2", "-c:a", "aac", "-f", "nut"],
    "a.rm": ["-c:v", "rv20", "-q:v", "2", "-c:a", "ac3", "-f", "rm"],
    "a.wtv": [*MPEG2, "-c:a", "mp2", "-f", "wtv"],
    "a.dv": ["-c:v", "dvvideo", "-c:a", "pcm_s16le", "-ar", "48000", "-ac", "2", "-f", "dv"],
    "a.ivf": ["-an", "-c:v", "libvpx", "-crf", "4", "-b:v", "9M", "-f", "ivf"],
    "a.m2v": ["-an", *MPEG2, "-f", "mpeg2video"],
    "a.m1v": ["-an", "-c:v", "mpeg1video", "-q:v", "2", "-f", "mpeg1video"],
    "a.h264": ["-an", *H264, "-f", "h264"],
    "a.hevc": ["-an", "-c:v", "libx265", "-x265-params", "log-level=0:qp=6", "-f", "hevc"],
    "a.y4m": ["-an", "-f", "yuv4mpegpipe"],
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> House:
    """Return a workspace with a file of each kind, and two files with a wrong suffix."""
    house = House(tmp_path_factory.mktemp("shelf"))
    folder = house.root / "library" / "video"
    for name, form in FORMS.items():
        size = "720x576" if name == "a.dv" else SMALL
        ffmpeg("-v", "error", "-f", "lavfi", "-i", RAMP.format(size), "-f", "lavfi", "-i",
               "sine=440:r=44100:d=3", *form, str(folder / name))  # fmt: skip
    (folder / "wrong.mov").write_bytes((folder / "a.mxf").read_bytes() + b"another file")
    (folder / "wrong.avi").write_bytes((folder / "a.h264").read_bytes() + bytes(2))
    return house


def test_each_file_is_accepted_with_its_true_length(shelf):
    """A scan finds the true length of each file.

    Some files store no duration, and two have a wrong suffix.
    """
    assert shelf.doit("scan").code == 0
    known = json.loads((shelf.root / "cache" / "library.json").read_text())["clips"]
    facts = {name.rpartition("/")[2]: clip.get("facts", clip) for name, clip in known.items()}
    assert {n for n, clip in facts.items() if "left_out" in clip} == set()
    assert set(facts) == {*FORMS, "wrong.mov", "wrong.avi"}
    assert {n: c["seconds"] for n, c in facts.items() if abs(c["seconds"] - 3) > 0.05} == {}
    silent = {n for n, clip in facts.items() if clip["audio"] is None}
    assert silent == {*(n for n, form in FORMS.items() if form[0] == "-an"), "wrong.avi"}


def luma(path: Path) -> np.ndarray:
    """Return the stored luma in the middle of each frame."""
    seen = ["-vf", "crop=16:16,extractplanes=y", "-fps_mode", "passthrough", "-f", "rawvideo"]
    data = raw("-i", str(path), "-map", "0:V:0", *seen)
    return np.frombuffer(data, np.uint8).reshape(-1, 256).mean(axis=1)


@pytest.mark.parametrize("name", FORMS)
def test_a_layer_that_starts_halfway_has_the_right_frames(shelf, name):
    """A layer that starts halfway has the same frames as a decode from the beginning."""
    project = name.replace(".", "-")
    composed(shelf, project, [name], start=0.5, duration=1, fps=25, color_shift=False, crf=1,
             deinterlace="off")  # fmt: skip
    ran = shelf.doit("render", f"project={project}")
    assert ran.code == 0, ran.out
    found, light = luma(shelf.video(project)), luma(shelf.root / "library" / "video" / name)
    first = shelf.manifest(project)["recipe"]["layers"][0]["start"] * 25
    near = [light[at : at + 25] for at in (floor(first), ceil(first))]
    far = [np.abs(found - there).max() for there in near]
    assert min(far) < 12, "a frame early or late would be 37"
    if FORMS[name][0] != "-an":
        assert np.abs(samples(shelf.video(project))).max() > 0.01
