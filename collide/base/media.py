"""Facts of clips and sounds, parsed from ffmpeg's packet list (`-f framecrc`).

The list needs no ffprobe, and its times are those of real packets, not of a header.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self

UNKNOWN = str(-(1 << 63))  # no timestamp
WIDEST_GAP = 60.0  # seconds without a frame; beyond it a clip is a bomb or a slide show

# How formats begin that have alpha, or a color to each pixel; a palette may have both.
ALPHA = r"yuva|ayuv|vuya|uyva|gbrap|rgba|bgra|argb|abgr|ya[\df]|pal8"
FINE = (
    r"yuva?j?444|ayuv|vuya|vuyx|uyva|vyu444|xv[34]|v30x|nv24|nv42|p41|gbr|rgb|bgr|argb|abgr|0rgb"
    r"|0bgr|x2rgb|x2bgr|xyz|pal8"
)

# Plain words for errors of ffmpeg.
PLAINLY = {
    "not on whitelist": "it is no video, but a picture, a playlist, or text",
    "moov atom not found": "it is no video, or only a part of one",
    "exceeds specified max pixel": "its picture is larger than 35 megapixels",
    "matches no streams": "there is no moving picture in it",
}


@dataclass(frozen=True)
class _Medium:
    """Facts about a file, as a dataclass and as plain data."""

    def facts(self) -> dict[str, Any]:
        """Return the facts as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Return the medium of plain data; KeyError if a fact is missing, others are ignored.

        What has a default may be missing: libraries that were scanned before it was a fact.
        """
        needed = (one.name for one in fields(cls) if one.default is MISSING or one.name in facts)
        return cls(**{name: facts[name] for name in needed})


@dataclass(frozen=True)
class Clip(_Medium):
    """A clip. Sizes are in pixels as shown: after rotation and with square pixels."""

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
    pixels: str = ""  # the format of its pictures, as ffmpeg calls it

    @property
    def alpha(self) -> bool:
        """Return whether its pictures can be transparent."""
        return re.match(ALPHA, self.pixels) is not None

    @property
    def fine(self) -> bool:
        """Return whether each pixel has a color of its own."""
        return re.match(FINE, self.pixels) is not None


@dataclass(frozen=True)
class Sound(_Medium):
    """A sound file."""

    seconds: float  # from time 0 to the end of the last packet
    audio: str  # name of the codec
    channels: int
    rate: int  # samples a second


def read_sound(packets: str, first: str) -> Sound:
    """Return the sound of two framecrc reports; ValueError if nothing can be decoded.

    Args:
        packets: all packets of the first audio stream, copied.
        first: its first decoded samples.
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
    """Return the clip of two framecrc reports; ValueError if it has no picture or a `WIDEST_GAP`.

    Args:
        packets: all packets of the first video and the first audio stream, copied.
        first: the first decoded frame, which ffmpeg has turned upright.
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
    """Return length, frames and regularity from (pts, duration) in units of `base` seconds."""
    # hidden frames of VP8 share a time with the visible one
    stamps = sorted(dict(times).items())
    starts = [float(pts * base) for pts, _ in stamps]
    steps = [b - a for a, b in pairwise(starts)]
    gap = max([starts[0], *steps], default=0.0)
    if gap > WIDEST_GAP:
        raise ValueError(f"it has {gap:.0f} s without a picture")
    typical = sorted(steps)[len(steps) // 2] if steps else 0.04
    # the duration of the last packet is only a claim: at most a second of it counts
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
    """Return an error of ffmpeg in plain words."""
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
        # in MPEG program streams few packets have a pts: it is dts plus a constant delay
        delay = delays.setdefault(stream, 0 if UNKNOWN in (dts, pts) else int(pts) - int(dts))
        at = int(dts) + delay if pts == UNKNOWN else int(pts)
        times.setdefault(int(stream), []).append((at, int(length)))
    return head, times


def _size(text: str) -> tuple[int, int]:
    width, height = map(int, text.split("x"))
    return width, height


def _square(sar: str) -> float:
    """Return the pixel aspect ratio; 0/1 means unknown, and counts as square."""
    wide, tall = map(int, sar.split("/"))
    return wide / tall if wide and tall else 1.0


def _channels(layout: str) -> int:
    """Return the number of channels of a layout: 1, 2, or 6 for any more."""
    return {"mono": 1, "stereo": 2}.get(layout, 6)
