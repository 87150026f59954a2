"""The stars of a project, projects/x/stars.json: the looks that a person wants to keep.

The cache knows the objects of a starred look, and may be deleted; the star itself is stored here.
"""

import json
from collections.abc import Callable

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import read_json
from collide.project.project import Project
from collide.store.locks import held_inside


def starred(project: Project) -> set[str]:
    """Return the names of the starred looks; InputError if the file is invalid."""
    path, label = project.path / "stars.json", f"projects/{project.name}/stars.json"
    if not path.exists():
        return set()
    said = read_json(path, label=label).get("looks")
    if not isinstance(said, list) or not all(isinstance(look, str) for look in said):
        raise InputError(
            f"{label} is not a list of looks",
            why='it is written as {"looks": ["7f3a91bc"]}',
            fix=f"mend it, or take it away, and star them again: mv {label} {label}.old",
        )
    return set(said)


def star(project: Project, *looks: str) -> None:
    """Star looks, and keep the other stars."""
    _change(project, lambda before: before | {*looks})


def unstar(project: Project, *looks: str) -> None:
    """Remove stars, and keep the others."""
    _change(project, lambda before: before - {*looks})


def _change(project: Project, changed: Callable[[set[str]], set[str]]) -> None:
    with held_inside(project.path):
        before = starred(project)
        after = changed(before)
        if after != before:
            data = json.dumps({"looks": sorted(after)}, indent=1) + "\n"
            write_whole(project.path / "stars.json", data.encode())
