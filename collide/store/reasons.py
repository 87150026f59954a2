"""Why a step runs: what moved among the things it read, as types; a sentence only at the edge."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# How names in the log of a step begin, of what is no knob of its own.
UPSTREAM = "from "  # then a task: what it made
ORIGIN = "origin of "  # then a knob: who turned it
VERSION = "version of "  # then an instrument
ENGINE = "engine"
LOOK = "look"
DERIVED = "="  # then anything that follows from knobs: kept to be compared, never a reason

Log = Mapping[str, Any]


class Cause(StrEnum):
    """What kind of thing moved, or why else a step runs."""

    KNOB = "knob"
    FILE = "file"  # a clip, or a sound: by its content
    UPSTREAM = "upstream"
    ENGINE = "engine"
    VERSION = "version"
    ORIGIN = "origin"
    LOOK = "look"
    FIRST = "first"  # it never ran
    ELSEWHERE = "elsewhere"  # for another piece, or before its receipts were cleaned
    GONE = "gone"  # what it made is not in the store
    DAMAGED = "damaged"
    REWRITTEN = "rewritten"  # its command is another, and nothing that it reads
    EVICTED = "evicted"  # and a later step reads it
    WAITS = "waits"  # a step before it renders
    HANGS = "hangs"  # it renders only if a step before it makes something else
    CHOSEN = "chosen"


PREFIXES = {Cause.UPSTREAM: UPSTREAM, Cause.ORIGIN: ORIGIN, Cause.VERSION: VERSION}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that moved: its kind, its name, its old and its new value."""

    cause: Cause
    name: str = ""
    old: Any = None
    new: Any = None

    @property
    def log_name(self) -> str:
        """Return how a log calls it."""
        return PREFIXES.get(self.cause, "") + self.name


def differences(before: Log, after: Log, *, partial: bool = False) -> tuple[Reason, ...]:
    """Return what differs between two logs.

    Args:
        partial: one of them holds only a part of what was read: what it lacks is no difference.
    """
    names = [*after, *(name for name in before if name not in after)]
    moved = [
        _reason(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name) and name != ENGINE and not name.startswith(DERIVED)
    ]
    # what is read in one of the two only follows from a knob that turned
    both = before.keys() & after.keys()
    if partial:
        return tuple(reason for reason in moved if reason.log_name in both)
    follows = (Cause.KNOB, Cause.FILE, Cause.VERSION)
    turned = tuple(r for r in moved if r.cause not in follows or r.log_name in both)
    return turned or tuple(moved)


def _reason(name: str, old: Any, new: Any) -> Reason:
    for prefix, cause in (
        (UPSTREAM, Cause.UPSTREAM), (ORIGIN, Cause.ORIGIN), (VERSION, Cause.VERSION),
    ):  # fmt: skip
        if name.startswith(prefix):
            return Reason(cause, name.removeprefix(prefix), old, new)
    if re.fullmatch(r"(layer\d\.)?clip|sound|bed\d", name):
        return Reason(Cause.FILE, name, old, new)
    return Reason(Cause.LOOK if name == LOOK else Cause.KNOB, name, old, new)


def of(reasons: Iterable[Reason], *causes: Cause) -> tuple[Reason, ...]:
    """Return the reasons of some kinds."""
    return tuple(reason for reason in reasons if reason.cause in causes)


