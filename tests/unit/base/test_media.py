"""media: a list of packets, in ffmpeg's framecrc format, becomes a clip."""

from typing import Any

import pytest

from collide.base.media import UNKNOWN_TROUBLE, Clip, plainly
from collide.base.opening import opened, since
from collide.base.packets import WIDEST_GAP, read_clip

FIRST = "#software: Lavf63\n#tb 0: 1/25\n#media_type 0: video\n#codec_id 0: rawvideo\n"
AUDIO = (
    "#tb 1: 1/44100\n#media_type 1: audio\n#codec_id 1: aac\n"
    "#sample_rate 1: 44100\n#channel_layout_name 1: {layout}\n"
)


def packets(times: list[tuple[int, int]], *, size: str = "64x36", layout: str = "") -> str:
    """Return a packet list of (pts, duration) in ms, with sound if `layout` is given."""
    head = "#tb 0: 1/1000\n#media_type 0: video\n#codec_id 0: h264\n#dimensions 0: " + size
    lines = [f"0, {pts - 80:>10}, {pts:>10}, {step:>8},    1352, 0xa32e3831" for pts, step in times]
    if layout:
        lines.append("1,      -1024,      -1024,     1024,      256, 0xea44782a, F=0x5, S=1, Skip")
    return "\n".join([head, *([AUDIO.format(layout=layout).strip()] if layout else []), *lines])


def first(size: str = "64x36", sar: str = "1/1") -> str:
    """Return ffmpeg's report on one decoded frame."""
    return f"{FIRST}#dimensions 0: {size}\n#sar 0: {sar}\n0, 0, 0, 1, 3456, 0x2f506018\n"


STEADY = [(40 * n, 40) for n in range(50)]


def test_the_facts_of_a_plain_clip_are_read() -> None:
    """The facts about a regular clip with sound are read from its packets and first frame."""
    assert read_clip(packets(STEADY, layout="stereo"), first()) == Clip(
        seconds=2.0, width=64, height=36, frames=50, fps=25.0, variable=False, rotated=False,
        video="h264", audio="aac", channels=2, rate=44100, gap=0.04,
    )  # fmt: skip


def test_a_silent_clip_has_no_sound() -> None:
    """A clip without an audio stream has no audio codec, no channels and no rate."""
    clip = read_clip(packets(STEADY), first())
    assert (clip.audio, clip.channels, clip.rate) == (None, 0, 0)


@pytest.mark.parametrize(
    ("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6), ("7.1(wide)", 6)]
)
def test_any_layout_beyond_stereo_counts_as_six_channels(layout: str, channels: int) -> None:
    """Mono and stereo have one and two channels; any other layout counts as six."""
    assert read_clip(packets(STEADY, layout=layout), first()).channels == channels


def test_frames_are_ordered_by_presentation_time() -> None:
    """A clip's frame count, length and rate follow presentation times, not the packets' order."""
    swapped = [STEADY[i] for n in range(0, 50, 2) for i in (n + 1, n)]
    assert read_clip(packets(swapped), first()) == read_clip(packets(STEADY), first())


def test_a_rotated_clip_has_its_upright_size() -> None:
    """A rotated clip has the size of its decoded, upright frame instead of the header's size."""
    clip = read_clip(packets(STEADY, size="64x36"), first("36x64"))
    assert (clip.width, clip.height, clip.rotated) == (36, 64, True)


@pytest.mark.parametrize(
    ("sar", "width"), [("4/3", 960), ("1/1", 720), ("0/1", 720), ("16/15", 768)]
)
def test_the_width_is_in_square_pixels(sar: str, width: int) -> None:
    """A clip's width is in square pixels; an unknown pixel ratio, 0/1, counts as square."""
    clip = read_clip(packets(STEADY, size="720x576"), first("720x576", sar))
    assert (clip.width, clip.height, clip.rotated) == (width, 576, False)


@pytest.mark.parametrize(("step", "variable"), [(40, False), (42, False), (60, True), (90, True)])
def test_uneven_times_make_a_variable_clip(step: int, variable: bool) -> None:
    """Rounding to milliseconds does not make a clip variable; a frame that is 50% longer does."""
    times = [(pts + (step - 40 if pts >= 1000 else 0), 40) for pts, _ in STEADY]
    assert read_clip(packets(times), first()).variable is variable


def test_the_gap_is_the_longest_pause() -> None:
    """A clip's gap is its longest pause; the time before a late first frame also counts."""
    pause = [(pts + (3000 if pts >= 1000 else 0), 40) for pts, _ in STEADY]
    late = [(pts + 5000, 40) for pts, _ in STEADY]
    assert read_clip(packets(pause), first()).gap == 3.04
    assert read_clip(packets(late), first()).gap == 5.0


def test_a_late_first_frame_does_not_lower_the_rate() -> None:
    """A clip's length counts from time 0, but its rate counts from its first frame."""
    clip = read_clip(packets([(pts + 5000, 40) for pts, _ in STEADY]), first())
    assert (clip.seconds, clip.fps) == (7.0, 25.0)


@pytest.mark.parametrize("claimed", [3_600_000, 10**12])
def test_a_last_frame_counts_for_at_most_a_second(claimed: int) -> None:
    """The last frame of a video counts for at most a second, whatever duration it claims."""
    clip = read_clip(packets([*STEADY[:-1], (1960, claimed)]), first())
    assert clip.seconds == 2.96


def test_a_last_frame_without_a_length_gets_the_typical_one() -> None:
    """A last frame without a duration lasts as long as a typical frame."""
    assert read_clip(packets([*STEADY[:-1], (1960, 0)]), first()).seconds == 2.0


def test_a_single_frame_is_a_clip() -> None:
    """The single frame of a video lasts 0.04 s if it has no duration."""
    clip = read_clip(packets([(0, 0)]), first())
    assert (clip.frames, clip.seconds, clip.gap, clip.variable) == (1, 0.04, 0.0, False)


@pytest.mark.parametrize(
    ("times", "begins"),
    [
        (STEADY, 1.96),
        ([(0, 1000)], 0.0),
        ([(0, 40), (40, 1000)], 0.04),
        ([(0, 40), (40, 40), (80, 900)], 0.08),
        ([(500, 1000)], 0.5),
    ],
)
def test_the_latest_seek_is_not_after_the_last_picture(
    times: list[tuple[int, int]], begins: float
) -> None:
    """The latest time to seek to is never after the beginning of the last picture."""
    clip = read_clip(packets(times), first())
    assert all(0 <= clip.latest(pause) <= begins for pause in (0.0, 1 / clip.fps))


def test_a_clip_of_one_picture_is_opened_without_seeking() -> None:
    """A one-picture clip is opened at its start without seeking, and its times are shifted."""
    slate = read_clip(packets([(0, 1000)]), first())
    assert opened(slate, 0.4) == ["-i", "@clip"]
    assert (since(slate, 0.4), since(slate)) == ("setpts=PTS-0.4/TB", "")


def test_a_clip_that_pauses_too_long_is_refused() -> None:
    """A clip with too long a gap is refused: copies of one frame would fill the disk."""
    times = [(0, 40), (int(WIDEST_GAP * 1000) + 1, 40)]
    with pytest.raises(ValueError, match="60 s without a picture"):
        read_clip(packets(times), first())


NO_PICTURE = AUDIO.format(layout="mono").replace(" 1: ", " 0: ")


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("", ""),
        (NO_PICTURE + "0, 0, 0, 1024, 256, 0xea44782a\n", ""),
        (packets([]), first()),
        (packets(STEADY), ""),
        (packets(STEADY), FIRST),
    ],
    ids=["nothing", "sound-only", "no-packets", "nothing-decoded", "no-size"],
)
def test_a_file_without_a_decodable_picture_is_refused(listed: str, shown: str) -> None:
    """A file without a decodable picture is refused with a reason."""
    with pytest.raises(ValueError, match="picture"):
        read_clip(listed, shown)


