"""A parser for ffmpeg's report on a file: the tracks of the file, and facts about decoded frames.

Text in the report is untrusted: a title may contain anything. ffmpeg indents a file's own metadata
below a `Metadata:` line, and this parser ignores it, except for a mark of transparency and the
brand of an AVIF.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

TRACK = re.compile(r"^ +Stream #0:(\d+)\S*: (Video|Audio): (.*)$", re.MULTILINE)
ITEM = ", 1 fps, 1 tbr, 1 tbn"  # ffmpeg's note on pictures without times
FRAME = re.compile(r"showinfo.* fmt:(\w+) .*sar:(\d+)/(\d+) s:(\d+)x(\d+) i:([PTB?])")
COLOR = re.compile(r"color_range:(\S+) color_space:(\S+) color_primaries:(\S+) color_trc:(\S+)")
FIELDS = re.compile(r"Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)")
CHANGED = "because audio parameters changed"
OWN_WORDS = re.compile(r"^( *)Metadata:\n(?:\1 .*(?:\n|\Z))*", re.MULTILINE)  # a file's metadata
PICTURE, SOUND = "Video", "Audio"
# The format of input 0, and the brand of an AVIF: both precede any metadata that could be forged.
FORMAT = re.compile(
    r"^Input #0, ([\w,]+), from.*(\n  Metadata:\n    major_brand +: avi[fs]$)?", re.MULTILINE
)
DOLBY = re.compile(r"DOVI configuration record:.* profile: (\d+),.*compatibility id: (\d+)")
UNNAMED = ("unknown", "unspecified", "reserved")

# At least this fraction of the moving frames, and this many of them, must be combed in the same
# way, because stripes drawn line by line look combed now and then.
COMBED, FEWEST = 0.8, 6

# The minimum ratio of combing before deinterlacing to combing after it. In eight real clips with
# woven fields, it is 1.1 to 7. A gradient that scrolls by two lines a frame looks woven, but its
# ratio is 0.7.
GONE = 1.03


@dataclass(frozen=True)
class Track:
    """One track of pictures or of sound, as ffmpeg describes it."""

    index: int  # index among all streams of the file
    kind: str
    words: str  # codec, format, size
    default: bool
    cover: bool  # a still attached to the file
    item: bool  # a picture in an AVIF file that may also contain a film
    alpha: bool  # the container declares a second picture as its transparency
    dolby: tuple[int, int] | None  # Dolby Vision profile and compatibility

    @property
    def weight(self) -> int:
        """Return how large a track is: its pixels per frame or its number of channels."""
        if self.kind == PICTURE:
            sides = re.search(r", (\d+)x(\d+)\b", self.words)
            return int(sides[1]) * int(sides[2]) if sides else 0
        named = {"mono": 1, "stereo": 2}
        words = re.search(r"Hz, (\w+)(?:\.(\d))?", self.words)
        if not words:
            return 0
        counted = int(words[1]) + int(words[2] or 0) if words[1].isdigit() else 2
        return named.get(words[1], counted)


def tracks(report: str) -> list[Track]:
    """Return the picture and sound tracks of input 0."""
    seen = _masked(report).partition("\nStream mapping:")[0].partition("\nOutput #0")[0]
    matches = list(TRACK.finditer(seen))
    ends = [*(one.start() for one in matches), len(seen)][1:]
    return [_track(one, report[one.end() : end]) for one, end in zip(matches, ends, strict=True)]


def _masked(report: str) -> str:
    """Return a report in which dashes replace the file's own metadata."""
    return OWN_WORDS.sub(lambda block: re.sub(r"[^\n]", "-", block[0]), report)


def _track(line: re.Match[str], details: str) -> Track:
    dolby, words = DOLBY.search(_masked(details)), line[3]
    return Track(
        index=int(line[1]),
        kind=line[2],
        words=words,
        default="(default)" in words,
        cover="(attached pic)" in words or "(timed thumbnails)" in words,
        item=ITEM in words,
        alpha=re.search(r"^ +alpha_mode +: 1$", details, re.MULTILINE | re.IGNORECASE) is not None,
        dolby=(int(dolby[1]), int(dolby[2])) if dolby else None,
    )


