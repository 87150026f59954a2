"""base/packets: how early a file is opened, given its container and its key frames."""

from pathlib import Path

import pytest
from PIL import Image

from collide.base.packets import INDEXED, NEAR, STREAMS, read_clip
from tests.render.conftest import ffmpeg
from tests.steps.studio import probed

HEAD = "#tb 0: 1/1000\n#media_type 0: video\n#codec_id 0: h264\n#dimensions 0: 64x36\n"
FIRST = (
    "#tb 0: 1/25\n#codec_id 0: rawvideo\n#dimensions 0: 64x36\n#sar 0: 1/1\n0, 0, 0, 1, 9, 0x1\n"
)
KEY, REST, DISCARDED = "", ", F=0x0", ", F=0x4"


def listed(*packets: tuple[int, str]) -> str:
    """Return ffmpeg's list of packets in decoding order, given their times in ms and flags."""
    rows = (f"0, {at:>10}, {time:>10},       40, 1352, 0xa32e3831{flags}" for at, (time, flags)
            in zip(range(0, 40 * len(packets), 40), packets, strict=True))  # fmt: skip
    return "\n".join([HEAD.strip(), *rows])


def closed(seconds: int, every: int) -> list[tuple[int, str]]:
    """Return `seconds` seconds of frames at 25 fps, with a key frame every `every` frames."""
    return [(40 * at, REST if at % every else KEY) for at in range(25 * seconds)]


# Two groups; the two frames after the second key frame are displayed before it.
OPEN = [(0, KEY), (40, REST), (80, REST), (200, KEY), (120, REST), (160, REST), (240, REST)]


def early(packets: list[tuple[int, str]], container: str) -> float:
    """Return how many seconds early a file with these packets is opened."""
    return read_clip(listed(*packets), FIRST, container).early


@pytest.mark.parametrize("container", [*INDEXED, "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"])
def test_a_file_with_an_index_is_opened_at_the_requested_time(container: str) -> None:
    """A file with an index is opened at the requested time, not earlier."""
    assert early(closed(8, 50), container) == 0


@pytest.mark.parametrize("container", STREAMS)
def test_a_stream_is_opened_a_key_frame_early(container: str) -> None:
    """A stream is opened early by the longest time between key frames, plus a second."""
    assert early(closed(8, 50), container) == 2 + NEAR
    assert early([*closed(8, 50), (8000, KEY), (8040, REST)], container) == 2 + NEAR
    assert early(closed(8, 9999), container) == 8 + NEAR


@pytest.mark.parametrize("container", ["gif", "h264", "apng", "", "something new"])
def test_formats_without_times_are_opened_at_their_start(container: str) -> None:
    """Raw streams, animations and unknown formats are opened at their start."""
    assert early(closed(8, 50), container) == 8


def test_a_file_with_open_gops_is_opened_earlier() -> None:
    """With open GOPs, a file is opened earlier by the longest time a frame leads its key frame.

    A leading frame is stored after its key frame but shown before it.
    """
    assert early(OPEN, "mov") == 0.08
    assert early(OPEN, "mpegts") == pytest.approx(0.08 + 0.2 + NEAR)
    assert early([(80, KEY), (0, REST), (40, REST), (120, REST)], "mov") == 0


def test_a_clip_with_a_pause_is_opened_earlier() -> None:
    """A clip with a pause is opened earlier by the pause's length; a short gap does not count."""
    pause = [*closed(2, 25), *((time + 5000, flags) for time, flags in closed(2, 25))]
    assert early(pause, "mov") == 3.04
    short = [*closed(2, 25), *((time + 2100, flags) for time, flags in closed(2, 25))]
    assert early(short, "mov") == 0


def test_discarded_packets_are_not_counted() -> None:
    """Discarded packets count neither as frames nor as duration."""
    shown = [(0, KEY), (40, REST), (80, REST)]
    hidden = [*shown, (120, DISCARDED), (160, DISCARDED)]
    clip = read_clip(listed(*hidden), FIRST, "mov")
    assert (clip.frames, clip.seconds) == (3, 0.12)
    assert clip == read_clip(listed(*shown), FIRST, "mov")
    with pytest.raises(ValueError, match="it has no moving picture"):
        read_clip(listed((0, DISCARDED), (40, DISCARDED)), FIRST)


MOV = "mov,mp4,m4a,3gp,3g2,mj2"


@pytest.mark.parametrize(
    ("container", "seconds", "still"),
    [(MOV, 1.04, False), (f"{MOV},avif", 1.54, True), ("gif", 1.54, True)],
)
def test_the_last_picture_of_an_animation_keeps_its_length(
    container: str, seconds: float, still: bool
) -> None:
    """The last picture of an animation, AVIF included, keeps its own length.

    A one-picture animation is a still. A film keeps at most a second of its last picture.
    """
    packets = listed((0, KEY), (40, REST)).replace("40,       40, 1352", "40,     1500, 1352")
    assert read_clip(packets, FIRST, container).seconds == seconds
    assert read_clip(listed((0, KEY)), FIRST, container).still == still


def test_a_real_avif_keeps_the_length_of_its_last_picture(tmp_path: Path) -> None:
    """An AVIF animation lasts as long as all its pictures; a one-picture AVIF is a still."""
    first, *others = (Image.new("RGB", (64, 36), (50 * n, 0, 0)) for n in range(4))
    path = tmp_path / "moving.avif"
    times = [100, 100, 100, 1500]
    first.save(path, save_all=True, append_images=others, duration=times, quality=90)
    clip = probed(tmp_path, path)
    assert (clip.seconds, clip.frames, clip.still) == (1.8, 4, False)
    first.save(path)
    assert probed(tmp_path, path).still


def test_flags_are_read_despite_other_words_on_the_line() -> None:
    """Flags are read even if skipped samples and side data follow on the same line."""
    words = ", F=0x5, S=1, Skip Samples,       10, 0x00140004"
    clip = read_clip(listed((0, KEY), (40, words), (80, REST)), FIRST, "mov")
    assert clip.frames == 2


WRITTEN = {
    "closed.mp4": (["-g", "25"], 0.0, 0.0),
    "open.mp4": (["-g", "25", "-bf", "2", "-x264-params", "open-gop=1:scenecut=0"], 0.04, 0.2),
    "live.ts": (["-g", "25"], 2.0, 2.1),
    "moving.gif": (["-c:v", "gif", "-pix_fmt", "gray"], 4.0, 4.1),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_real_files_are_opened_as_early_as_expected(tmp_path: Path, name: str) -> None:
    """Real files, listed by ffmpeg, are opened as early as expected."""
    words, least, most = WRITTEN[name]
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=4", "-pix_fmt", "yuv420p"]
    ffmpeg("-v", "error", *source, "-c:v", "libx264", *words, str(tmp_path / name))
    assert least <= probed(tmp_path, tmp_path / name).early <= most
