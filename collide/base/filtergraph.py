"""Filter-graph text: numbers printed and read one way, parts joined, color and sound made explicit.

Nothing here takes a string of a preset or a file: numbers come bounded, names from tables.
"""

import re
from collections.abc import Iterable
from typing import Any

# Without these, the rounding of swscale differs between processors with and without AVX2.
SWS = "bicubic+accurate_rnd+bitexact"

# Staged files carry no range or matrix, and ffmpeg 9 converts where tags differ: say all of it.
TAGS = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"


RATE = 48000  # samples a second, of all sound


def number(value: float) -> str:
    """Return `value` as ffmpeg reads it: no exponent, no trailing zeros, six decimals at most."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_number(text: str) -> Any:
    """Return the number that `text` writes: 7, 0.31, or 1:05 for 65 seconds; else the text."""
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?[0-9]{0,18}\.[0-9]{1,18}", text):
        return float(text)
    if found := re.fullmatch(r"([0-9]{1,4}):([0-5][0-9](?:\.[0-9]{1,6})?)", text):
        return 60 * int(found[1]) + float(found[2])
    return text


def chain(*parts: str) -> str:
    """Return the parts that are not empty, one after another."""
    return ",".join(part for part in parts if part)


def graph(*chains: str) -> str:
    """Return a whole filter graph; every conversion that ffmpeg adds by itself is exact too."""
    return ";".join([f"sws_flags={SWS}", *chains])


def scale(width: int, height: int, *, tv: bool = False) -> str:
    """Return a scaler to `width` x `height` pixels; `tv`: to limited-range BT.709 as well."""
    out = ":out_range=tv:out_color_matrix=bt709" if tv else ""
    return f"scale={width}:{height}{out}:flags={SWS}"


# Brings any picture back to how staged ones are: 4:2:0, limited range, BT.709.
STAGED = f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuv420p,{TAGS}"


def clock(fps: int, first: int = 0) -> str:
    """Return the filters that number frames from `first` on, whatever stamps they came with."""
    return f"settb=1/{fps},setpts=N" + (f"+{first}" if first else "")


def beside(before: str, plate: str, join: str, *, tag: str, on_plate: str = "") -> str:
    """Return the chain that plays `before` on the picture, and `join` on it and a plate.

    Args:
        before: a chain, "" for none.
        plate: a label, "[p0]".
        join: a filter of two inputs, the picture first.
        tag: begins the labels in between; an instrument takes its own name.
        on_plate: a chain that the plate goes through, "" for none.
    """
    made = f"[{tag}-plate]" if on_plate else plate
    chains = [f"{before or 'null'}[{tag}]", f"{plate}{on_plate}{made}" if on_plate else ""]
    return ";".join([*filter(None, chains), f"[{tag}]{made}{join}"])


def sound(material: int, channels: int, *, speed: float = 1.0) -> str:
    """Return the chain that makes exactly `material` samples, from the picture's first moment on.

    async fills holes, and first_pts=0 a late start, with silence: nothing slides. Sums of
    channels may pass full scale: these are floats, and nothing is cut off.

    Args:
        channels: of the file; one stays one, more become two.
        speed: 2 is an octave higher and half as long.
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
    """Return an expression that throws dice: a number in [0, 1) that hangs on whole numbers only.

    Args:
        whole: expressions of whole numbers from 0 to millions, three at most.
        salt: 0 to 30000; another one is another die.

    ffmpeg's own random() hangs on how often it was asked before, and on the threads. These steps
    are exact in a double, so every processor throws alike. It overwrites ld(9).
    """
    mixed = "+".join(
        f"{number}*{by}" for number, by in zip(whole, (7919, 6271, 3571), strict=False)
    )
    again = f"mod(ld(9)*(ld(9)*7541+{salt % 997 + 1289})+2203,32749)"
    return f"(st(9,mod({mixed}+{salt},32749));{again}/32749)"


def labels(prefix: str, count: int) -> Iterable[str]:
    """Return `[prefix0]`, `[prefix1]` …, as pads of a graph."""
    return (f"[{prefix}{index}]" for index in range(count))