def test_a_clip_is_restored_from_its_facts() -> None:
    """A clip is completely restored from its facts, as the library stores them."""
    clip = read_clip(packets(STEADY, layout="mono"), first())
    facts: dict[str, Any] = clip.facts()
    assert Clip(**facts) == clip


@pytest.mark.parametrize(
    ("why", "plain"),
    [
        ("ffmpeg failed with exit code 183\nmoov atom not found", "it is not a video, or only"),
        ("x\nFormat not on whitelist 'mov'\ny", "it is not a video but a picture, a playlist"),
        ("it has 7200 s without a picture", "it has 7200 s without a picture"),
        ("ffmpeg failed with exit code 1\nsome thing", f"{UNKNOWN_TROUBLE} (some thing)"),
        ("ffmpeg failed with exit code 183\nError opening input: Invalid data", UNKNOWN_TROUBLE),
        ("ffmpeg was stopped after 61 s", "reading it took too long for a file"),
        ("ffmpeg was killed by signal SIGSEGV", "ffmpeg crashed while reading it"),
        (
            "ffmpeg failed with exit code 1\nx\nno decoder found for: none",
            "it has a track with a codec",
        ),
        (
            "ffmpeg failed with exit code 69\nDecode error rate 1 exceeds",
            "its picture cannot be dec",
        ),
        ("", UNKNOWN_TROUBLE),
    ],
)
def test_ffmpegs_messages_are_reworded(why: str, plain: str) -> None:
    """A known message from ffmpeg is reworded; an unknown message is quoted if informative."""
    assert plainly(why).startswith(plain)
    assert "\n" not in plainly(why) and "Error opening input" not in plainly(why)


def test_facts_that_an_old_scan_lacks_have_defaults() -> None:
    """A fact that an old scan lacks gets its default; a fact without a default is required."""
    facts = read_clip(packets(STEADY), first()).facts()
    old = Clip.of({name: fact for name, fact in facts.items() if name != "pixels"})
    assert (old.pixels, old.alpha, old.fine) == ("", False, False)
    with pytest.raises(KeyError):
        Clip.of({name: fact for name, fact in facts.items() if name != "gap"})


@pytest.mark.parametrize(
    ("pixels", "alpha", "fine"),
    [
        ("yuv420p", False, False),
        ("yuvj422p", False, False),
        ("yuva420p", True, False),
        ("yuvj444p", False, True),
        ("yuva444p10le", True, True),
        ("gbrp16le", False, True),
        ("gbrap", True, True),
        ("bgra", True, True),
        ("0rgb", False, True),
        ("ya16be", True, False),
        ("gray", False, False),
        ("pal8", True, True),
        ("vuya", True, True),
        ("nv12", False, False),
        ("bayer_bggr8", False, False),
    ],
)
def test_the_pixel_format_determines_alpha_and_fine(pixels: str, alpha: bool, fine: bool) -> None:
    """The pixel format decides `alpha` and `fine`; tests/steps/test_layer.py tests all formats."""
    clip = Clip.of(read_clip(packets(STEADY), first()).facts() | {"pixels": pixels})
    assert (clip.alpha, clip.fine) == (alpha, fine)
