"""The gamut that a picture's ICC profile names: Display P3, Adobe RGB, or sRGB (the default).

Many phones write photographs in Display P3, and some cameras and editors in Adobe RGB. Only the
profile says so, and ffmpeg passes it on without interpreting it. The gamut is recognized by three
entries of the profile, the positions of red, green and blue. A profile without these entries, such
as a printer's, does not name a gamut.
"""

import struct
import zlib

MOST = 4 << 20  # the maximum number of bytes read from a profile
PLACE, SIGNATURE = 36, b"acsp"  # offset of the signature in a profile
NEAR = 0.01

# X and Z of red, green and blue, as profiles store them (for D50 white). ffmpeg calls Display P3
# smpte432 and has no name for Adobe RGB. Sources: SMPTE EG 432-1 and Adobe RGB (1998), adapted
# with Bradford's matrix.
GAMUTS = {
    "smpte432": ((0.5151, -0.0011), (0.2920, 0.0419), (0.1571, 0.7841)),
    "adobe98": ((0.6097, 0.0195), (0.2053, 0.0609), (0.1492, 0.7446)),
}


def gamut(picture: bytes) -> str:
    """Return the gamut of a picture's profile, or "" if it is unknown or there is no profile."""
    profile = _profile(picture)
    try:
        places = [_place(profile, name) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    except (struct.error, ValueError):
        return ""
    for name, primaries in GAMUTS.items():
        pairs = zip(places, primaries, strict=True)
        if all(abs(x - a) < NEAR and abs(z - b) < NEAR for (x, z), (a, b) in pairs):
            return name
    return ""


def _profile(picture: bytes) -> bytes:
    """Return a picture's profile, decompressed if the picture is a PNG, or b"" if there is none."""
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