def chosen(every: Sequence[Track], kind: str, number: int = 0) -> Track | None:
    """Return the track of the given kind to play, or None if the file has no such track.

    The chosen track is the largest default track, or the largest track if none is a default. Covers
    are ignored, and so are tracks with `item` set if there are other tracks.

    Args:
        number: the number of the track to choose instead, counted from 1; 0 for the usual choice.

    Raises:
        ValueError: the file has fewer than `number` tracks of this kind.
    """
    real = [track for track in every if track.kind == kind and not track.cover]
    real = [track for track in real if not track.item] or real
    if number > len(real):
        several = "1 track" if len(real) == 1 else f"{len(real)} tracks"
        named = "pictures" if kind == PICTURE else "sound"
        raise ValueError(f"it has {several} of {named}, but track {number} was requested")
    if number:
        return real[number - 1]
    best = [track for track in real if track.default] or real
    return max(best, key=lambda track: track.weight, default=None)


def container(report: str) -> str:
    """Return the format names of input 0 (such as "mov,mp4,m4a,3gp,3g2,mj2"), or "" if unknown.

    ffmpeg reports AVIF files as mov, so `avif` is added to the format names for them.
    """
    if not (match := FORMAT.search(report)):
        return ""
    return f"{match[1]},avif" if match[2] and match[1].startswith("mov,") else match[1]


def begins(report: str) -> float:
    """Return the start of input 0 in seconds, or 0 if ffmpeg does not report it."""
    match = re.search(r"^  Duration: .*, start: (-?\d+\.\d+)", report, re.MULTILINE)
    return float(match[1]) if match else 0.0


def duration(report: str) -> float:
    """Return the duration of input 0 in seconds according to its header, or 0 if unknown."""
    match = re.search(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", report, re.MULTILINE)
    return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3]) if match else 0.0


def form(report: str) -> dict[str, Any]:
    """Return facts about frames from showinfo and idet: `pixels`, colors, `fields` and `shapes`.

    `fields` is "flagged" if a frame is flagged as interlaced, the first field ("top" or "bottom")
    if frames only look interlaced, and otherwise "". `shapes` lists each size and pixel aspect
    ratio once, in frame order: (width, height, numerator, denominator).
    """
    report = _masked(report)
    frames = FRAME.findall(report)
    shapes = [(int(w), int(h), int(above), int(below)) for _, above, below, w, h, _ in frames]
    named = [*zip(*COLOR.findall(report), strict=True)] or [()] * 4
    names = dict(zip(("span", "matrix", "primaries", "transfer"), map(_usual, named), strict=True))
    flagged = any(frame[5] in "TB" for frame in frames)
    return {
        "pixels": frames[0][0] if frames else "",
        **names,
        "fields": "flagged" if flagged else _combed(report),
        "shapes": list(dict.fromkeys(shapes)),
    }


def steady(report: str) -> bool:
    """Return whether decoded sound keeps its channels and its rate."""
    return CHANGED not in _masked(report)


def combed(report: str) -> bool:
    """Return whether deinterlacing reduces the edges between lines by a factor of more than GONE.

    The report covers two chains: `format,convolution,showinfo` alone, and these filters after a
    deinterlacer. showinfo is the third filter of the first chain, and the fourth of the second.
    """
    report = _masked(report)
    before, after = (
        [int(mean) for mean in re.findall(rf"showinfo_{at} .* mean:\[(\d+)", report)]
        for at in (2, 3)
    )
    if not before or not after:
        return False
    # use medians: two chains report at the same time, so digits of two values may run together
    return median(before) > GONE * median(after)


def _usual(names: Sequence[str]) -> str:
    """Return the most common name (some lines may be garbled), or "" if it is unknown."""
    usual = max(names, key=names.count, default="")
    return "" if usual in UNNAMED else usual


def _combed(report: str) -> str:
    """Return which field comes first in most combed frames, or "" if too few are combed."""
    counts = FIELDS.findall(report)
    top, bottom, whole = (sum(int(each[at]) for each in counts) for at in range(3))
    most = max(top, bottom)
    if most < FEWEST or most < COMBED * (top + bottom + whole):
        return ""
    return "top" if top > bottom else "bottom"
