"""icc: the color profile of a JPEG, PNG, WebP or TIFF, whose primaries identify the gamut."""

import struct
from io import BytesIO

import pytest
from PIL import Image

from collide.base.icc import gamut

P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))


def profile(colors: tuple[tuple[float, ...], ...]) -> bytes:
    """Return a profile with a white point, three primaries, and one curve for all of them."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    white = (0.9642, 1.0, 0.8249)
    named = zip((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), (*colors, white), strict=True)
    tags = {name: b"XYZ \0\0\0\0" + fixed(*place) for name, place in named}
    tags |= {name: b"para" + bytes(8) + fixed(2.2) for name in (b"rTRC", b"gTRC", b"bTRC")}
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    size = struct.pack(">I", start + len(body))
    head = size + b"test" + struct.pack(">I", 4 << 24) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    return (head + bytes(28) + fixed(*white)).ljust(128, b"\0") + table + body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("colors", "name"), [(P3, "smpte432"), (ADOBE, "adobe98"), (SRGB, "")])
def test_the_gamut_is_read_from_every_kind_of_picture(
    colors: tuple[tuple[float, ...], ...], name: str, form: str
) -> None:
    """A wide gamut is recognized in a JPEG, PNG, WebP or TIFF; for sRGB, the result is empty."""
    held = BytesIO()
    Image.new("RGB", (16, 16)).save(held, form, icc_profile=profile(colors))
    assert gamut(held.getvalue()) == name


@pytest.mark.parametrize(
    "picture",
    [b"", b"acsp", bytes(36) + b"acsp", bytes(36) + b"acsp" + b"\xff" * 200,
     b"\x89PNG\r\n\x1a\n" + bytes(8) + b"iCCP", b"\x89PNG\r\n\x1a\n" + bytes(8) + b"iCCPa\0\0xx"],
)  # fmt: skip
def test_a_damaged_profile_gives_no_gamut(picture: bytes) -> None:
    """If a profile is missing or truncated, or points outside itself, no gamut is found."""
    assert gamut(picture) == ""
