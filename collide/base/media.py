"""Facts about clips and sounds: the contents of their files, and how to play them."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Self

# Prefixes of pixel formats that have alpha, and of formats that store a color for each pixel. A
# palette (pal8) may have alpha and a color for each pixel.
ALPHA = r"yuva|ayuv|vuya|uyva|gbrap|rgba|bgra|argb|abgr|ya[\df]|pal8"
FINE = (
    r"yuva?j?444|ayuv|vuya|vuyx|uyva|vyu444|xv[34]|v30x|nv24|nv42|p41|gbr|rgb|bgr|argb|abgr|0rgb"
    r"|0bgr|x2rgb|x2bgr|xyz|pal8"
)

COLORED = r"yuv|nv\d\d|p0\d\d|p2\d\d|uyvy|yuyv"  # prefixes of formats whose colors need a matrix
HD = (1280, 576)  # HD pictures are at least this wide, or taller than this

DAMAGED = "its header is damaged, or the file is incomplete"

# Plain words for ffmpeg's errors about a file; the first match is used.
PLAINLY = {
    "not on whitelist": "it is not a video but a picture, a playlist, or text",
    "moov atom not found": "it is not a video, or only part of one",
    "exceeds specified max pixel": "its picture is larger than 35 megapixels",
    "matches no streams": "it has no moving picture",
    "unspecified size": "it is not a picture, or only part of one",
    "Cannot allocate memory": "reading it needs more memory than collide allows",
    "no decoder found": "it has a track with a codec that this ffmpeg cannot read",
    "not implemented": "it uses a feature of its format that this ffmpeg cannot read",
    "Decode error rate": "its picture cannot be decoded: the data is damaged",
    "incorrect codec parameters": "the data that describes its picture or sound is damaged",
    "was stopped after": "reading it took too long for a file of its size",
    "signal SIGXFSZ": "it has too many packets for a file of its size",
    "File too large": "it has too many packets for a file of its size",
    "signal SIG": "ffmpeg crashed while reading it",
    "Permission denied": "it cannot be read: permission denied",
    "Input/output error": "its disk failed while the file was being read",
    **dict.fromkeys(
        (
            "header parsing failed",
            "error reading header",
            "broken header",
            "Header processing failed",
            "Corrupt extradata",
            "Duplicate element",
            "Cannot determine format",
            "exceeds containing master",
            "Truncating packet",
            "CRC mismatch",
            "partial file",
            "End of file",
        ),
        DAMAGED,
    ),
}
UNKNOWN_TROUBLE = "it is damaged, or of a kind that this ffmpeg cannot read"

# Messages that appear whatever is wrong with a file, so they explain nothing.
HOLLOW = (
    r"ffmpeg (failed|ended|was)|(Error|Failed) (while )?opening|Invalid data found|"
    r"Conversion failed"
)


@dataclass(frozen=True)
class _Medium:
    """The facts about a media file, convertible to and from plain data."""

    def facts(self) -> dict[str, Any]:
        """Return the facts as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Return the clip or sound that plain data describes, ignoring unknown facts.

        A fact with a default may be missing, because older scans did not record it.

        Raises:
            KeyError: any other fact is missing.
        """
        needed = (one.name for one in fields(cls) if one.default is MISSING or one.name in facts)
        return cls(**{name: facts[name] for name in needed})


@dataclass(frozen=True)
class Clip(_Medium):
    """A clip, with its width and height in square pixels, after any rotation."""

    seconds: float  # from time 0 to the end of the last frame
    width: int
    height: int
    frames: int
    fps: float  # the average
    variable: bool  # whether frames come at uneven times
    rotated: bool
    video: str  # name of the codec
    audio: str | None
    channels: int
    rate: int  # samples per second; 0 if there is no sound
    gap: float  # the longest time without a new frame, in seconds
    pixels: str = ""  # pixel format, as ffmpeg names it
    picture: int = -1  # index of its picture stream; -1: the first
    sound: int = -1  # index of its sound stream; -1: the first
    pictures: int = 1  # number of picture tracks
    sounds: int = 1  # number of sound tracks
    early: float = 0.0  # how many seconds before a frame the file must be opened
    matrix: str = ""  # color tags, as ffmpeg names them; "" if untagged
    primaries: str = ""
    transfer: str = ""
    span: str = ""  # range of its values: tv or pc
    fields: str = ""  # "flagged", "top" or "bottom" if it is interlaced; see report.form
    shapes: bool = False  # whether the shape of its picture changes
    origin: float = -1.0  # time of its first packet, if it is opened without analysis
    x264: int = 0  # build number of an old x264, if decoding depends on it
    decoder: str = ""  # decoder that reads its transparency, if not the usual decoder
    steady: bool = True  # whether its sound keeps its channels and rate
    mute: str = ""  # why its sound is unusable: words after "its sound" ("cannot be decoded")
    still: bool = False  # whether it is a still picture, which has no length of its own

    @property
    def alpha(self) -> bool:
        """Return whether the clip's pictures can be transparent."""
        return self.shapes or re.match(ALPHA, self.pixels) is not None

    def latest(self, pause: float = 0.0) -> float:
        """Return the latest start, in seconds, that is still followed by a frame.

        A clip opened after the start of its last picture would show nothing. That picture may last
        as long as the longest gap, or `pause` seconds if that is longer. Even at a constant rate,
        it may last longer than all other pictures, as the only picture of a slate does.
        """
        last, count = self.seconds - max(self.gap, pause), self.frames - 1
        rest = self.seconds - count * (self.gap + 0.0005)  # a gap is rounded to 0.001
        if not self.variable and rest > 2 * self.gap + 0.05:
            last = min(last, count * self.gap)
        return max(0.0, last - 0.05)

    @property
    def tone(self) -> str:
        """Return the name of the collide.base.tone table that converts the clip's colors, or ""."""
        curves = {"smpte2084": "pq", "arib-std-b67": "hlg"}
        gamuts = {"bt2020": "bt2020", "smpte432": "p3", "adobe98": "adobe"}
        name = curves.get(self.transfer) or gamuts.get(self.primaries, "")
        return "display-p3" if name == "p3" and self.still else name  # stills use the sRGB curve

    @property
    def untagged(self) -> bool:
        """Return whether the clip is HD without color tags.

        Untagged HD counts as BT.709, as players assume. Smaller pictures count as BT.601, as ffmpeg
        assumes.
        """
        large = self.width >= HD[0] or self.height > HD[1]
        return not self.matrix and large and re.match(COLORED, self.pixels) is not None

    @property
    def special_sound(self) -> bool:
        """Return whether reading the sound takes more than opening the first track."""
        first = self.sound < 0 or self.sounds == 1
        return bool(self.early) or not self.steady or not first or self.floats

    @property
    def floats(self) -> bool:
        """Return whether the sound is stored as floats, which may be infinite."""
        return (self.audio or "").startswith(("pcm_f32", "pcm_f64"))

    @property
    def traits(self) -> list[str]:
        """Return short descriptions of the clip's unusual traits, for people."""
        hdr = {"pq": "HDR (PQ)", "hlg": "HDR (HLG)", "bt2020": "BT.2020", "p3": "P3"}
        hdr |= {"display-p3": "P3", "adobe": "Adobe RGB"}
        several = [(self.pictures, "pictures"), (self.sounds, "sound")]
        named = [
            hdr.get(self.tone, ""),
            "interlaced" if self.fields else "",
            "changes its shape" if self.shapes else "transparent" if self.alpha else "",
            *(f"{count} tracks of {what}" for count, what in several if count > 1),
            f"its sound {self.mute}" if self.mute else "",
        ]
        return [words for words in named if words]

    @property
    def fine(self) -> bool:
        """Return whether each pixel stores its own color, as in 4:4:4 and RGB."""
        return re.match(FINE, self.pixels) is not None


@dataclass(frozen=True)
class Sound(_Medium):
    """A sound file, without pictures."""

    seconds: float  # from time 0 to the end of the last packet
    audio: str  # name of the codec
    channels: int
    rate: int  # samples per second


def plainly(why: str) -> str:
    """Explain in plain words why a file cannot be used, quoting an unknown ffmpeg error.

    If the reason does not come from ffmpeg, return its last line.
    """
    if explanation := next((words for phrase, words in PLAINLY.items() if phrase in why), ""):
        return explanation
    lines = [line.strip() for line in why.splitlines() if line.strip()] or [UNKNOWN_TROUBLE]
    if not re.match(HOLLOW, lines[0]):
        return lines[-1]
    telling = [line for line in lines if not re.match(HOLLOW, line)]
    return " ".join([UNKNOWN_TROUBLE, *(f"({line})" for line in telling[-1:])])
