"""What moved between two runs of a task, in an artist's words."""

import re
from collections.abc import Mapping
from typing import Any

SAID = " said in"  # after the name of a knob: where its value stands


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return in an artist's words what differs between two sets of ingredients."""
    every = [*after, *(name for name in before if name not in after)]
    names = [n for n in every if before.get(n) != after.get(n) and n != "engine"]
    if len(names) > 1 and "look" in names:
        names.remove("look")  # its name changes with everything, and says nothing
    said = [n for n in names if n.endswith(SAID)]
    told = [n for n in names if n not in said] if len(said) > 1 else names
    words = [_word(name, before.get(name), after.get(name)) for name in told]
    words += [f"{len(said)} knobs are said elsewhere now"] if len(said) > 1 else []
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _word(name: str, old: Any, new: Any) -> str:
    if name.startswith("from "):
        return f"{name[5:].replace(':', ' ')} changed"
    if name in ("clip", "sound"):  # by their digests, that nobody knows
        return f"the {name} changed"
    return f"{name} {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def short(version: str, other: str) -> str:
    """Return a version as people call it, unless that is the other's too: n9.0.2-17 is 9.0.2."""
    short, others = (re.sub(r"^n?(\d+(?:\.\d+)+).*", r"\1", text) for text in (version, other))
    return version if short == others else short
