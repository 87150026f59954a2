"""Shots in a sequence of small frames: their starts and ends, and how bright and busy they are.

A picture is a row of bytes: WIDE x HIGH bytes of luma, and two chroma planes with a quarter as many
bytes each, in limited range. A shot ends at a cut, a dissolve or a fade, but not at a flash, a
light that is switched on, noise or a camera move. All sums of whole numbers and halves are exact,
so every processor finds the same shots. As in PySceneDetect's adaptive detector, the difference at
a cut is much larger than the differences around it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

SHOT_SIZE = WIDE, HIGH = 64, 36  # pixels of a picture; chroma planes have half the width and height
AREA = WIDE * HIGH
BLOCKS = (9, 16)  # rows and columns of luma blocks; averaging over a block reduces noise

# How much two pictures from different shots must differ: in 8-bit levels (of luma plus both
# colors), and as a multiple of the differences around them, because in a pan all frames differ.
CUT, STANDS_OUT = 9.0, 2.4
AROUND = 12  # how many differences before and after a cut are compared
FLASH = 0.5  # a change that is reversed within this many seconds is a flash, not a cut
SAME = 0.5  # pictures that differ by less than this fraction of the cut count as equal
LIGHT = 0.8  # pictures with a higher correlation show the same scene in a different light
SHIFT = (6, 4)  # pixels that a camera can move between two pictures: across, down

DISSOLVES = (0.2, 0.4, 0.8, 1.2)  # half-lengths of dissolves, in seconds
# Limits in the middle of a dissolve, as fractions of the distance between the shots. The median
# difference is at least MOST, and the difference apart from light is at least SHAPE. The deviation
# from a mix of both shots is at most MIX, and the motion before or after is at most STANDS. At most
# the fraction FAINTER of the contrast remains.
MOST, SHAPE, MIX, STANDS, FAINTER = 0.5, 0.65, 0.36, 0.55, 0.75
UNLIKE = 0.7  # pictures with a higher correlation belong to one shot
FADE = 3.0  # the longest fade to black or white, in seconds
# An empty picture has luma of at most DARK or at least WHITE, within a range of EVEN.
DARK, WHITE, EVEN = 30, 225, 12
LAG = 0.25  # seconds between the pictures that measure motion


def step_of(times: Sequence[float]) -> float:
    """Return the mean time between frames in seconds, or 0.04 if the mean is 0."""
    return (times[-1] - times[0]) / max(1, len(times) - 1) or 0.04


def shots_of(times: Sequence[float], pictures: Any) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the shots (as spans of frames) and the cuts between them.

    A span consists of the first picture of a shot and the first picture after the shot. A cut is
    given as the first picture after it. Fades and dissolves are not part of a shot. A fade or
    dissolve has a cut in its middle, except a fade at either end of the sequence. If a fade is
    longer than a flash and contains hard cuts, these cuts are kept instead of its middle. If no
    picture is left for a shot, all pictures form one shot. `times` are in seconds.
    """
    count, step, empty = len(times), step_of(times), _empty(pictures)
    if all(empty):
        return [(0, count)], []
    cuts = _cuts(pictures, step)
    gaps = [(cut, cut) for cut in cuts]
    for first, last, middle in _faded(pictures, empty, step):
        gaps.append((first, last))
        hard = [cut for cut in cuts if first <= cut <= last]
        # cuts during a flash or a moment of black are part of it, so drop them
        if (last - first) * step < FLASH:
            cuts, hard = [cut for cut in cuts if cut not in hard], []
        cuts += [middle] if not hard and first > 0 and last < count else []
    for first, last, middle in _dissolved(pictures, step):
        if not any(a <= last and first <= b for a, b in gaps):
            gaps.append((first, last))
            cuts.append(middle)
    spans, begin = [], 0
    for first, last in [*sorted(gaps), (count, count)]:
        if first > begin:
            spans.append((begin, first))
        begin = max(begin, last)
    return spans or [(0, count)], sorted(cuts)


# --- cuts ---


