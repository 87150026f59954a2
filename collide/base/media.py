"""A clip as data, and how ffmpeg's packet list becomes one.

The packet list (`-f framecrc`) is the machine's form of what a file holds: it is the same
with and without ffprobe, and its times are those of real packets, not of a header that lies.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any

UNKNOWN = str(-(1 << 63))  # a time that the file does not tell
WIDEST_GAP = 60.0  # seconds without a frame; beyond it a clip is a bomb or a slide show

# Why a file is no clip: a part of what ffmpeg says, and what a person calls it.
PLAINLY = {
    "not on whitelist": "it is no video, but a picture, a playlist, or text",
    "moov atom not found": "it is no video, or only a part of one",
    "exceeds specified max pixel": "its picture is larger than 35 megapixels",
    "matches no streams": "there is no moving picture in it",
}


@dataclass(frozen=True)
class Clip:
    """What a clip is. Sizes are in pixels as shown: after rotation and with square pixels."""

    seconds: float  # from time 0 to the end of the last frame
    width: int
    height: int
    frames: int
    fps: float  # the average
    variable: bool  # frames come at uneven times
    rotated: bool
    video: str  # name of the codec
    audio: str | None
    channels: int
    rate: int  # samples a second; 0 without sound
    gap: float  # the longest time without a new frame, seconds

    def facts(self) -> dict[str, Any]:
        """Return the clip as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Clip":
        """Return the clip that plain data describes; of a damaged one, it holds more than that.

        Raises:
            KeyError: a fact is missing.
        """
        return cls(**{field.name: facts[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Sound:
    """What a file of sound is."""

    seconds: float  # from time 0 to the end of the last packet
    audio: str  # name of the codec
    channels: int
    rate: int  # samples a second

    def facts(self) -> dict[str, Any]:
        """Return the sound as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Sound":
        """Return the sound that plain data describes; of a damaged file, it holds more than that.

        Raises:
            KeyError: a fact is missing.
        """
        return cls(**{field.name: facts[field.name] for field in fields(cls)})


def read_sound(packets: str, first: str) -> Sound:
    """Return the sound that two framecrc reports describe.

    Args:
        packets: all packets of the first audio stream, copied.
        first: its first decoded samples.

    Raises:
        ValueError: there is nothing in it that can be decoded.
    """
    head, times = _parse(packets)
    if not times.get(0):
        raise ValueError("there is no sound in it")
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


def read_clip(packets: str, first: str) -> Clip:
    """Return the clip that two framecrc reports describe.

    Args:
        packets: all packets of the first video and the first audio stream, copied.
        first: the first decoded frame, which ffmpeg has turned upright.

    Raises:
        ValueError: there is no picture in it that can be decoded, or a gap beyond `WIDEST_GAP`.
    """
    head, times = _parse(packets)
    shown, _ = _parse(first)
    if "dimensions" not in head.get(0, {}) or not times.get(0):
        raise ValueError("there is no moving picture in it")
    if "dimensions" not in shown.get(0, {}):
        raise ValueError("its first picture cannot be decoded")
    width, height = _size(shown[0]["dimensions"])
    sound = head.get(1, {})
    return Clip(
        width=round(width * _square(shown[0].get("sar", "0/1"))),
        height=height,
        rotated=(width, height) != _size(head[0]["dimensions"]),
        video=head[0]["codec_id"],
        audio=sound.get("codec_id"),
        channels=_channels(sound.get("channel_layout_name", "")) if sound else 0,
        rate=int(sound.get("sample_rate", 0)),
        **_pace(times[0], Fraction(head[0]["tb"])),
    )


def _pace(times: list[tuple[int, int]], base: Fraction) -> dict[str, Any]:
    """Return how long a clip is, how many frames it has, and how evenly they come.

    Args:
        times: of its packets, pts and duration in units of `base` seconds.
    """
    # VP8 hides pictures that others are made from: they share a time, and only one is shown
    stamps = sorted(dict(times).items())
    starts = [float(pts * base) for pts, _ in stamps]
    steps = [b - a for a, b in pairwise(starts)]
    gap = max([starts[0], *steps], default=0.0)
    if gap > WIDEST_GAP:
        raise ValueError(f"it has {gap:.0f} s without a picture")
    typical = sorted(steps)[len(steps) // 2] if steps else 0.04
    # the length a last packet claims is a header's word too: believe at most a second of it
    last = min(float(stamps[-1][1] * base) or typical, 1.0)
    seconds = round(starts[-1] + last, 6)
    return {
        "seconds": seconds,
        "frames": len(stamps),
        "fps": round(len(stamps) / max(seconds - starts[0], 1e-6), 3),
        "variable": any(abs(step - typical) > max(0.25 * typical, 0.002) for step in steps),
        "gap": round(gap, 3),
    }


def plainly(why: str) -> str:
    """Return in a few words why ffmpeg could not open a file."""
    known = (words for said, words in PLAINLY.items() if said in why)
    return next(known, (why.splitlines() or [""])[-1])


def _parse(report: str) -> tuple[dict[int, dict[str, str]], dict[int, list[tuple[int, int]]]]:
    """Return the header fields and the (pts, duration) of each stream of a framecrc report."""
    head: dict[int, dict[str, str]] = {}
    times: dict[int, list[tuple[int, int]]] = {}
    delays: dict[str, int] = {}
    for line in report.splitlines():
        if line.startswith("#"):
            name, _, value = line[1:].partition(": ")
            field, _, stream = name.partition(" ")
            if stream.isdigit():
                head.setdefault(int(stream), {})[field] = value
            continue
        stream, dts, pts, length, *_ = (part.strip() for part in line.split(","))
        if dts == pts == UNKNOWN:
            continue
        # MPEG program streams give few packets a pts: decoding times are as even, and earlier
        delay = delays.setdefault(stream, 0 if UNKNOWN in (dts, pts) else int(pts) - int(dts))
        at = int(dts) + delay if pts == UNKNOWN else int(pts)
        times.setdefault(int(stream), []).append((at, int(length)))
    return head, times


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def _square(sar: str) -> float:
    """Return how much wider a pixel is than tall; 0/1 means nobody said."""
    wide, _, tall = sar.partition("/")
    return int(wide) / int(tall) if int(wide) and int(tall) else 1.0


def _channels(layout: str) -> int:
    """Return how many channels a layout name stands for, as far as it matters: 1, 2 or more."""
    return {"mono": 1, "stereo": 2}.get(layout, 6)
