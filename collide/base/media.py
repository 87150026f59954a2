"""Facts of clips and sounds: the contents of a file, and their consequences for playing it."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Self

# How formats begin that have alpha, or a color to each pixel; a palette may have both.
ALPHA = r"yuva|ayuv|vuya|uyva|gbrap|rgba|bgra|argb|abgr|ya[\df]|pal8"
FINE = (
    r"yuva?j?444|ayuv|vuya|vuyx|uyva|vyu444|xv[34]|v30x|nv24|nv42|p41|gbr|rgb|bgr|argb|abgr|0rgb"
    r"|0bgr|x2rgb|x2bgr|xyz|pal8"
)

COLORED = r"yuv|nv\d\d|p0\d\d|p2\d\d|uyvy|yuyv"  # how formats begin whose colors need a matrix
HD = (1280, 576)  # a picture as wide, or higher, is HD

# Plain words for what ffmpeg says of a file; the first that is in its report counts.
DAMAGED = "its header is damaged, or it is only a part of a file"
PLAINLY = {
    "not on whitelist": "it is no video, but a picture, a playlist, or text",
    "moov atom not found": "it is no video, or only a part of one",
    "exceeds specified max pixel": "its picture is larger than 35 megapixels",
    "matches no streams": "there is no moving picture in it",
    "unspecified size": "it is no picture, or only a part of one",
    "Cannot allocate memory": "it asks for more memory than a file may",
    "no decoder found": "it has a track of a codec that this ffmpeg does not read",
    "not implemented": "it uses a part of its format that this ffmpeg does not read",
    "Decode error rate": "its picture cannot be decoded: the data are damaged",
    "incorrect codec parameters": "what it says of its picture, or its sound, is damaged",
    "was stopped after": "it was not read to its end in the time that a file of its size may take",
    "signal SIGXFSZ": "it is cut into more packets than a file of its size may have",
    "File too large": "it is cut into more packets than a file of its size may have",
    "signal SIG": "ffmpeg crashed while it read it",
    "Permission denied": "it may not be read",
    "Input/output error": "its disk failed while it was read",
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
UNKNOWN_TROUBLE = "it is damaged, or of a kind that this ffmpeg does not read"

# What ffmpeg says of any file, whatever is wrong with it; and what only it understands.
HOLLOW = r"ffmpeg (ended|was)|(Error|Failed) (while )?opening|Invalid data found|Conversion failed"


@dataclass(frozen=True)
class _Medium:
    """Facts about a file, as a dataclass and as plain data."""

    def facts(self) -> dict[str, Any]:
        """Return the facts as plain data."""
        return asdict(self)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Return the medium of plain data, ignoring unknown facts; KeyError if one is missing.

        A fact with a default may be missing: older scans did not have it.
        """
        needed = (one.name for one in fields(cls) if one.default is MISSING or one.name in facts)
        return cls(**{name: facts[name] for name in needed})


@dataclass(frozen=True)
class Clip(_Medium):
    """A clip. Sizes are in display pixels: after rotation and with square pixels."""

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
    picture: int = -1  # its stream of pictures; -1: the first
    sound: int = -1  # its stream of sound; -1: the first
    pictures: int = 1  # tracks of pictures there are
    sounds: int = 1  # tracks of sound there are
    early: float = 0.0  # seconds before a frame at which the file is opened, to decode it rightly
    matrix: str = ""  # of its colors, as ffmpeg calls it; "" where the clip does not say
    primaries: str = ""
    transfer: str = ""
    span: str = ""  # the range of its values: tv, pc
    fields: str = ""  # flagged, top, bottom: interlaced; see report.form
    shapes: bool = False  # whether the shape of its picture changes
    origin: float = -1.0  # the time of its first packet, where it is opened without being examined
    x264: int = 0  # the build of an old x264, where decoding depends on it
    decoder: str = ""  # that gives its transparency, where it is not the usual one
    steady: bool = True  # whether its sound keeps its channels and its rate
    mute: str = ""  # why its sound is not used, after "the sound": cannot be decoded
    still: bool = False  # a picture, which lasts as long as it is asked to: it has no seconds

    @property
    def alpha(self) -> bool:
        """Return whether its pictures can be transparent."""
        return self.shapes or re.match(ALPHA, self.pixels) is not None

    @property
    def tone(self) -> str:
        """Return the table of collide.base.tone that brings its colors to BT.709, "" for none."""
        curves = {"smpte2084": "pq", "arib-std-b67": "hlg"}
        gamuts = {"bt2020": "bt2020", "smpte432": "p3", "adobe98": "adobe"}
        name = curves.get(self.transfer) or gamuts.get(self.primaries, "")
        return "display-p3" if name == "p3" and self.still else name  # whose curve is sRGB's

    @property
    def untagged(self) -> bool:
        """Return whether it is HD without color tags.

        Untagged HD is BT.709, as players assume; smaller pictures are BT.601, as ffmpeg assumes.
        """
        large = self.width >= HD[0] or self.height > HD[1]
        return not self.matrix and large and re.match(COLORED, self.pixels) is not None

    @property
    def special_sound(self) -> bool:
        """Return whether its sound is not simply its first track, read from a time."""
        first = self.sound < 0 or self.sounds == 1
        return bool(self.early) or not self.steady or not first or self.floats

    @property
    def floats(self) -> bool:
        """Return whether its sound is kept as floats, which may be infinite."""
        return (self.audio or "").startswith(("pcm_f32", "pcm_f64"))

    @property
    def traits(self) -> list[str]:
        """Return its unusual traits, in a few words each, for people."""
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
        """Return whether each pixel has a color of its own."""
        return re.match(FINE, self.pixels) is not None


@dataclass(frozen=True)
class Sound(_Medium):
    """A sound file."""

    seconds: float  # from time 0 to the end of the last packet
    audio: str  # name of the codec
    channels: int
    rate: int  # samples a second


def plainly(why: str) -> str:
    """Return why a file cannot be used, in collide's words, with ffmpeg's own in brackets.

    Reasons that are not ffmpeg's are returned unchanged.
    """
    if known := next((words for said, words in PLAINLY.items() if said in why), ""):
        return known
    lines = [line.strip() for line in why.splitlines() if line.strip()] or [UNKNOWN_TROUBLE]
    if not re.match(HOLLOW, lines[0]):
        return lines[-1]
    telling = [line for line in lines if not re.match(HOLLOW, line)]
    return " ".join([UNKNOWN_TROUBLE, *(f"({line})" for line in telling[-1:])])
