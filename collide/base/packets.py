"""A parser for ffmpeg's packet list (`-f framecrc`): a clip's length and rate, and how to open it.

The list needs no ffprobe, and its times come from the packets themselves, not from a header.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from collide.base.media import Clip, Sound

UNKNOWN = str(-(1 << 63))  # no timestamp
WIDEST_GAP = 60.0  # seconds without a frame; a longer gap means an attack or a slide show
PAUSE = 0.2  # seconds without a frame that count as a pause

# INDEXED formats have an index of their frames. STREAMS have only times, so they can be opened near
# a given time. All other formats (raw streams, animations) can only be opened at the start.
INDEXED = ("mov", "matroska", "mxf", "dv", "nut", "image2")
STREAMS = ("mpegts", "mpeg", "ogg", "flv", "asf", "avi", "rm", "ivf")
RAW = ("h264", "hevc", "mpegvideo")  # raw streams, whose times count from their first frame
# A picture or animation with a single frame is a still. The name `avif` comes from
# report.container, because ffmpeg reports AVIF files as mov.
PICTURE, ANIMATIONS = "image2", ("gif", "apng", "webp_anim", "avif")
NEAR = 1.0  # seconds by which a seek in a stream may come too late

DISCARDED, KEY_FRAME = 4, 1  # flags of packets


class _Packet(NamedTuple):
    time: tuple[int, int]  # presentation time and duration
    flags: int


def read_sound(packets: str, first: str) -> Sound:
    """Return the sound that two framecrc reports describe; raise ValueError if it is unusable.

    Args:
        packets: the framecrc report on all packets in the first audio stream, made with -c copy.
        first: the framecrc report on the first decoded samples.
    """
    head, listed = _parse(packets)
    times = {stream: [packet.time for packet in every] for stream, every in listed.items()}
    if not times.get(0):
        raise ValueError("it has no sound")
    if not _parse(first)[1].get(0):
        raise ValueError("its sound cannot be decoded")
    base = Fraction(head[0]["tb"])
    end = max(pts + length for pts, length in times[0])
    return Sound(
        seconds=round(float(end * base), 6),
        audio=head[0]["codec_id"],
        channels=_channels(head[0].get("channel_layout_name", "")),
        rate=int(head[0].get("sample_rate", 0)),
    )


def read_clip(packets: str, first: str, container: str = "mov") -> Clip:
    """Return the clip that two framecrc reports describe; raise ValueError if it is unusable.

    Args:
        packets: the framecrc report on all video and audio packets, made with -c copy.
        first: the framecrc report on the first decoded frame, after ffmpeg has rotated it.
        container: ffmpeg's name for the file's format.
    """
    head, listed = _parse(packets)
    frame_head, _ = _parse(first)
    pictures = [packet for packet in listed.get(0, []) if not packet.flags & DISCARDED]
    if "dimensions" not in head.get(0, {}) or not pictures:
        raise ValueError("it has no moving picture")
    if "dimensions" not in frame_head.get(0, {}):
        raise ValueError("its first picture cannot be decoded")
    width, height = _size(frame_head[0]["dimensions"])
    sound = head.get(1, {})
    base = Fraction(head[0]["tb"])
    times = [packet.time for packet in pictures]
    begins = min(times)[0] if container in RAW else 0
    pace = _pace([(at - begins, length) for at, length in times], base, container)
    still = _is_still(container, len(pictures), base)
    if still:
        pace |= {"seconds": 0.0, "frames": 1, "gap": 0.0, "variable": False}
    return Clip(
        width=round(width * _square(frame_head[0].get("sar", "0/1"))),
        height=height,
        rotated=(width, height) != _size(head[0]["dimensions"]),
        video=head[0]["codec_id"],
        audio=sound.get("codec_id"),
        channels=_channels(sound.get("channel_layout_name", "")) if sound else 0,
        rate=int(sound.get("sample_rate", 0)),
        early=0.0 if still else _early(listed[0], base, container, pace),
        still=still,
        **pace,
    )


def _is_still(container: str, frames: int, base: Fraction) -> bool:
    """Return whether a clip is a still: a picture or animation with one frame.

    In a mov of any brand, the time base of a picture without times is 1.
    """
    if _any_of(container, PICTURE, *ANIMATIONS):
        return frames == 1
    return container.startswith("mov,") and frames == 1 and base == 1


def _any_of(container: str, *formats: str) -> bool:
    """Return whether a container's comma-separated names include one of `formats`."""
    return not {*formats}.isdisjoint(container.split(","))


