"""Odd media built from bytes: false headers, text that names other files, and unusual names.

Each file is built from a whole clip or from scratch. `judged.py` states the rules for all files.
"""

import random
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path

Make = Callable[[bytes], bytes]  # builds a file from the bytes of a whole mp4


def patched(tag: bytes, at: int, *values: tuple[str, float]) -> Make:
    """Return a function that writes numbers `at` bytes after the end of the first `tag`."""

    def make(whole: bytes) -> bytes:
        data, place = bytearray(whole), whole.index(tag) + len(tag) + at
        for form, value in values:
            struct.pack_into(form, data, place, value)
            place += struct.calcsize(form)
        return bytes(data)

    return make


def box(kind: bytes, inside: bytes = b"", size: int | None = None) -> bytes:
    """Return an mp4 box, whose stated size may be wrong."""
    return struct.pack(">I", 8 + len(inside) if size is None else size) + kind + inside


def nested(depth: int) -> bytes:
    """Return boxes nested `depth` levels deep."""
    inside = b""
    for _ in range(depth):
        inside = box(b"moov", inside)
    return inside


def text(words: str) -> Make:
    """Return a function that makes a text file, in which {out} and {port} are filled in later."""
    return lambda _: words.encode()


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
HEAD = b"\x1aE\xdf\xa3"  # how a Matroska file begins
BIG = 2**31 - 1

