"""The positions of voices between left and right, and how far their mix leans to one side.

Powers are mean squares. A pan ranges from -1 (hard left) to 1 (hard right).
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

LEAN = 3.0  # decibels that a mix may lean to one side without anyone noticing
REACH = 200  # the maximum number of 0.01 steps that all voices may move together


class Power(NamedTuple):
    """The power of one voice before panning: of its left side, its right side, and their sum."""

    left: float
    right: float
    both: float

    @property
    def shared(self) -> float:
        """Return the mean product of the two sides."""
        return (self.both - self.left - self.right) / 2


def gains(pan: float, channels: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return both channels' gains in the left output, then in the right output, at equal power.

    For a mono clip, only the first gain of each pair is used. Source: Web Audio API,
    StereoPannerNode, "Calculate the output".
    """
    if channels == 1:
        angle = (pan + 1) / 2 * math.pi / 2
        return (math.cos(angle), 0.0), (math.sin(angle), 0.0)
    angle = (pan + 1 if pan <= 0 else pan) * math.pi / 2
    near, far = math.cos(angle), math.sin(angle)
    return ((1, near), (0, far)) if pan <= 0 else ((near, 0), (far, 1))


def decibels(power: Sequence[float | None], gain: float) -> Power:
    """Return a voice's power after a gain, from measurements in decibels (None: silence)."""
    left, right, both = (0.0 if one is None else 10 ** ((one + gain) / 10) for one in power)
    return Power(left, right, both)


def lean(stands: Mapping[int, float], voices: Mapping[int, tuple[Power, int]]) -> float:
    """Return how many decibels louder the left side of a mix is than the right side.

    Args:
        stands: the pan of each voice.
        voices: the power and the number of channels of each voice.
    """
    sums = [1e-12, 1e-12]
    for number, pan in stands.items():
        power, channels = voices[number]
        for side, (one, two) in enumerate(gains(pan, channels)):
            sums[side] += one**2 * power.left + two**2 * power.right + 2 * one * two * power.shared
    return 10 * math.log10(sums[0] / sums[1])


def balanced(
    stands: Mapping[int, float], voices: Mapping[int, tuple[Power, int]], *, mirrors: bool
) -> dict[int, float]:
    """Return pans that make the mix of the voices lean by at most LEAN, if possible.

    A single voice starts in the middle. If `mirrors` is true, as few voices as possible change
    sides. If the mix still leans, all voices move together, no farther than necessary.
    """
    placed = dict(stands) if len(stands) > 1 else dict.fromkeys(stands, 0.0)
    if mirrors:
        placed = _first_level(_mirrored(placed), voices)
    return _first_level(_moved(placed), voices)


def _first_level(
    places: Iterable[dict[int, float]], voices: Mapping[int, tuple[Power, int]]
) -> dict[int, float]:
    """Return the first placement that leans by at most LEAN, or the placement that leans least."""
    best, least = dict[int, float](), math.inf
    for stands in places:
        leans = abs(lean(stands, voices))
        if leans < least - 1e-6:  # rounding makes identical leans differ slightly
            best, least = stands, leans
        if least <= LEAN:
            break
    return best


def _mirrored(stands: dict[int, float]) -> Iterator[dict[int, float]]:
    """Yield the pans with no voice mirrored, then with one, two …, up to half of the voices."""
    for count in range(len(stands) // 2 + 1):
        for turned in combinations(stands, count):
            yield {n: -pan if n in turned else pan for n, pan in stands.items()}


def _moved(stands: dict[int, float]) -> Iterator[dict[int, float]]:
    """Yield the pans unmoved, then a step to one side, a step to the other, two steps …"""
    yield stands
    for step in range(1, REACH + 1):
        for by in (step / 100, -step / 100):
            yield {n: round(min(1.0, max(-1.0, pan + by)), 4) for n, pan in stands.items()}
