"""Presets on their shelves: flat JSON files in `<shelf>/<family>/<name>.json`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collide.errors import InputError, did_you_mean
from collide.strict import read_json

FAMILIES = ("blend", "audio", "post")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


def find(shelves: Sequence[Path], name: str) -> Path:
    """Return the file of the preset `name` on the first shelf that has it.

    Raises:
        InputError: there is none, or it stands in two families.
    """
    for shelf in shelves if _NAME.fullmatch(name) else ():
        found = [family for family in FAMILIES if (shelf / family / f"{name}.json").exists()]
        if len(found) > 1:
            raise InputError(
                f"two presets are called {name!r}",
                why=f"one is in {found[0]}, one in {found[1]}",
                fix=f"rename one of them, for instance presets/{found[1]}/{name}.json",
            )
        if found:
            return shelf / found[0] / f"{name}.json"
    known = names(shelves)
    raise InputError(
        f"no preset named {name!r}",
        why="there are " + (", ".join(known) or "none"),
        fix=did_you_mean(
            name, known, otherwise="choose one of these, or write it into presets/blend/"
        ),
    )


def read(path: Path, *, shown: str) -> dict[str, Any]:
    """Return the values of the preset in a file.

    Raises:
        InputError: it is not plain JSON.
    """
    values = read_json(path, shown=shown)
    values.pop("name", None)
    return values


def names(shelves: Sequence[Path]) -> list[str]:
    """Return the names of all presets on the shelves."""
    found = {
        path.stem for s in shelves for family in FAMILIES for path in (s / family).glob("*.json")
    }
    return sorted(found)
