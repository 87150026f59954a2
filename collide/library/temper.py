"""The character of a clip in words: still or busy, dark or bright, and its longest shot.

library.json keeps these few numbers of each clip by content, see source/shots.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from collide.catalog import instrument

# Levels of 255 by which a quarter of a second changes the picture; and the mean luma, from 0 to 1.
# Twelve real clips: flowers, water and an aerial landscape 0.9 to 1.7; a man and cars before a
# fixed camera 3 to 4; a street, a drive, a butterfly 6 to 14.
MOTION = {"still": 2.0, "moving": 5.0, "busy": float("inf")}
LIGHT = {"dark": 0.3, "medium": 0.55, "bright": float("inf")}


class Temper(NamedTuple):
    """The light and the motion of a clip, and its analyzed shots."""

    light: float  # 0 black, 1 white
    motion: float  # levels of 255 in a quarter of a second
    shots: int  # how many
    longest: float  # seconds
    seen: float  # seconds analyzed

    @classmethod
    def of(cls, facts: Any) -> Self | None:
        """Return that of a `summary`; None if there is none, or source/shots has changed since."""
        version = instrument("source/shots").VERSION
        if not isinstance(facts, Mapping) or facts.get("version") != version:
            return None
        return cls(**{name: facts[name] for name in cls._fields})

    @property
    def motion_word(self) -> str:
        """Return how busy it is: still, moving, busy."""
        return _word(self.motion, MOTION)

    @property
    def text(self) -> str:
        """Return it in a few words: still, dark, 3 shots up to 12.5 s."""
        shots = f"{self.shots} shots up to" if self.shots > 1 else "1 shot of"
        return f"{self.motion_word}, {self.light_word}, {shots} {self.longest:.1f} s"

    @property
    def light_word(self) -> str:
        """Return how bright it is: dark, medium, bright."""
        return _word(self.light, LIGHT)


def summary(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of an answer of source/shots that library.json keeps."""
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
