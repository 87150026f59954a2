"""The text of filter graphs: numbers, chains, and filters that fix the format of color and sound.

No unchecked text from a preset or a file enters a graph: numbers are bounded, and names come from
tables.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from collide.base.frame_rate import exact

# If these flags are missing, swscale rounds differently on processors with and without AVX2.
SWS = "bicubic+accurate_rnd+bitexact"

# Staged files do not store the range or the matrix. ffmpeg 9 converts pictures whose tags differ,
# so all tags are set.
TAGS = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"

# A grey plane, such as alpha, uses all values from 0 to 255, but is tagged like a picture. If two
# inputs of a filter differ in range or matrix, ffmpeg 9 converts one of them, which may be the
# picture. A plane from an untagged picture has the matrix "unknown", which counts as different.
PLANE = TAGS

RATE = 48000  # samples per second, for all sound


def number(value: float | Fraction) -> str:
    """Format a number for ffmpeg: no exponent, no trailing zeros, at most six decimals.

    A fraction remains exact: 24000/1001.
    """
    if isinstance(value, int | Fraction):
        return str(value)
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_number(text: str) -> Any:
    """Parse a number such as 7, 0.31 or 1:05 (65 seconds); return any other text unchanged."""
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]{0,18}\.[0-9]{1,18}", text):
        return float(text)
    if match := re.fullmatch(r"([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,6})?)", text):
        return 60 * int(match[1]) + float(match[2])
    return text


def chain(*parts: str) -> str:
    """Join the non-empty filters into a chain."""
    return ",".join(part for part in parts if part)


def graph(*chains: str) -> str:
    """Join chains into a filter graph whose conversions are exact, even those that ffmpeg adds."""
    return ";".join([f"sws_flags={SWS}", *chains])


def scale(width: int, height: int, *, tv: bool = False) -> str:
    """Return a filter that scales, and also converts to limited-range BT.709 if `tv` is true."""
    out = ":out_range=tv:out_color_matrix=bt709" if tv else ""
    return f"scale={width}:{height}{out}:flags={SWS}"


# The filters that convert any picture to the staged format: 4:2:0, limited range, BT.709.
STAGED = f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuv420p,{TAGS}"


def clock(rate: float | Fraction, first: int = 0) -> str:
    """Return the filters that renumber frames from `first`, ignoring their timestamps."""
    fps = exact(rate)
    return f"settb={fps.denominator}/{fps.numerator},setpts=N" + (f"{first:+}" if first else "")


def beside(before: str, plate: str, join: str, *, tag: str, on_plate: str = "") -> str:
    """Return the chain that applies `before` to the picture, then joins the picture and a plate.

    Args:
        before: the chain for the picture; may be empty.
        plate: the plate's label, such as "[p0]".
        join: a filter with two inputs, first the picture, then the plate.
        tag: the prefix of the intermediate labels; an instrument passes its own name.
        on_plate: the chain for the plate; may be empty.
    """
    head = f"{before or 'null'}[{tag}]"
    if not on_plate:
        return f"{head};[{tag}]{plate}{join}"
    return f"{head};{plate}{on_plate}[{tag}-plate];[{tag}][{tag}-plate]{join}"


def sound(material: int, channels: int, *, speed: float = 1.0) -> str:
    """Return the chain that outputs exactly `material` samples, beginning when the picture does.

    `async` fills gaps with silence, and `first_pts=0` fills the time before a late start. Float
    samples do not clip.

    Args:
        channels: the number of channels in the file; mono remains mono, and more become stereo.
        speed: the playback speed; at 2, the sound is an octave higher and half as long.
    """
    layout = "mono" if channels == 1 else "stereo"
    tape = f"asetrate={round(RATE * speed)},aresample={RATE}" if speed != 1 else ""
    return chain(
        f"aresample={RATE}:async=1:first_pts=0",
        f"aformat=sample_fmts=flt:sample_rates={RATE}:channel_layouts={layout}",
        tape,
        f"apad=whole_len={material},atrim=end_sample={material}",
    )


def dice(*whole: str, salt: int) -> str:
    """Return an expression for a random number in [0, 1) that depends on whole numbers only.

    ffmpeg's own random() depends on earlier calls and on threads. All intermediate values are whole
    numbers that a double holds exactly, so every processor computes the same number. The expression
    overwrites ld(9).

    Args:
        whole: up to three expressions for whole numbers from 0 to a few million.
        salt: 0 to 30000; selects the stream.
    """
    mixed = "+".join(f"{n}*{by}" for n, by in zip(whole, (7919, 6271, 3571), strict=False))
    again = f"mod(ld(9)*(ld(9)*7541+{salt % 997 + 1289})+2203,32749)"
    return f"(st(9,mod({mixed}+{salt},32749));{again}/32749)"


def labels(prefix: str, count: int) -> Iterable[str]:
    """Return `[prefix0]`, `[prefix1]` …, as labels in a graph."""
    return (f"[{prefix}{index}]" for index in range(count))
