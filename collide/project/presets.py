"""Presets, which are flat JSON files: `<shelf>/<family>/<name>.json`.

The shelves are the presets/ folders of the project and of the workspace, in that order. Besides
knobs, a preset may contain its `name`, a description (`about`), and `"listed": false`, which hides
it from lists. A hidden preset can still be used by name.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from collide.base.errors import InputError
from collide.base.json_slips import ToJson, by_form
from collide.base.strict_json import read_json
from collide.base.words import nearest
from collide.base.workspace import LABEL
from collide.catalog import Catalog
from collide.contract import BESIDE
from collide.project.stray_presets import FAMILIES, elsewhere, stray

MOST_LIKE = 4  # the maximum number of presets that a fix lists
WRITE = "choose one of these, or write it into presets/blend/"


def find(shelves: Sequence[Path], name: str, to_json: ToJson = by_form) -> Path:
    """Return a preset's file from the first preset folder that contains it.

    Raise InputError for an unknown preset, or if it is in two families. `to_json` finds the values
    of unquoted strings in a file that is not valid JSON.
    """
    for shelf in shelves if LABEL.fullmatch(name) else ():
        families = [family for family in FAMILIES if (shelf / family / f"{name}.json").exists()]
        if len(families) > 1:
            raise InputError(
                f"two presets are called {name!r}",
                why=f"one is in {families[0]}, one in {families[1]}",
                fix=f"rename one of them, for instance {_folder(shelf)}/{families[1]}/{name}.json",
            )
        if families:
            return shelf / families[0] / f"{name}.json"
    if name in FAMILIES:
        raise InputError(
            f"no preset named {name!r}",
            why=f"{name} is a family of presets: {', '.join(of_family(shelves, name))}",
            fix="see what each does: doit list presets",
        )
    word = preset_name(name)
    if ".." not in name and (odd := stray(shelves, name, to_json) or stray(shelves, word, to_json)):
        raise odd
    visible, every = listed(shelves), names(shelves)
    few = f"it is not one of the {len(visible)} that doit list prints"
    near = word if word in every else nearest(word, every)
    if odd := stray(shelves, near, to_json) if near else elsewhere(shelves, name):
        raise odd
    like = [] if near else _like(word, visible)
    near = like[0] if len(like) == 1 and word.lower() in like[0] else near
    fix = "the nearest, by name or description:" if like else WRITE
    raise InputError(
        f"no preset named {name!r}",
        why=few if near or like else "there are " + (", ".join(visible) or "none"),
        fix=f"did you mean {near!r}?" if near else fix,
        meant=(name, near) if near else (name, *like) if like else None,
    )


def _folder(shelf: Path) -> str:
    """Return a shelf's path in the workspace."""
    own = shelf.parent.parent.name == "projects"
    return f"projects/{shelf.parent.name}/presets" if own else "presets"


def _like(word: str, files: Mapping[str, Path]) -> list[str]:
    """Return at most MOST_LIKE presets whose names contain `word`, if it has three letters or more.

    If there are no such presets, split `word` at spaces, - and _, and return the presets whose name
    or description contains a part of four letters or more as a whole word. If there are none of
    these either, return the presets that play the effect `word`.
    """
    word = word.lower()
    parts = [part for part in re.split(r"[\s_-]+", word) if len(part) > 3]
    own = {
        name: re.findall(r"\w+", f"{name} {about(path)}".lower()) for name, path in files.items()
    }
    inside = [name for name in files if len(word) > 2 and word in name]
    described = [name for name in files if {*parts} & {*own[name]}]
    return (inside or described or _with_effect(word, files))[:MOST_LIKE]


def _with_effect(word: str, files: Mapping[str, Path]) -> list[str]:
    """Return the presets that play the effect `word` or set one of its knobs, or []."""
    plays = re.compile(rf'"{re.escape(word)}["_]')
    return [n for n, path in files.items() if plays.search(path.read_text(errors="replace"))]


def preset_name(text: str) -> str:
    """Extract a preset's name from a name, a file name or a path."""
    path = PurePath(text.strip().replace("\\", "/"))
    return path.stem if path.suffix.lower() == ".json" else path.name


