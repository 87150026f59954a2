"""Lookalike clips: copies in a different size, by a different encoder, in a different brightness.

A signature is 64 bits for each of a few frames (source/glance). The frames are at the same relative
places of both clips, so a shortened copy counts as another clip, which may be intended.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# How many of 64 bits may differ in a copy: in total, and in any one frame. Twelve real clips
# against their copies (a quarter of the size, crf 36, half the rate, brighter, a cut border): 0 to
# 9 in total, 11 in one frame; against one another: 24 and more, 18 and more.
FAR, FARTHEST = 10.0, 14
MIN_FRAMES = 3  # frames compared, without flat ones


class Signature(NamedTuple):
    """The compared data of a clip."""

    seconds: float
    signature: Sequence[str]  # 16 hex digits per frame, "" if it is flat


def groups(looks: Mapping[str, Signature]) -> dict[str, str]:
    """Return, for each clip that looks like others, the first of them, in the order of `looks`."""
    numbers = {
        name: [int(sign, 16) if sign else None for sign in look.signature]
        for name, look in looks.items()
    }
    place = {name: at for at, name in enumerate(looks)}
    first = dict(zip(looks, looks, strict=True))
    by_length = sorted(looks, key=lambda name: looks[name].seconds)
    for at, name in enumerate(by_length):
        seconds = looks[name].seconds
        limit = seconds + max(0.25, 0.01 * seconds)  # encoders add a frame, containers round
        for other in by_length[at + 1 :]:
            if looks[other].seconds > limit:
                break
            if _alike(numbers[name], numbers[other]):
                roots = (_root(first, name), _root(first, other))
                head, tail = sorted(roots, key=lambda root: place[root])
                first[tail] = head
    found = {name: _root(first, name) for name in looks}
    heads = {root for name, root in found.items() if root != name}
    return {name: root for name, root in found.items() if root in heads}


def _alike(one: Sequence[int | None], two: Sequence[int | None]) -> bool:
    """Return whether enough frames are flat in neither clip, and those are alike."""
    pairs = ((a, b) for a, b in zip(one, two, strict=False) if a is not None and b is not None)
    bits = [(a ^ b).bit_count() for a, b in pairs]
    return len(bits) >= MIN_FRAMES and max(bits) <= FARTHEST and sum(bits) <= FAR * len(bits)


def _root(first: dict[str, str], name: str) -> str:
    while first[name] != name:
        name = first[name]
    return name