def _differ(one: Any, two: Any) -> Any:
    """Return the difference between pictures in levels: luma plus both chroma planes."""
    steps = abs(one.astype("int16") - two.astype("int16"))
    luma, colors = steps[..., :AREA], steps[..., AREA:]
    return luma.sum(-1, dtype="int64") / AREA + colors.sum(-1, dtype="int64") / (AREA / 4)


def _cuts(pictures: Any, step: float) -> list[int]:
    """Return the first frame after each hard cut, without fades and dissolves."""
    differences = [0.0]
    for at in range(1, len(pictures), 512):
        end = min(at + 512, len(pictures))
        differences += _differ(pictures[at:end], pictures[at - 1 : end - 1]).tolist()
    cuts = []
    for at, difference in enumerate(differences):
        if difference >= CUT:
            before, after = max(1, at - AROUND), at + AROUND + 1
            around = sorted(differences[before:at] + differences[at + 1 : after])
            usual = around[len(around) * 4 // 5] if around else 0.0
            if difference >= STANDS_OUT * usual + 3 and _stays(pictures, at, step):
                cuts.append(at)
    return cuts


def _stays(pictures: Any, at: int, step: float) -> bool:
    """Return whether a picture begins a new shot, not just a flash, new light or a camera move."""
    reach = max(1, round(FLASH / step))
    before, first = pictures[at - 1], pictures[at]
    least = SAME * _differ(before, first)
    if _differ(pictures[at : at + reach + 1], before).min() < least:
        return False
    if _differ(pictures[max(0, at - 1 - reach) : at], first).min() < least:
        return False
    old, new = (one[:AREA].reshape(HIGH, WIDE).astype("int64") for one in (before, first))
    if _alike(old, new) > LIGHT:
        return False
    return bool(min(_moved(old, new)) >= SAME * abs(old - new).mean())


def _moved(old: Any, new: Any) -> Iterator[float]:
    """Yield the difference between two pictures for each shift that a camera move can cause."""
    across, down = SHIFT
    inner = new[down : HIGH - down, across : WIDE - across]
    for y in range(2 * down + 1):
        for x in range(2 * across + 1):
            seen = old[y : y + inner.shape[0], x : x + inner.shape[1]]
            yield float(abs(seen - inner).mean())


def _alike(one: Any, two: Any) -> float:
    """Return the correlation of two pictures in whole levels, or 0 if either is flat."""
    one, two = one.ravel(), two.ravel()
    count = one.size
    both = count * int((one * two).sum()) - int(one.sum()) * int(two.sum())
    each = [count * int((x * x).sum()) - int(x.sum()) ** 2 for x in (one, two)]
    flat = (EVEN * count) ** 2 // 16
    return float(both / (each[0] ** 0.5 * each[1] ** 0.5)) if min(each) > flat else 0.0


# --- fades ---


def _empty(pictures: Any) -> list[bool]:
    """Return, for each frame, whether it is entirely black or white."""
    luma = pictures[:, :AREA]
    ends = zip(luma.min(1).tolist(), luma.max(1).tolist(), strict=True)
    return [high - low <= EVEN and (high <= DARK or low >= WHITE) for low, high in ends]


def _faded(pictures: Any, empty: list[bool], step: float) -> Iterator[tuple[int, int, int]]:
    """Yield each black or white pause: its first picture, the first after it, and its middle.

    A pause includes its fades. In the middle of the sequence, a pause as short as a flash is kept
    only if it separates two shots.
    """
    lumas = pictures[:, :AREA].sum(1, dtype="int64")
    at = 0
    for is_empty, group in groupby(empty):
        first, at = at, at + len(list(group))
        if is_empty:
            away = abs(lumas * (at - first) - lumas[first:at].sum()) / (AREA * (at - first))
            begin, end = _fade(away, first, -1, step), max(at, _fade(away, at - 1, 1, step))
            if first and at < len(empty) and (at - first) * step < FLASH:
                before, after = pictures[max(0, begin - 1)], pictures[min(end, len(empty) - 1)]
                if _differ(before, after) < SAME * _differ(before, pictures[first]):
                    continue
            yield begin, end, (first + at) // 2


def _fade(away: Any, at: int, way: int, step: float) -> int:
    """Return the last frame of a fade from the blank frame `at`, or `at` for a hard cut.

    `way` is the direction in time, 1 or -1. `away` is how much the light of each picture differs
    from the light of the empty pictures.
    """
    long = 0
    for long in range(round(FADE / step)):
        now, then = at + long * way, at + (long + 1) * way
        if not 0 <= then < len(away) or away[then] < away[now] + 0.3:
            break
    return at + long * way if long > 1 else at


# --- dissolves ---


def _dissolved(pictures: Any, step: float) -> Iterator[tuple[int, int, int]]:
    """Yield each dissolve: its first picture, the first after it, and its middle."""
    blocks, taken = _blocks(pictures), set[int]()
    for half in DISSOLVES:
        reach = max(2, round(half / step))
        for group in _groups(_mixed(blocks, reach), reach):
            at = group[len(group) // 2]
            first, last = max(0, at - reach * 3 // 2), min(len(blocks), at + reach * 3 // 2)
            if taken.isdisjoint(range(first, last)):
                taken.update(range(first, last))
                yield first, last, at


def _mixed(blocks: Any, reach: int) -> list[int]:
    """Return the pictures in the middle of a dissolve of about twice `reach` pictures.

    Each of these pictures is close to the mean of an earlier and a later picture, but has less
    contrast than these two pictures have on average. The two pictures differ in more than light,
    and the pictures before the first and after the second hardly change.
    """
    if len(blocks) <= 4 * reach:
        return []
    cut = (blocks[at * reach : len(blocks) - (4 - at) * reach] for at in range(5))
    far, old, middle, new, farther = cut
    change = new - old
    apart = abs(change).mean(1)
    sure = (apart >= CUT) & (_median(abs(change)) >= MOST * apart)
    sure &= abs(change - _median(change)[:, None]).mean(1) >= SHAPE * apart
    sure &= abs(2 * middle - old - new).mean(1) <= 2 * MIX * apart
    for one, two in ((far, old), (new, farther)):
        sure &= abs(one - two).mean(1) <= STANDS * apart
    contrast = [blocks.shape[1] * (x * x).sum(1) - x.sum(1) ** 2 for x in (old, middle, new)]
    sure &= 2 * contrast[1] <= FAINTER * (contrast[0] + contrast[2])
    candidates = sure.nonzero()[0].tolist()
    return [at + 2 * reach for at in candidates if _alike(old[at], new[at]) < UNLIKE]


def _median(rows: Any) -> Any:
    """Return each row's median."""
    order, half = rows.copy(), rows.shape[1] // 2
    order.sort(1)
    return (order[:, half - 1] + order[:, half]) / 2


def _groups(numbers: list[int], reach: int) -> list[list[int]]:
    """Group sorted numbers; neighbors within a group are at most `reach` apart."""
    groups: list[list[int]] = []
    for one in numbers:
        if groups and one - groups[-1][-1] <= reach:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


# --- contents of shots ---


def _blocks(pictures: Any) -> Any:
    """Return the luma of pictures averaged over BLOCKS, in whole levels."""
    down, across = HIGH // BLOCKS[0], WIDE // BLOCKS[1]
    luma = pictures[:, :AREA].reshape(len(pictures), BLOCKS[0], down, BLOCKS[1], across)
    return luma.sum((2, 4), dtype="int64").reshape(len(pictures), -1) // (down * across)


def light_of(pictures: Any) -> float:
    """Return the mean luma of pictures, from 0 (black) to 1 (white)."""
    luma = int(pictures[:, :AREA].sum(dtype="int64")) / AREA / len(pictures)
    return min(1.0, max(0.0, (luma - 16) / 219))


def motion_of(times: Sequence[float], pictures: Any) -> float:
    """Return how much the luma in BLOCKS changes over LAG on average, in levels."""
    lag = min(max(1, round(LAG / step_of(times))), len(pictures) - 1)
    blocks = _blocks(pictures)
    return float(abs(blocks[lag:] - blocks[:-lag]).mean()) if lag else 0.0