def read(path: Path, *, label: str, to_json: ToJson = by_form) -> dict[str, Any]:
    """Read a preset's knobs; raise InputError if the file is invalid."""
    values = read_json(path, label=label, to_json=to_json)
    values.pop("name", None)
    for name, kind in BESIDE.items():
        if not isinstance(value := values.pop(name, kind()), kind):
            raise InputError(
                f"{name} in {label} is {json.dumps(value)}",
                why=f"it is not a knob, and takes {'a string' if kind is str else 'true or false'}",
                fix=f"open {label} and fix it there",
            )
    return values


def in_chain(
    items: Iterable[tuple[str, str, dict[str, Any]]], catalog: Catalog
) -> list[tuple[str, dict[str, Any]]]:
    """Convert (origin, file, values) to (origin, values), with all post presets in the chain.

    The weakest source is first. A post preset appends its `post` to the chain; if it lacks `post`,
    it appends the instruments of its knobs.
    """
    chain: list[str] = []
    layers = []
    for origin, file, values in items:
        after = dict(values)
        added = _written(values["post"]) if "post" in values else _players(values, catalog)
        if Path(file).parts[-3:-1] == ("presets", "post") and added:
            after["post"] = [*chain, *(name for name in added if name not in chain)]
        chain = _written(after["post"]) if "post" in after else chain
        layers.append((origin, after))
    return layers


def _written(value: Any) -> list[str]:
    """Return the names in a value of `post`, except `none`, without checking the names."""
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [word.strip() for word in words if isinstance(word, str) and word.strip() != "none"]


def _players(values: Iterable[str], catalog: Catalog) -> list[str]:
    """Return the post instruments of the knobs in `values`, in that order."""
    owners = [catalog.knobs[name].owner for name in values if name in catalog.knobs]
    return list(dict.fromkeys(o.removeprefix("post/") for o in owners if o.startswith("post/")))


def names_in(value: Any) -> list[str]:
    """Return the names in a config's `preset` ("a,b" or a list); raise InputError otherwise."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(
            f"preset={json.dumps(value)[:60]} is not a valid value",
            why="preset takes a name, or a list of names",
            fix='write it as "preset": ["NAME"]',
        )
    return [name for name in names if name]


def names(shelves: Sequence[Path]) -> list[str]:
    """Return all preset names on the shelves."""
    return sorted(_files(shelves))


def listed(shelves: Sequence[Path]) -> dict[str, Path]:
    """Map the names of the listed presets to their files.

    Unreadable presets are included, since the error is reported when they are used.
    """
    files = sorted(_files(shelves).items())
    return {name: path for name, path in files if _beside(path).get("listed") is not False}


def pictured(shelves: Sequence[Path]) -> list[str]:
    """Return the names of the listed presets in the families blend and post."""
    return [name for name, path in listed(shelves).items() if path.parent.name != "audio"]


def of_family(shelves: Sequence[Path], family: str) -> list[str]:
    """Return the names of the listed presets in a family."""
    return [name for name, path in listed(shelves).items() if path.parent.name == family]


def spread(shelves: Sequence[Path], named: Iterable[str]) -> list[str]:
    """Return the names with each family replaced by those of its presets that change a frame."""
    seen = pictured(shelves)
    each = ([n for n in of_family(shelves, one) if n in seen] or [one] for one in named)
    return [*dict.fromkeys(name for found in each for name in found)]


def about(path: Path) -> str:
    """Return a preset's description or why it cannot be used, or "" if there is neither."""
    try:
        text = read_json(path, label=path.name).get("about", "")
    except InputError as error:
        return f"it cannot be used: {error.what.partition(' ')[2]}"
    return text if isinstance(text, str) else ""


def _files(shelves: Sequence[Path]) -> dict[str, Path]:
    """Map the name of each preset to its file on the first shelf that has it."""
    folders = [shelf / family for shelf in reversed(shelves) for family in reversed(FAMILIES)]
    return {path.stem: path for folder in folders for path in folder.glob("*.json")}


def _beside(path: Path) -> dict[str, Any]:
    """Return a file's content, or {} for an unreadable file."""
    try:
        return read_json(path, label=path.name)
    except InputError:
        return {}
