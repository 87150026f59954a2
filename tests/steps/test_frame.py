"""source/frame: one frame of a clip, the same whichever way it is come to."""

from pathlib import Path

import pytest

from collide.base.media import Clip
from collide.source import frame
from tests.render.conftest import ffmpeg, make_clip
from tests.render.reading import columns
from tests.steps.samples import CLIP
from tests.steps.studio import perform

GIVEN = {"clip": CLIP, "rate": 12, "paced": "fps=12:start_time=0"}


def commands(report: str, **given: object) -> list[list[str]]:
    """Return both commands, when the first one says `report`."""
    passes = frame.passes({}, **{**GIVEN, **given})
    return [next(passes), passes.send(report)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return twelve seconds in which every frame differs."""
    return make_clip(tmp_path_factory.mktemp("frame") / "a.mp4",
                     picture="testsrc2=s=64x36:r=25", seconds=12)  # fmt: skip


@pytest.mark.parametrize("start", [0.0, 1.237])
@pytest.mark.parametrize("number", [0, 5, 99, 119])
def test_it_is_that_frame_of_all(clip: Path, tmp_path: Path, start: float, number: int) -> None:
    """Jumped to or not, it is the frame that going through the whole clip gives, by md5."""
    perform(tmp_path, frame.passes({}, **GIVEN, start=start, frame=number), clip=clip)
    told = ffmpeg("-v", "error", "-i", str(tmp_path / "frame.mkv"), "-f", "framemd5", "-")
    opened = ["-ss", str(start)] if start else []
    chain = "fps=12:start_time=0,tpad=stop=2:stop_mode=clone"
    every = ffmpeg("-v", "error", *opened, "-i", str(clip), "-vf", chain, "-f", "framemd5", "-")
    assert columns(told) == [columns(every)[number]]


OPENED = "Input #0, {}, from 'x':\n[s @ 0x1] config in time_base: {}, frame_rate: 25/1\n fmt:{} "


@pytest.mark.parametrize(
    ("holder", "tick", "rate", "gap", "ahead"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", "1/12800", 12, 0.04, 14),
        ("matroska,webm", "1/1000", 12, 0.04, 14),
        ("avi", "1/25", 12, 0.04, 0),
        ("mpegts", "1/90000", 12, 0.04, 0),
        ("mov,mp4,m4a,3gp,3g2,mj2", "1001/30000", 12, 0.04, 0),
        ("mov,mp4,m4a,3gp,3g2,mj2", "1/12800", 12.5, 0.04, 0),
        ("mov,mp4,m4a,3gp,3g2,mj2", "1/12800", 12, 5.5, 9),
        ("mov,mp4,m4a,3gp,3g2,mj2", "1/12800", 12, 13.0, 0),
    ],
)
def test_it_jumps_only_where_that_changes_nothing(
    holder: str, tick: str, rate: float, gap: float, ahead: int
) -> None:
    """A file with an index, ticks and pictures that fill a second, and no pause before it."""
    clip = Clip(**{**CLIP.facts(), "gap": gap})
    report = OPENED.format(holder, tick, "yuv420p")
    _, taken = commands(report, clip=clip, rate=rate, start=1.5, frame=200)
    assert taken[:2] == ["-ss", f"{1.5 + ahead:g}"]
    at = 200 - round(ahead * rate)
    assert f"trim=start_frame={at}:end_frame={at + 1}" in taken[taken.index("-filter_complex") + 1]


def test_full_range_stays_full_range() -> None:
    """What its decoder gives as yuvj is kept as it is, and nothing else is stretched."""
    full, plain = (
        commands(OPENED.format("avi", "1/25", fmt), start=0.0, frame=3)[1]
        for fmt in ("yuvj422p", "yuv420p")
    )
    assert full[full.index("-color_range") + 1] == "pc"
    assert "-color_range" not in plain
