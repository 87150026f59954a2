"""The cases to measure on each piece, with their goals, and the knobs to time.

A case is one doit command. Except for `clean`, which starts from an empty store, each case starts
from the piece as rendered from its config, followed by the untimed commands in `before`. Words may
contain `{longer}`, one and a half times the duration of the piece, and `{other}`, the clip that
replaces the clip of layer 2. No two cases turn a knob to the same value, because the second would
restore the results of the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

Words = tuple[str, ...]
RENDER: Words = ("render", "project=x")
STILL: Words = ("still", "project=x", "at=3")
PREVIEW: Words = ("preview", "project=x", "from=0", "for=2")
VERSION, CLEAN = "doit --version", "clean"
ONE, PLAIN, FLOOR = "(a) one command", "(b) plain command", "(c) x264 alone"


class Spent(Protocol):
    """The CPU time and wall-clock time of one case."""

    @property
    def cpu(self) -> float:
        """Return the CPU seconds: user and system time, including child processes."""

    @property
    def wall(self) -> float:
        """Return the wall-clock seconds."""


Figures = Mapping[str, Spent]
MEASURES: Mapping[str, Callable[[Spent, Figures], float]] = {
    "CPU of (a)": lambda case, others: case.cpu / others[ONE].cpu,
    "wall of (a)": lambda case, others: case.wall / others[ONE].wall,
    "CPU of (a), above (c)": lambda case, others: (case.cpu - others[FLOOR].cpu) / others[ONE].cpu,
    "CPU s above doit --version": lambda case, others: case.cpu - others[VERSION].cpu,
    "wall of clean": lambda case, others: case.wall / others[CLEAN].wall,
    "wall of doit --version": lambda case, others: case.wall / others[VERSION].wall,
    "wall s": lambda case, _: case.wall,
}


@dataclass(frozen=True)
class Goal:
    """A limit for one figure of a case.

    Attributes:
        of: the name of the figure in MEASURES.
        limit: the highest value allowed.
        unlooped: the limit for pieces whose layers do not loop, or None for `limit`.
    """

    of: str
    limit: float
    unlooped: float | None = None

    def at(self, *, loops: bool) -> float:
        """Return the limit for a piece, which may depend on whether its layers loop."""
        return self.limit if loops or self.unlooped is None else self.unlooped


def above_x264(limit: float) -> tuple[Goal, ...]:
    """Return the goal for a case that encodes again: (CPU of the case - CPU of c) / CPU of a."""
    return (Goal("CPU of (a), above (c)", limit),)


@dataclass(frozen=True)
class Case:
    """One command to measure.

    Attributes:
        name: the name of its row in the table.
        words: the words after doit.
        goals: the limits on its cost.
        before: untimed commands to run first, after the piece itself is rendered.
        keeps: whether segments that existed before must be kept.
    """

    name: str
    words: Words
    goals: tuple[Goal, ...] = ()
    before: tuple[Words, ...] = ()
    keeps: bool = False


def turn(*knobs: str, goals: tuple[Goal, ...], name: str = "") -> Case:
    """Return the case of a render with knobs turned, named after the first knob by default."""
    return Case(name or knobs[0].partition("=")[0], (*RENDER, *knobs), goals)


def effect(name: str, chain: str, knob: str, before: str, after: str) -> Case:
    """Return the case of turning an effect's knob when the piece already has the effect."""
    there = (*RENDER, f"post={chain}", f"{knob}={before}")
    words = (*RENDER, f"post={chain}", f"{knob}={after}")
    return Case(name, words, above_x264(0.10), (there,))


def above_version(limit: float) -> tuple[Goal, ...]:
    """Return the goal for a command without pictures: CPU seconds above doit --version."""
    return (Goal("CPU s above doit --version", limit),)


CASES = (
    Case(CLEAN, RENDER, (Goal("CPU of (a)", 1.15), Goal("wall of (a)", 1.00))),
    turn("layer2.similarity=0.22", goals=above_x264(0.18)),
    Case("back again", RENDER, above_version(0.25), ((*RENDER, "layer2.similarity=0.22"),)),
    turn("layer2.softness=0.06", goals=above_x264(0.18)),
    turn("layer2.opacity=0.7", goals=above_x264(0.18)),
    turn("layer2.x=0.1", goals=above_x264(0.18)),
    turn("layer2.y=0.1", goals=above_x264(0.18)),
    turn("layer2.choke=1", goals=above_x264(0.18)),
    turn("layer2.feather=6", goals=above_x264(0.18)),
    turn("layer2.hue_shift=20", goals=above_x264(0.42)),
    turn("layer2.clip={other}", goals=above_x264(0.42), name="another clip in layer 2"),
    turn("crf=25", goals=above_x264(0.04)),
    effect("post grade", "color-grade", "grade_temperature", "5200", "4500"),
    effect("post grain", "analog", "grain", "0.1", "0.2"),
    Case(
        "duration +50 %", (*RENDER, "duration={longer}"),
        (Goal("CPU of (a)", 0.45, unlooped=0.90),), keeps=True,
    ),
    turn("layer2.pan=0.1", goals=above_version(0.8)),
    Case(
        "preview after similarity", (*PREVIEW, "layer2.similarity=0.24"),
        (Goal("wall of clean", 0.12),), (PREVIEW,),
    ),
    Case(
        "still after similarity", (*STILL, "layer2.similarity=0.26"),
        (Goal("wall s", 0.40), Goal("wall of doit --version", 2.5)), (STILL,),
    ),
    Case("nothing", RENDER, before=(RENDER,)),  # RENDER runs first, to verify restored objects
    Case(VERSION, ("--version",)),
)  # fmt: skip

KEPT_GOAL = 0.6  # a fraction of the MB that 06f3392 kept per second of the same piece
KINDS_KEPT = ("layer", "look", "cut", "stack")  # kinds of tasks whose stored bytes are counted

# The knobs an artist turns while watching; for each, the commands of WAITS are timed.
KNOBS = (
    "layer2.similarity=0.28", "layer2.softness=0.09", "layer2.opacity=0.8", "layer2.x=0.15",
    "layer2.y=-0.15", "layer2.blend_mode=screen", "layer2.hue_shift=-30", "layer2.saturation=1.6",
    "layer2.contrast=1.4", "layer2.speed=0.8", "layer2.fit=contain", "crf=27",
)  # fmt: skip
WAITS: Mapping[str, Words] = {
    "a still": STILL,
    "2 s of motion": ("preview", "project=x", "from=2", "for=2"),
    "the whole piece": RENDER,
}
