"""The kind of an untrusted file, by its first bytes: which demuxer and decoder may open it.

An untrusted file can have any name and content, but ffmpeg takes the name `a%03d.png` for a
pattern and some text for a raw stream. Pictures, animations and raw streams are therefore opened
only with the demuxer that fits their first bytes. `image2` with the pattern type `none` reads a
file as a single picture and ignores anything after it, such as a camera's preview or the film in
a phone's live photograph.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from collide.base.sequences import RATE, number_of, pattern, run_of

ONE_PICTURE = ("-f", "image2", "-pattern_type", "none", "-c:v")
SEVERAL = ("-f", "image2", "-pattern_type", "sequence", "-start_number")
HEAD = 1 << 16  # bytes to read: in a PNG, text and profile chunks may come first

PICTURES = {b"\xff\xd8\xff": "mjpeg", b"BM": "bmp", b"II*\0": "tiff", b"MM\0*": "tiff"}
PNG, GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
ANIMATED = 0x02  # a flag in the VP8X chunk of a WebP

# Beginnings of raw streams: a start code, then the first unit. For H.264 and HEVC this unit is a
# parameter set or an access unit delimiter.
STREAMS = {
    "h264": re.compile(rb"\0{2,3}\x01[\x07\x09\x27\x47\x67]", re.DOTALL),
    "hevc": re.compile(rb"\0{2,3}\x01[\x40\x42\x46]\x01", re.DOTALL),
    "mpegvideo": re.compile(rb"\0{2,3}\x01\xb3", re.DOTALL),
}


def opening(path: Path) -> tuple[str, ...]:
    """Return the options that open a picture, animation or raw stream, or () for other files."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return ()  # ffmpeg will report why the file cannot be read
    if codec := _picture(head):
        if not run_of(path):
            return (*ONE_PICTURE, codec)
        return (*SEVERAL, str(number_of(path)), "-framerate", str(RATE), "-c:v", codec)
    name = _animation(head) or next((n for n, start in STREAMS.items() if start.match(head)), "")
    return ("-f", name) if name else ()


def called(path: Path, options: Sequence[str]) -> str:
    """Return a file's URL for ffmpeg, which is a pattern if the options open an image sequence."""
    return f"file:{pattern(path) if 'sequence' in options else path}"


def _picture(head: bytes) -> str:
    """Return the codec of a still picture, or "" for an animation or any other file."""
    if head.startswith(PNG):
        return "" if _has_frames(head) else "png"
    if _is_webp(head):
        return "" if _is_animated(head) else "webp"
    # "BM" alone could begin any text, but a bitmap also states its header's size at byte 14
    picture_codec = next((codec for magic, codec in PICTURES.items() if head.startswith(magic)), "")
    return "" if picture_codec == "bmp" and head[14:18] not in _BITMAPS else picture_codec


_BITMAPS = tuple(bytes([size, 0, 0, 0]) for size in (12, 40, 52, 56, 64, 108, 124))


def _animation(head: bytes) -> str:
    if head.startswith(GIF):
        return "gif"
    if head.startswith(PNG):
        return "apng"
    return "webp_anim" if _is_webp(head) else ""


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_animated(head: bytes) -> bool:
    return head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & ANIMATED)


def _has_frames(head: bytes) -> bool:
    """Return whether a PNG declares an animation before its first picture."""
    at = len(PNG)
    while at + 8 <= len(head):
        length, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if name in (b"acTL", b"IDAT"):
            return name == b"acTL"
        at += length + 12
    return False