CUTS: dict[str, Make] = {
    "zero.mp4": lambda _: b"",
    "one_byte.mp4": lambda whole: whole[:1],
    "zeros.mp4": lambda whole: bytes(len(whole)),
    "cut_at_10.mp4": lambda whole: whole[: len(whole) // 10],
    "cut_at_60.mp4": lambda whole: whole[: len(whole) * 6 // 10],
    "cut_by_one.mp4": lambda whole: whole[:-1],
    "head_missing.mp4": lambda whole: whole[len(whole) // 3 :],
    "twice.mp4": lambda whole: whole + whole,
    "rubbish_after.mp4": lambda whole: whole + bytes(range(256)) * 40,
    "rubbish_before.mp4": lambda whole: bytes(range(256)) * 40 + whole,
    "reversed.mp4": lambda whole: whole[::-1],
    "still_coming.mp4.part": lambda whole: whole[: len(whole) // 2],
    **{
        f"flips_{number}.{end}": lambda whole, number=number: flipped(whole, number, seed=number)
        for number, end in ((1, "mp4"), (20, "mp4"), (400, "mp4"), (21, "ts"))
    },
}

LIES: dict[str, Make] = {
    "huge_picture.mp4": patched(b"avc1", 24, (">H", 65535), (">H", 65535)),
    "no_picture_size.mp4": patched(b"avc1", 24, (">H", 0), (">H", 0)),
    "huge_track.mp4": patched(b"tkhd", 76, (">I", BIG), (">I", BIG)),
    "endless_movie.mp4": patched(b"mvhd", 16, (">I", 2**32 - 1)),
    "no_timescale.mp4": patched(b"mdhd", 12, (">I", 0)),
    "endless_track.mp4": patched(b"mdhd", 12, (">I", 1), (">I", 2**32 - 1)),
    "many_times.mp4": patched(b"stts", 4, (">I", BIG)),
    "slow_times.mp4": patched(b"stts", 12, (">I", BIG)),
    "many_samples.mp4": patched(b"stsz", 8, (">I", BIG)),
    "large_samples.mp4": patched(b"stsz", 4, (">I", BIG), (">I", 50)),
    "many_chunks.mp4": patched(b"stsc", 4, (">I", BIG)),
    "chunks_beyond.mp4": patched(b"stco", 8, (">I", BIG)),
    "many_keys.mp4": patched(b"stss", 4, (">I", BIG)),
    "edit_ends_early.mp4": patched(b"elst", 8, (">I", 500)),
    "edit_begins_late.mp4": patched(b"elst", 12, (">i", BIG)),
    "edit_is_empty.mp4": patched(b"elst", 8, (">I", BIG), (">i", -1)),
    "edit_runs_back.mp4": patched(b"elst", 16, (">i", -65536)),
    "many_edits.mp4": patched(b"elst", 4, (">I", BIG)),
    "other_codec.mp4": lambda whole: whole.replace(b"avc1", b"hvc1").replace(b"avcC", b"hvcC"),
    "no_codec.mp4": lambda whole: whole.replace(b"avc1", b"zzzz"),
    "sound_is_no_sound.mp4": patched(b"esds", 0, (">I", BIG), (">I", BIG), (">I", BIG)),
    "box_of_nothing.mp4": lambda _: FTYP + box(b"moov", size=0),
    "box_of_all.mp4": lambda _: FTYP + box(b"moov", struct.pack(">Q", 2**63 - 1), size=1),
    "box_too_small.mp4": lambda _: FTYP + box(b"moov", size=4) * 1000,
    "boxes_in_boxes.mp4": lambda _: FTYP + nested(5000),
    "many_boxes.mp4": lambda _: FTYP + box(b"free") * 200_000,
    "elsewhere.mp4": lambda whole: whole.replace(
        b"dref\0\0\0\0\0\0\0\1\0\0\0\x0curl \0\0\0\1", b"dref\0\0\0\0\0\0\0\1\0\0\0\x0curl \0\0\0\0"
    ),
    "ebml_of_all.mkv": lambda _: HEAD + b"\x01" + b"\xff" * 7 + b"\x18S\x80g" * 5000,
    "ebml_of_none.mkv": lambda _: HEAD + b"\x80" + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff",
    "riff_of_all.avi": lambda _: b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrl" * 500,
    "syncs.ts": lambda _: (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 2000,
    "flv_of_all.flv": lambda _: b"FLV\1\5\0\0\0\x09\0\0\0\0" + b"\x09\xff\xff\xff" * 2000,
    "gif_of_all.gif": lambda _: (
        b"GIF89a\xff\xff\xff\xff\xf7\0\0" + b"\0\xff\x80" * 256 + b"," * 900
    ),
    "ogg_of_all.ogv": lambda _: (b"OggS\0\2" + b"\xff" * 20 + b"\xff" * 256) * 200,
    "asf_of_all.wmv": lambda _: bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\xff" * 9000,
    "png_of_all.png": lambda _: (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\6"
    ),
}

TEXTS: dict[str, Make] = {
    "hls.mp4": text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{out}\n#EXT-X-ENDLIST\n"),
    "hls_of_the_net.ts": text("#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n"),
    "hls_key.mkv": text('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{port}/k"\n'
                        "#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n"),
    "list.mp4": text("ffconcat version 1.0\nfile {out}\nfile http://127.0.0.1:{port}/a.mp4\n"),
    "dash.webm": text('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
                      "<AdaptationSet><BaseURL>http://127.0.0.1:{port}/</BaseURL>"
                      '<Representation id="1"/></AdaptationSet></Period></MPD>'),
    "session.mov": text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
                        "m=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
    "script.avi": text('AviSource("{out}")\n'),
    "vector.gif": text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{out}"/></svg>'),
    "titles.mp4": text("1\n00:00:01,000 --> 00:00:02,000\nhello\n"),
    "shell.mp4": text("#!/bin/sh\ncat {out} > /dev/tcp/127.0.0.1/{port}\n"),
    "page.webm": text('<!DOCTYPE html><script src="http://127.0.0.1:{port}/x"></script>'),
}  # fmt: skip

# Names of whole clips. Some names are not valid text. Names that the file system rejects are
# skipped.
NAMES: list[str | bytes] = [
    "tab\there.mp4", "line\nbreak.mp4", "red\x1b[31m.mp4", "title\x1b]0;x\x07.mp4", "bell\x07.mp4",
    " blank before.mp4", "blank after .mp4", "two  blanks.mp4", "back\\slash.mp4", "-y.mp4",
    "--help.mp4", "%03d %s %n.mp4", "concat:a|b.mp4", "http:x.mp4", "file:x.mp4", "pipe:0.mp4",
    "quote'\".mp4", "$(id) `id`;id&.mp4", "*?[a].mp4", "a=b.mp4", "{knob}.mp4", "#.mp4",
    unicodedata.normalize("NFD", "Café Zürich.mp4"), unicodedata.normalize("NFC", "Ångström.mp4"),
    "\u202egpj.mp4", "\u200b.mp4", "🎬 film.mp4", "ÇA.MP4", b"latin \xe9.mp4", b"\xff\xfe.mp4",
    "n" * 251 + ".mp4", "CON.mp4", "2020-01-01T10:00:00.mp4", "none.mp4", "any.mp4", "..mp4.mp4",
]  # fmt: skip


def flipped(whole: bytes, count: int, seed: int) -> bytes:
    """Return the bytes with `count` bits flipped."""
    dice, data = random.Random(seed), bytearray(whole)
    for _ in range(count):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


FAMILIES = {"cuts": CUTS, "lies": LIES, "texts": TEXTS}


def write_bytes(
    folder: Path, kinds: dict[str, Make], whole: bytes, canary: Path, port: int
) -> None:
    """Write every file in a family into a folder."""
    for name, make in kinds.items():
        data = make(whole)
        for word, value in ((b"{out}", str(canary)), (b"{port}", str(port))):
            data = data.replace(word, value.encode())
        (folder / name).write_bytes(data)


def write_names(folder: Path, whole: bytes) -> int:
    """Write a clip under every odd name that the file system accepts; return the count."""
    taken = 0
    for number, name in enumerate(NAMES):
        path = folder / (name if isinstance(name, str) else name.decode(errors="surrogateescape"))
        try:
            path.write_bytes(whole + bytes([number]))  # the last byte makes each clip different
        except OSError:
            continue
        taken += 1
    return taken
