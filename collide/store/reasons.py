"""The reasons for running a step, such as differences between two logs of the values it read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Prefixes of names in a step's log; ENGINE and LOOK are whole names.
UPSTREAM = "from "  # the result of the named task
ORIGIN = "origin of "  # the origin of the named knob
VERSION = "version of "  # the version of the named instrument
ENGINE = "engine"
LOOK = "look"
DERIVED = "="  # a value derived from knobs, which is never a reason
HELD = "held "  # a knob that has no effect; it is a reason only if nothing else changed

Log = Mapping[str, Any]


class Cause(StrEnum):
    """Why a step is rendered, fetched or looked up."""

    KNOB = "knob"
    FILE = "file"  # the content of a clip or a sound
    UPSTREAM = "upstream"
    ENGINE = "engine"
    VERSION = "version"
    ORIGIN = "origin"
    LOOK = "look"
    FIRST = "first"  # the step never ran
    ELSEWHERE = "elsewhere"  # the step ran for another piece, or its receipt was deleted
    SHARED = "shared"  # another machine already rendered the result
    DEARER = "dearer"  # fetching the result would take longer than rendering it
    GONE = "gone"  # objects of the result are missing from the store
    DAMAGED = "damaged"
    REWRITTEN = "rewritten"  # only the command of the step changed
    EVICTED = "evicted"  # the result was evicted, and a later step reads it
    AFAR = "afar"  # the result is on another machine, and a later step reads it here
    WAITS = "waits"  # an upstream step is rendered
    HANGS = "hangs"  # the step is rendered only if an upstream result changes
    CHOSEN = "chosen"


LOST = (Cause.EVICTED, Cause.AFAR, Cause.DAMAGED)  # an object that a step reads is not in the store
OF_A_FRAME = ("frame", "look")  # kinds of tasks whose result is one layer of a still

PREFIXES = {Cause.UPSTREAM: UPSTREAM, Cause.ORIGIN: ORIGIN, Cause.VERSION: VERSION}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its kind, the name of the changed value, and the old and new values."""

    cause: Cause
    name: str = ""
    old: Any = None
    new: Any = None

    @property
    def log_name(self) -> str:
        """Return the reason's name as it is logged, without the prefix HELD."""
        return PREFIXES.get(self.cause, "") + self.name


def differences(before: Log, after: Log, *, partial: bool = False) -> tuple[Reason, ...]:
    """Return the differences between two logs that explain a run.

    The engine, derived values, and consequences of other differences are left out. If
    `partial` is true, names in only one of the logs are ignored.
    """
    names = [*after, *(name for name in before if name not in after)]
    both = before.keys() & after.keys()
    relevant = [name for name in names if name != ENGINE and not name.startswith(DERIVED)]
    relevant = [name for name in relevant if name in both or not partial]
    relevant = [name for name in relevant if before.get(name) != after.get(name)]
    read = [name for name in relevant if not name.startswith(HELD)]
    moved = [_reason(name, before.get(name), after.get(name)) for name in read or relevant]
    # a value in only one of the logs is a consequence of another changed knob
    follows = (Cause.KNOB, Cause.FILE, Cause.VERSION)
    turned = tuple(r for r in moved if r.cause not in follows or r.log_name in both)
    return turned or tuple(moved)


def _reason(name: str, old: Any, new: Any) -> Reason:
    for cause, prefix in PREFIXES.items():
        if name.startswith(prefix):
            return Reason(cause, name.removeprefix(prefix), old, new)
    name = name.removeprefix(HELD)
    if re.fullmatch(r"(layer\d\.)?clip|sound|bed\d", name):
        return Reason(Cause.FILE, name, old, new)
    return Reason(Cause.LOOK if name == LOOK else Cause.KNOB, name, old, new)


def of(reasons: Iterable[Reason], *causes: Cause) -> tuple[Reason, ...]:
    """Return the reasons of the given kinds."""
    return tuple(reason for reason in reasons if reason.cause in causes)


