"""source/frame: decodes the same frame of a clip with or without a seek."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from collide.source import frame
from tests.render.conftest import ffmpeg, make_clip
from tests.render.reading import columns
from tests.steps.reported import frame as frame_of
from tests.steps.samples import CLIP
from tests.steps.studio import perform

GIVEN = {"clip": CLIP, "rate": 12, "paced": "fps=12:start_time=0"}


def commands(report: str, **given: object) -> list[list[str]]:
    """Return both commands of the instrument, given the report from the first command."""
    passes = frame.passes({}, **{**GIVEN, **given})
    return [next(passes), passes.send(report)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a twelve-second clip in which every frame differs."""
    return make_clip(tmp_path_factory.mktemp("frame") / "a.mp4",
                     picture="testsrc2=s=64x36:r=25", seconds=12)  # fmt: skip


@pytest.mark.parametrize("start", [0.0, 1.237])
@pytest.mark.parametrize("number", [0, 5, 99, 119])
def test_seeking_returns_the_exact_frame(
    clip: Path, tmp_path: Path, start: float, number: int
) -> None:
    """With or without a seek, the frame equals that frame of the whole decoded clip."""
    perform(tmp_path, frame.passes({}, **GIVEN, start=start, frame=number), clip=clip)
    told = ffmpeg("-v", "error", "-i", str(tmp_path / "frame.mkv"), "-f", "framemd5", "-")
    opened = ["-ss", str(start)] if start else []
    chain = "fps=12:start_time=0,tpad=stop=2:stop_mode=clone"
    every = ffmpeg("-v", "error", *opened, "-i", str(clip), "-vf", chain, "-f", "framemd5", "-")
    assert columns(told) == [columns(every)[number]]


@pytest.mark.parametrize("number", [0, 99, 250, 286])
def test_seeking_is_exact_at_an_ntsc_rate(clip: Path, tmp_path: Path, number: int) -> None:
    """At 24000/1001 fps, seeking finds the same frame as decoding from the start."""
    fps = Fraction(24000, 1001)
    given = {"clip": CLIP, "rate": fps, "paced": f"fps={fps}:start_time=0", "start": 0.037}
    perform(tmp_path, frame.passes({}, **given, frame=number), clip=clip)
    told = ffmpeg("-v", "error", "-i", str(tmp_path / "frame.mkv"), "-f", "framemd5", "-")
    chain = f"fps={fps}:start_time=0,tpad=stop=2:stop_mode=clone"
    every = ffmpeg("-v", "error", "-ss", "0.037", "-i", str(clip), "-vf", chain,
                   "-f", "framemd5", "-")  # fmt: skip
    assert columns(told) == [columns(every)[number]]


OPENED = "[s @ 0x1] config in time_base: {}, frame_rate: 25/1\n"


@pytest.mark.parametrize(
    ("tick", "rate", "gap", "ahead"),
    [
        ("1/12800", 12, 0.04, 14),
        ("1/1000", 12, 0.04, 14),
        ("1/25", 12, 0.04, 14),
        ("1001/30000", 12, 0.04, 0),
        ("1/12800", 12.5, 0.04, 0),
        ("1/24000", Fraction(12000, 1001), 0.04, 14.014),
        ("1/12800", Fraction(12000, 1001), 0.04, 10.01),
        ("1/15360", Fraction(12000, 1001), 0.04, 0),
        ("1/12800", 12, 5.5, 9),
        ("1/12800", 12, 13.0, 0),
    ],
)
def test_seeks_go_only_to_safe_times(
    tick: str, rate: float | Fraction, gap: float, ahead: float
) -> None:
    """A seek goes to a time at which a tick and a frame coincide, or earlier if a gap is long."""
    clip = replace(CLIP, gap=gap)
    _, taken = commands(
        OPENED.format(tick) + frame_of(), clip=clip, rate=rate, start=1.5, frame=200
    )
    assert taken[:2] == ["-ss", f"{1.5 + ahead:g}"]
    at = 200 - round(ahead * float(rate))
    assert f"trim=start_frame={at}:end_frame={at + 1}" in taken[taken.index("-filter_complex") + 1]


def test_a_file_without_an_index_is_opened_early() -> None:
    """A clip without an index is opened early and decoded up to the requested time."""
    clip = replace(CLIP, early=2.2)
    report = OPENED.format("1/90000") + frame_of()
    _, taken = commands(report, clip=clip, rate=12, start=1.5, frame=200)
    assert taken[:2] == ["-ss", "13"]
    chains = taken[taken.index("-filter_complex") + 1]
    assert "[0:V:0]setpts=PTS-2.5/TB,fps=12:start_time=0," in chains


def test_a_title_that_imitates_a_report_is_ignored() -> None:
    """A title that imitates ffmpeg's report causes neither a seek nor full range."""
    lies = OPENED.format("1/25").strip() + frame_of("yuvj420p").strip()
    title = f"  Metadata:\n    title           : {lies.replace(chr(10), ' ')}\n"
    report = title + OPENED.format("1001/30000") + frame_of()
    _, taken = commands(report, rate=12, start=1.5, frame=200)
    assert taken[:2] == ["-ss", "1.5"] and "-color_range" not in taken


def test_full_range_stays_full_range() -> None:
    """A yuvj frame is written as full range, but a yuv frame is not."""
    full, plain = (
        commands(OPENED.format("1/25") + frame_of(fmt), start=0.0, frame=3)[1]
        for fmt in ("yuvj422p", "yuv420p")
    )
    assert full[full.index("-color_range") + 1] == "pc"
    assert "-color_range" not in plain