def own(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons of a step's own, without what came from the steps before it."""
    return tuple(reason for reason in reasons if reason.cause is not Cause.UPSTREAM)


def sentence(reasons: Iterable[Reason], task: str = "") -> str:
    """Return reasons in an artist's words; a knob of the task's own layer goes by its bare name."""
    told = list(_worth_telling(list(reasons)))
    words = [_words(reason, task) for reason in told]
    origins = of(told, Cause.ORIGIN)
    if len(origins) > 1:
        words = [_words(reason, task) for reason in told if reason not in origins]
        words.append(f"{len(origins)} knobs are set elsewhere now")
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _worth_telling(reasons: list[Reason]) -> Iterable[Reason]:
    """Yield reasons but for those that only repeat another: the name of the look changes with
    everything, and a clip that a step reads through its layer is that layer's reason.
    """
    layers = {reason.name.replace(":", "") for reason in of(reasons, Cause.UPSTREAM)}
    for reason in reasons:
        repeats = reason.cause is Cause.FILE and reason.name.partition(".")[0] in layers
        if not repeats and (reason.cause is not Cause.LOOK or len(reasons) == 1):
            yield reason


def _words(reason: Reason, task: str) -> str:
    if reason.cause is Cause.ENGINE:
        return _engine(reason.old, reason.new)
    if reason.cause is Cause.ORIGIN:
        was = (
            f" (was {_place(reason.old).removeprefix('set ')})" if reason.old and reason.new else ""
        )
        return f"{reason.name} is {_place(reason.new)}{was}"
    file = "clip" if reason.name.rpartition(".")[2] == "clip" else "sound"
    return SENTENCES[reason.cause].format(
        name=reason.name,
        knob=reason.name.removeprefix(f"layer{_layer(task)}."),
        task=reason.name.replace(":", " "),
        file=file,
        old=_text(reason.old),
        new=_text(reason.new),
    )


SENTENCES = {
    Cause.KNOB: "{knob} {old} → {new}",
    Cause.LOOK: "{knob} {old} → {new}",
    Cause.FILE: "the {file} changed",
    Cause.UPSTREAM: "{task} changed",
    Cause.VERSION: "version of {name} {old} → {new}",
    Cause.EVICTED: "it was evicted, and {task} reads it",
    Cause.WAITS: "{task} changes",
    Cause.HANGS: "renders only if {task} changes",
    Cause.FIRST: "never rendered",
    Cause.ELSEWHERE: "made before",
    Cause.GONE: "it was not here any more",
    Cause.DAMAGED: "what it had made was gone or damaged",
    Cause.REWRITTEN: "its command changed",
    Cause.CHOSEN: "clips were chosen",
}


def _layer(task: str) -> str:
    """Return the number of the layer that a task is of, "" where it is of none."""
    kind, _, number = task.rpartition("/")[2].partition(":")
    kinds = ("keyframe", "matte", "color", "layer", "hear", "audio", "frame", "debug")
    return number.partition(".")[0] if kind in kinds else ""


def _text(value: Any) -> str:
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _place(origin: str | None) -> str:
    if origin is None:
        return "no longer set"
    return f"set {'on the' if origin == 'command line' else 'in'} {origin}"


def _engine(old: str | None, new: str | None) -> str:
    if not old or not new or old == new:
        return "the engine changed, it is another ffmpeg than before"
    return f"the engine changed, ffmpeg {short(old, new)} → {short(new, old)}"


def short(version: str, other: str) -> str:
    """Return a version as people call it, unless that is the other's too: n9.0.2-17 is 9.0.2."""
    short, others = (re.sub(r"^n?(\d+(?:\.\d+)+).*", r"\1", text) for text in (version, other))
    return version if short == others else short


def modern(
    task: str, says: Mapping[str, Any], facts: Log, layered: Iterable[str], beds: Mapping[str, str]
) -> dict[str, Any]:
    """Return the log of a receipt that an earlier collide wrote, in which the knobs of a layer, and
    of a bed, had bare names; what it called otherwise is left out.

    Args:
        facts: what the task answered; with a mode, where the dice chose it.
        layered: the knobs that each layer has for itself.
        beds: the knobs of beds, by the names that a voice's have.
    """
    layer = _layer(task)
    names = {name: f"layer{layer}.{name}" for name in layered} if layer.isdigit() else {}
    if layer.startswith("bed"):
        names = {**beds, "sound": layer}
    dropped = ["start", "frames", "opacity", "at", *(["mode"] if "mode" in facts else [])]
    if not layer.startswith("bed"):
        dropped.append("sound")
    return {names.get(name, name): v for name, v in says.items() if name not in dropped}
