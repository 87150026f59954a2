"""Preset files in the wrong folder or with an invalid name, and commands that move or copy them."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from collide.base.errors import InputError
from collide.base.json_slips import ToJson, by_form
from collide.base.misplaced import misplaced, putting
from collide.base.strict_json import read_json
from collide.base.workspace import LABEL_SIGNS
from collide.text_limits import Label

FAMILIES = ("blend", "audio", "post")
HOME = f"presets/{FAMILIES[0]}"
OWN = (  # collide's files in a project, without .json
    *("config", "manifest", "history", "selection"),
    *("stars", "sheets", "rolled", "rendered"),
)


def stray(shelves: Sequence[Path], name: str, to_json: ToJson = by_form) -> InputError | None:
    """Return the error for a file called `name` that cannot be a preset, with a command to move it.

    The file is in no family folder, or its name is invalid, or its suffix is not .json. Return None
    if no such file exists or if its right path is taken.
    """
    root = shelves[-1].parent
    for path in (one for shelf in shelves for one in sorted(shelf.rglob("*"))):
        stem = path.name.removesuffix(path.suffix).removesuffix(".json")
        if name not in (path.name, stem) or not path.is_file():
            continue
        (shelf,) = (one for one in shelves if path.is_relative_to(one))
        family = path.relative_to(shelf).parts[0]
        home = shelf / (family if family in FAMILIES else FAMILIES[0])
        right = home / f"{_label(stem)}.json"
        if right == path or right.exists():
            continue
        place = "it is not in a family folder: blend, audio or post"
        odd = f"the name of a preset contains only {LABEL_SIGNS}, and its file ends in .json"
        old, moved = (str(one.relative_to(root)) for one in (path, right))
        fixes = [f"mv {quote(old)} {quote(moved)}"]
        try:
            read_json(path, label=moved, to_json=to_json)
        except InputError as error:  # its content is invalid too, for instance YAML
            fixes.append(error.fix)
        return InputError(
            f"{old} cannot be used as a preset",
            why=place if right.name == path.name else odd,
            fix="\n".join(fixes),
            turns=[{}] if name == right.stem else [],
            meant=(name, right.stem),
        )
    return None


def elsewhere(shelves: Sequence[Path], name: str) -> InputError | None:
    """Return the error for a preset outside the shelves, with a command that copies the file."""
    root, project = shelves[-1].parent, shelves[0].parent
    file = name if name.lower().endswith(".json") else f"{name}.json"
    folders = (
        ".",
        *([str(project.relative_to(root))] if file.removesuffix(".json") not in OWN else []),
    )
    path = misplaced(file, root, folders, [".json"])
    if path is None or ".." in path.parts:
        return None
    right = _label(path.stem)
    new = "" if path.name == f"{right}.json" else f"{right}.json"
    return InputError(
        f"no preset named {name!r}",
        why="a file has this name, but presets are in presets/blend, audio and post",
        fix=putting(path, root, HOME, new),
        turns=[{}] if name == right else [],
        meant=(name, right),
    )


def _label(stem: str) -> str:
    return Label("preset").near(stem) or "mine"
