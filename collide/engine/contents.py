"""The kind of an untrusted file, by its first bytes: which demuxer and decoder may open it.

An untrusted file can have any name, but ffmpeg relies on names: it takes `a%03d.png` for a pattern,
and text for a raw stream. So pictures, animations and raw streams are opened with the demuxer that
their bytes require, or not at all. `image2` with the pattern none reads one file as one picture and
ignores everything after it: the preview that cameras append, the film behind a phone's photograph.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from collide.base.sequences import RATE, number_of, pattern, run_of

ONE_PICTURE = ("-f", "image2", "-pattern_type", "none", "-c:v")
SEVERAL = ("-f", "image2", "-pattern_type", "sequence", "-start_number")
HEAD = 1 << 16  # bytes to read: in a PNG, text and profile chunks come first

PICTURES = {b"\xff\xd8\xff": "mjpeg", b"BM": "bmp", b"II*\0": "tiff", b"MM\0*": "tiff"}
PNG, GIF = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
ANIMATED = 0x02  # of the flags in the VP8X chunk of a WebP

# How raw streams begin: a start code, and the unit that follows. For H.264 and HEVC that is a
# parameter set or an access unit delimiter.
STREAMS = {
    "h264": re.compile(rb"\0{2,3}\x01[\x07\x09\x27\x47\x67]", re.DOTALL),
    "hevc": re.compile(rb"\0{2,3}\x01[\x40\x42\x46]\x01", re.DOTALL),
    "mpegvideo": re.compile(rb"\0{2,3}\x01\xb3", re.DOTALL),
}


def opening(path: Path) -> tuple[str, ...]:
    """Return the options that open a picture, an animation or a raw stream; () for other files."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return ()  # opening it will report why it cannot be read
    if codec := _picture(head):
        if not run_of(path):
            return (*ONE_PICTURE, codec)
        return (*SEVERAL, str(number_of(path)), "-framerate", str(RATE), "-c:v", codec)
    name = _animation(head) or next((n for n, start in STREAMS.items() if start.match(head)), "")
    return ("-f", name) if name else ()


def called(path: Path, options: Sequence[str]) -> str:
    """Return the address of a file opened with these options: for a run, the pattern."""
    return f"file:{pattern(path) if 'sequence' in options else path}"


def _picture(head: bytes) -> str:
    """Return the codec of a picture, "" for any other file, or several pictures."""
    if head.startswith(PNG):
        return "" if _has_frames(head) else "png"
    if _is_webp(head):
        return "" if _is_animated(head) else "webp"
    # a bitmap's header has its size at byte 14: two letters alone could be any text
    found = next((codec for magic, codec in PICTURES.items() if head.startswith(magic)), "")
    return "" if found == "bmp" and head[14:18] not in _BITMAPS else found


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
    """Return whether a PNG declares several pictures before the first."""
    at = len(PNG)
    while at + 8 <= len(head):
        length, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if name in (b"acTL", b"IDAT"):
            return name == b"acTL"
        at += length + 12
    return False
