"""The reasons why a step runs: the differences between two logs of what it read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Names in a step's log besides its knobs, and prefixes of names.
UPSTREAM = "from "  # followed by a task: its result
ORIGIN = "origin of "  # followed by a knob: its origin
VERSION = "version of "  # followed by an instrument
ENGINE = "engine"
LOOK = "look"
DERIVED = "="  # followed by a value derived from knobs: never a reason
HELD = "held "  # followed by a knob recorded without effect: a reason only if nothing else changed

Log = Mapping[str, Any]


class Cause(StrEnum):
    """The kind of a reason: a change, or another cause for which a step runs."""

    KNOB = "knob"
    FILE = "file"  # a clip or a sound, by content
    UPSTREAM = "upstream"
    ENGINE = "engine"
    VERSION = "version"
    ORIGIN = "origin"
    LOOK = "look"
    FIRST = "first"  # it never ran
    ELSEWHERE = "elsewhere"  # it ran for another piece, or before its receipts were deleted
    SHARED = "shared"  # made by another machine
    DEARER = "dearer"  # fetching it would take longer than making it
    GONE = "gone"  # its objects are not in the store
    DAMAGED = "damaged"
    REWRITTEN = "rewritten"  # only its command changed
    EVICTED = "evicted"  # a later step reads it
    AFAR = "afar"  # the same; it was made by another machine, and never here
    WAITS = "waits"  # an upstream step renders
    HANGS = "hangs"  # renders only if an upstream result changes
    CHOSEN = "chosen"


OF_A_FRAME = ("frame", "look")  # kinds of tasks of a still, one for each layer

PREFIXES = {Cause.UPSTREAM: UPSTREAM, Cause.ORIGIN: ORIGIN, Cause.VERSION: VERSION}


@dataclass(frozen=True, slots=True)
class Reason:
    """One difference: its kind, its name, the old and the new value."""

    cause: Cause
    name: str = ""
    old: Any = None
    new: Any = None

    @property
    def log_name(self) -> str:
        """Return its name in a log."""
        return PREFIXES.get(self.cause, "") + self.name


def differences(before: Log, after: Log, *, partial: bool = False) -> tuple[Reason, ...]:
    """Return the differences between two logs; a `partial` log omits equal names."""
    names = [*after, *(name for name in before if name not in after)]
    both = before.keys() & after.keys()
    told = [name for name in names if name != ENGINE and not name.startswith(DERIVED)]
    told = [name for name in told if name in both or not partial]
    told = [name for name in told if before.get(name) != after.get(name)]
    read = [name for name in told if not name.startswith(HELD)]
    moved = [_reason(name, before.get(name), after.get(name)) for name in read or told]
    # a value read in only one of them follows from a turned knob
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
    """Return the reasons of certain kinds."""
    return tuple(reason for reason in reasons if reason.cause in causes)


def own(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons without results of upstream steps."""
    return tuple(reason for reason in reasons if reason.cause is not Cause.UPSTREAM)


def sentence(reasons: Iterable[Reason], task: str = "") -> str:
    """Return reasons as text for the artist; knobs of the task's own layer have no prefix."""
    shown = list(_worth_telling(list(reasons)))
    origins = of(shown, Cause.ORIGIN)
    several = len(origins) > 1
    words = [_words(reason, task) for reason in shown if not (several and reason in origins)]
    if several:
        words.append(f"{len(origins)} knobs have their values from another place now")
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _worth_telling(reasons: list[Reason]) -> Iterable[Reason]:
    """Yield reasons except redundant ones: the look's name, which changes with any other, and a
    clip that a step reads through its layer.
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
        return "another frame of its clip"  # no knob chooses it, the verb does: at=3
    knob, upstream = name.removeprefix(f"layer{_layer(task)}."), name.replace(":", " ")
    file = "clip" if name.rpartition(".")[2] == "clip" else "sound"
    if reason.cause is Cause.DEARER and old is None:  # one at a time, if several
        return f"{upstream} reads it: making it here is faster than fetching it"
    words = {"name": name, "knob": knob, "task": upstream, "file": file}
    return SENTENCES[reason.cause].format(**words, old=_text(old), new=_text(new))


SENTENCES = {
    Cause.KNOB: "{knob} {old} → {new}",
    Cause.LOOK: "{knob} {old} → {new}",
    Cause.FILE: "the {file} changed",
    Cause.UPSTREAM: "{task} changed",
    Cause.VERSION: "version of {name} {old} → {new}",
    Cause.EVICTED: "it was evicted, and {task} reads it",
    Cause.AFAR: "made by another machine, and {task} reads it here",
    Cause.WAITS: "{task} changes",
    Cause.HANGS: "renders only if {task} changes",
    Cause.FIRST: "never rendered",
    Cause.ELSEWHERE: "made before",
    Cause.SHARED: "fetched from the shared store",
    Cause.DEARER: "{task} reads it: made here in {old}, fetching it would take {new}",
    Cause.GONE: "missing from the store",
    Cause.DAMAGED: "its result was missing or damaged",
    Cause.REWRITTEN: "its command changed",
    Cause.CHOSEN: "clips were chosen",
}


def _layer(task: str) -> str:
    """Return the layer number in the name of a task, or ""."""
    kind, _, number = task.rpartition("/")[2].partition(":")
    kinds = ("levels", "keyframe", "matte", "color", "layer", "hear", "audio", "frame", "debug")
    return number.partition(".")[0] if kind in kinds else ""


def _text(value: Any) -> str:
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
    """Return a version in short form, n9.0.2-17 as 9.0.2, unless the other's is the same."""
    short, others = (re.sub(r"^n?(\d+(?:\.\d+)+).*", r"\1", text) for text in (version, other))
    return version if short == others else short


def modern(
    task: str, says: Mapping[str, Any], facts: Log, layered: Iterable[str], beds: Mapping[str, str]
) -> dict[str, Any]:
    """Return the log `says` of an earlier version in today's form, with prefixes for knobs of
    layers (`layered`) and other names for knobs of beds (`beds`, by those of a voice).
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