def own(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons other than changed upstream results."""
    return tuple(reason for reason in reasons if reason.cause is not Cause.UPSTREAM)


def sentence(reasons: Iterable[Reason], task: str = "") -> str:
    """Return reasons as text for the artist, omitting the prefix of the task's own layer."""
    visible = list(_worth_telling(list(reasons)))
    origins = of(visible, Cause.ORIGIN)
    several = len(origins) > 1
    words = [_words(reason, task) for reason in visible if not (several and reason in origins)]
    if several:
        places = {_place(reason.new) for reason in origins}
        where = places.pop() if len(places) == 1 else "set in other places"
        now = "now " if where.startswith("set") else ""  # the other text is "no longer set"
        words.append(f"{len(origins)} knobs are {now}{where}")
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _worth_telling(reasons: list[Reason]) -> Iterable[Reason]:
    """Yield the reasons that are not redundant.

    The name of the look changes with any other value, so it counts only if it is the sole reason. A
    clip is redundant if its layer changed.
    """
    layers = {reason.name.replace(":", "") for reason in of(reasons, Cause.UPSTREAM)}
    for reason in reasons:
        repeats = reason.cause is Cause.FILE and reason.name.partition(".")[0] in layers
        if not repeats and (reason.cause is not Cause.LOOK or len(reasons) == 1):
            yield reason


def _words(reason: Reason, task: str) -> str:
    name, old, new = reason.name, reason.old, reason.new
    if reason.cause is Cause.ENGINE:
        return _engine(old, new)
    if reason.cause is Cause.ORIGIN:
        was = f" (was {_place(old).removeprefix('set ')})" if old and new else ""
        return f"{name} is {_place(new)}{was}"
    if reason.cause is Cause.REWRITTEN and task.partition(":")[0] in OF_A_FRAME:
        # the frame is chosen by at=3, which is not a knob
        return "a different frame of its clip"
    knob, upstream = name.removeprefix(f"layer{_layer(task)}."), name.replace(":", " ")
    file = "the clip" if name.rpartition(".")[2] == "clip" else "the sound"
    file = knob if "." in knob else file  # a step for several layers reads layer1.clip
    # several segments share one sentence, so it names no seconds
    if reason.cause is Cause.DEARER and old is None:
        return f"{upstream} reads it: rendering it is faster than fetching it"
    words = {"name": name, "knob": knob, "task": upstream, "file": file}
    return SENTENCES[reason.cause].format(**words, old=_text(old), new=_text(new))


SENTENCES = {
    Cause.KNOB: "{knob} {old} → {new}",
    Cause.LOOK: "{knob} {old} → {new}",
    Cause.FILE: "{file} changed",
    Cause.UPSTREAM: "{task} changed",
    Cause.VERSION: "version of {name} {old} → {new}",
    Cause.EVICTED: "it was evicted, and {task} reads it",
    Cause.AFAR: "another machine rendered it, and {task} reads it here",
    Cause.WAITS: "{task} changes",
    Cause.HANGS: "is rendered only if {task} changes",
    Cause.FIRST: "never rendered",
    Cause.ELSEWHERE: "already in the store",
    Cause.SHARED: "fetched from the shared store",
    Cause.DEARER: "{task} reads it: rendering it takes {old}, fetching it would take {new}",
    Cause.GONE: "missing from the store",
    Cause.DAMAGED: "its result was missing or damaged",
    Cause.REWRITTEN: "its command changed",
    Cause.CHOSEN: "clips were chosen",
}


def _layer(task: str) -> str:
    """Return the layer number or the bed in a task's name, or "" for any other task."""
    kind, _, number = task.rpartition("/")[2].partition(":")
    kinds = ("levels", "keyframe", "matte", "color", "layer", "hear", "audio", "frame", "debug")
    return number.partition(".")[0] if kind in kinds else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()  # as the command spells it
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _place(origin: str | None) -> str:
    if origin is None:
        return "no longer set"
    return f"set {'on the' if origin == 'command line' else 'in'} {origin}"


def _engine(old: str | None, new: str | None) -> str:
    if not old or not new or old == new:
        return "a different ffmpeg is used"
    return f"the engine changed, ffmpeg {short(old, new)} → {short(new, old)}"


def short(version: str, other: str) -> str:
    """Return a version in short form (9.0.2 for n9.0.2-17), unless both short forms are equal."""
    short, others = (re.sub(r"^n?(\d+(?:\.\d+)+).*", r"\1", text) for text in (version, other))
    return version if short == others else short


def modern(
    task: str, says: Mapping[str, Any], facts: Log, layered: Iterable[str], beds: Mapping[str, str]
) -> dict[str, Any]:
    """Convert `says`, a log from an earlier version of collide, to the names used now.

    Knobs in `layered` get their layer's prefix, and a bed's knobs get their names in `beds`. Values
    that are no longer logged are omitted.
    """
    layer, dropped = _layer(task), {"start", "frames", "opacity", "at"}
    if "mode" in facts:
        dropped.add("mode")
    if layer.startswith("bed"):
        names = {**beds, "sound": layer}
    else:
        names = {name: f"layer{layer}.{name}" for name in layered} if layer.isdigit() else {}
        dropped.add("sound")
    return {names.get(name, name): v for name, v in says.items() if name not in dropped}
