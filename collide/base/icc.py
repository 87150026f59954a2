"""The gamut that a picture's ICC profile names: Display P3, Adobe RGB, or sRGB (the default).

Many phones write photographs in Display P3, and some cameras and editors in Adobe RGB. They record
that only in a profile, which ffmpeg passes on without interpreting it. Three of the profile's
entries, the positions of red, green and blue, identify the gamut. A profile without them, such as
a printer's, names no gamut.
"""

import struct
import zlib

MOST = 4 << 20  # the maximum number of bytes read from a profile
PLACE, SIGNATURE = 36, b"acsp"  # offset of the signature in a profile
NEAR = 0.01

# X and Z of red, green and blue, as profiles store them (for D50 white). smpte432 is ffmpeg's name
# for Display P3; it has none for Adobe RGB. Sources: SMPTE EG 432-1 and Adobe RGB (1998), adapted
# by Bradford's matrix.
GAMUTS = {
    "smpte432": ((0.5151, -0.0011), (0.2920, 0.0419), (0.1571, 0.7841)),
    "adobe98": ((0.6097, 0.0195), (0.2053, 0.0609), (0.1492, 0.7446)),
}


def gamut(picture: bytes) -> str:
    """Return the gamut of a picture's profile, by its name in GAMUTS; "" for any other, or none."""
    profile = _profile(picture)
    try:
        places = [_place(profile, name) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    except (struct.error, ValueError):
        return ""
    for name, known in GAMUTS.items():
        pairs = zip(places, known, strict=True)
        if all(abs(x - a) < NEAR and abs(z - b) < NEAR for (x, z), (a, b) in pairs):
            return name
    return ""


def _profile(picture: bytes) -> bytes:
    """Return a picture's profile, b"" if it has none; a PNG stores it compressed, others as is."""
    if picture.startswith(b"\x89PNG"):
        at = picture.find(b"iCCP", 0, MOST)
        packed = picture.find(b"\0", at + 4, at + 84) + 2 if at > 0 else -1
        try:
            return zlib.decompressobj().decompress(picture[packed : packed + MOST], MOST)
        except zlib.error:
            return b""
    at = picture.find(SIGNATURE)
    return picture[at - PLACE : at - PLACE + MOST] if at >= PLACE else b""


def _place(profile: bytes, name: bytes) -> tuple[float, float]:
    """Return X and Z of one color; raise ValueError or struct.error if the profile lacks them."""
    (count,) = struct.unpack_from(">I", profile, 128)
    for number in range(min(count, 100)):
        tag, start = struct.unpack_from(">4sI", profile, 132 + 12 * number)
        if tag == name:
            x, _, z = struct.unpack_from(">3i", profile, start + 8)
            return x / 65536, z / 65536
    raise ValueError(name)
