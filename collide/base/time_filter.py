"""A temporal filter for grey planes that removes changes reversed within a few frames.

The filter is morphological: an opening and a closing in both orders (OCCO). Lasting changes keep
their edges in space and time, whereas a mean over time would blur and delay them. All arithmetic
is on integers, so the result is the same on every processor.
"""

from collections.abc import Iterator

from collide.base.filtergraph import clock
from collide.base.frame_rate import FrameRate

# A pixel and its neighbors are a fast object if they differ from the results of both orders by more
# than this (in 8-bit levels).
FLOWN = 56
AROUND = 3  # radius of a pixel's neighborhood, in pixels
SHARP = 16  # factor for differences beyond FLOWN


def margin(frames: int) -> int:
    """Return how many frames on each side of a frame affect its result."""
    return 2 * (frames - 1)


def time_filter(tag: str, frames: int, rate: FrameRate) -> str:
    """Return the chain that removes changes shorter than `frames`, except in fast objects.

    The mean of both orders drops a change, lighter or darker, that is reversed within `frames`
    frames. If a whole spot on a steady background vanishes in both orders, it is a fast object, and
    the plane is left unchanged there. The input has `margin` more frames at each end than the
    result, whose frames are numbered from 0. The caller drops the meaningless frames after the
    result.

    Args:
        tag: prefix of the intermediate labels.
        frames: at least 2.
    """
    parts = [
        f"{clock(rate)},split=3[{tag}h][{tag}l][{tag}s]",
        *_ordered(f"{tag}h", frames, "lighten", "darken", f"{tag}high"),
        *_ordered(f"{tag}l", frames, "darken", "lighten", f"{tag}low"),
        f"[{tag}s]{_later(margin(frames))},split=3[{tag}own][{tag}above][{tag}below]",
        f"[{tag}high]split=2[{tag}most][{tag}over]",
        f"[{tag}low]split=2[{tag}least][{tag}under]",
        f"[{tag}above][{tag}over]blend=all_mode=subtract:shortest=1[{tag}up]",
        f"[{tag}under][{tag}below]blend=all_mode=subtract:shortest=1[{tag}down]",
        f"[{tag}up][{tag}down]blend=all_mode=addition,avgblur={AROUND},"
        f"lut=c0='clip((val-{FLOWN})*{SHARP},0,255)'[{tag}flown]",
        f"[{tag}most][{tag}least]blend=all_mode=average[{tag}mean]",
        f"[{tag}mean][{tag}own][{tag}flown]maskedmerge,{clock(rate)}",
    ]
    return ";".join(parts)


def _ordered(tag: str, frames: int, first: str, then: str, to: str) -> Iterator[str]:
    """Yield the chains for a closing and an opening, in either order, from the pad `tag`."""
    yield from _window(tag, first, frames, f"{tag}1")
    yield from _window(f"{tag}1", then, 2 * frames - 1, f"{tag}2")
    yield from _window(f"{tag}2", first, frames, to)


def _window(label: str, mode: str, width: int, to: str) -> Iterator[str]:
    """Yield the chains that replace each frame with the minimum or maximum of `width` frames.

    The window begins with the frame itself. Each chain at most doubles the span of the chain before
    it. Frames with too few successors are dropped.
    """
    covered, at = 1, label
    while covered < width:
        step = min(covered, width - covered)
        end = to if covered + step == width else f"{to}-{covered}"
        yield f"[{at}]split=2[{end}a][{end}b]"
        yield f"[{end}b]{_later(step)}[{end}c]"
        yield f"[{end}a][{end}c]blend=all_mode={mode}:shortest=1[{end}]"
        covered, at = covered + step, end


def _later(frames: int) -> str:
    """Return the chain that drops the first `frames` frames and starts the rest at time 0."""
    return f"trim=start_frame={frames},setpts=PTS-{frames}"
