"""The character of a clip in words: still or busy, dark or bright, and its longest shot.

library.json stores the few numbers behind these words, which come from source/shots.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from collide.catalog import instrument

# The upper end of each word's range. Motion is the change in the picture in a quarter of a second,
# in 8-bit levels; light is the mean luma, 0 to 1. In twelve real clips, motion was 0.9 to 1.7 for
# flowers, water and an aerial landscape. Motion was 3 to 4 for a man and cars before a fixed
# camera, and 6 to 14 for a street, a drive and a butterfly.
MOTION = {"still": 2.0, "moving": 5.0, "busy": float("inf")}
LIGHT = {"dark": 0.3, "medium": 0.55, "bright": float("inf")}


class Temper(NamedTuple):
    """The light and motion of a clip, and the number and length of its shots."""

    light: float  # mean luma: 0 is black, 1 is white
    motion: float  # 8-bit levels per quarter of a second
    shots: int  # number of shots
    longest: float  # length of the longest shot, in seconds
    seen: float  # seconds that were analyzed

    @classmethod
    def of(cls, facts: Any) -> Self | None:
        """Return the Temper from a `summary`, or None if it is missing or has another VERSION."""
        version = instrument("source/shots").VERSION
        if not isinstance(facts, Mapping) or facts.get("version") != version:
            return None
        return cls(**{name: facts[name] for name in cls._fields})

    @property
    def motion_word(self) -> str:
        """Return how busy the clip is: still, moving or busy."""
        return _word(self.motion, MOTION)

    @property
    def text(self) -> str:
        """Return the description in words, for example "still, dark, 3 shots up to 12.5 s"."""
        shots = f"{self.shots} shots up to" if self.shots > 1 else "1 shot of"
        return f"{self.motion_word}, {self.light_word}, {shots} {self.longest:.1f} s"

    @property
    def light_word(self) -> str:
        """Return how bright the clip is: dark, medium or bright."""
        return _word(self.light, LIGHT)


def summary(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary of an answer from source/shots, for library.json."""
    lengths = _lengths(facts["shots"])
    temper = Temper(
        light=facts["light"],
        motion=facts["motion"],
        shots=len(lengths),
        longest=max(lengths, default=0.0),
        seen=round(sum(_lengths(facts["seen"])), 3),
    )
    return {**temper._asdict(), "version": instrument("source/shots").VERSION}


def _lengths(spans: Sequence[Sequence[float]]) -> list[float]:
    return [round(span[1] - span[0], 3) for span in spans]


def _word(value: float, ends: Mapping[str, float]) -> str:
    return next(word for word, end in ends.items() if value < end)