def _early(
    packets: list[_Packet], base: Fraction, container: str, pace: Mapping[str, Any]
) -> float:
    """Return how many seconds before a frame the decoding must start for the frame to be correct.

    An index leads to the key frame before the given time. In an open GOP, this key frame is too
    late, because frames that are stored after it but shown before it need earlier frames. After a
    pause, it is also too late, because the frame shown at that time began long before. Without an
    index, NEAR and the longest time between key frames are added to the result. If the file
    has no key frame, or can only be opened at the start, its whole length is added instead.
    """
    lead, keys = 0.0, [packet for packet in packets if packet.flags & KEY_FRAME]
    latest = None
    for packet in packets:
        if packet.flags & KEY_FRAME and packet is not keys[0]:
            latest = packet.time[0]
        elif latest is not None:
            lead = max(lead, float((latest - packet.time[0]) * base))
    early = lead + (pace["gap"] if pace["gap"] > PAUSE else 0.0)
    if not _any_of(container, *INDEXED):
        times = sorted(float(packet.time[0] * base) for packet in keys)
        steps = [b - a for a, b in pairwise([*times, pace["seconds"]])]
        seekable = bool(steps) and _any_of(container, *STREAMS)
        early += max(steps) + NEAR if seekable else pace["seconds"]
    return round(early, 3)


def _pace(times: list[tuple[int, int]], base: Fraction, container: str) -> dict[str, Any]:
    """Return the length, rate and gaps of frames from their (pts, duration) in units of `base`.

    Raises:
        ValueError: a gap between frames, or before the first frame, is too wide.
    """
    # in VP8, a hidden frame has the same time as a visible frame
    stamps = sorted(dict(times).items())
    starts = [float(pts * base) for pts, _ in stamps]
    steps = [b - a for a, b in pairwise(starts)]
    gap = max([starts[0], *steps], default=0.0)
    if gap > WIDEST_GAP:
        raise ValueError(f"it has {gap:.0f} s without a picture")
    typical = sorted(steps)[len(steps) // 2] if steps else 0.04
    # the duration of the last packet may be wrong, so it counts for at most a second; in an
    # animation it is reliable and counts for up to WIDEST_GAP
    most = WIDEST_GAP if _any_of(container, *ANIMATIONS) else 1.0
    last = min(float(stamps[-1][1] * base) or typical, most)
    seconds = round(starts[-1] + last, 6)
    return {
        "seconds": seconds,
        "frames": len(stamps),
        "fps": round(len(stamps) / max(seconds - starts[0], 1e-6), 3),
        "variable": any(abs(step - typical) > max(0.25 * typical, 0.002) for step in steps),
        "gap": round(gap, 3),
    }


def _parse(report: str) -> tuple[dict[int, dict[str, str]], dict[int, list[_Packet]]]:
    """Map the streams of a framecrc report to their header fields, and to their packets."""
    head: dict[int, dict[str, str]] = {}
    packets: dict[int, list[_Packet]] = {}
    delays: dict[str, int] = {}
    for line in report.splitlines():
        if line.startswith("#"):
            name, _, value = line[1:].partition(": ")
            field, _, stream = name.partition(" ")
            if stream.isdigit():
                head.setdefault(int(stream), {})[field] = value
            continue
        stream, dts, pts, length, _, _, *more = (part.strip() for part in line.split(","))
        if dts == pts == UNKNOWN:
            continue
        # in MPEG program streams, few packets have a pts, which is dts plus a constant delay
        delay = delays.setdefault(stream, 0 if UNKNOWN in (dts, pts) else int(pts) - int(dts))
        at = int(dts) + delay if pts == UNKNOWN else int(pts)
        # the report omits the flags of ordinary key frames
        flags = next((int(one[2:], 16) for one in more if one[:2] == "F="), KEY_FRAME)
        packets.setdefault(int(stream), []).append(_Packet((at, int(length)), flags))
    return head, packets


def _size(text: str) -> tuple[int, int]:
    width, height = map(int, text.split("x"))
    return width, height


def _square(sar: str) -> float:
    """Return the pixel aspect ratio, or square if it is unknown (0/1)."""
    wide, tall = map(int, sar.split("/"))
    return wide / tall if wide and tall else 1.0


def _channels(layout: str) -> int:
    """Return the number of channels: 1 for mono, 2 for stereo, 6 for any other layout."""
    return {"mono": 1, "stereo": 2}.get(layout, 6)
