"""Stars: the looks that a project keeps for good, and their names, in projects/x/stars.json.

The cache pins the objects of a starred look. The star itself is recorded outside the cache, because
the cache may be deleted.
"""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import count
from typing import Any

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import moved_away, read_json
from collide.project.project import Project
from collide.store.leases import unpin
from collide.store.locks import held_inside
from collide.store.objects import Store

Stars = tuple[set[str], dict[str, str]]  # the starred looks and the look of each star's name


def starred(project: Project) -> set[str]:
    """Return the names of the starred looks; raise InputError if the file is invalid."""
    return _read(project)[0]


def unused_name(name: str, names: Container[str]) -> str:
    """Return a name like `name` that no star has: first-2."""
    return next(one for n in count(2) if (one := f"{name}-{n}") not in names)


def star_names(project: Project) -> dict[str, str]:
    """Map each star's name to its look; raise InputError if the file is invalid."""
    return _read(project)[1]


def star_of_none(project: Project, name: str, look: str) -> InputError:
    """Return the error for a star whose look was deleted."""
    taken = project.workspace.projects()
    new = next(one for n in count(1) if (one := name + f"-{n}" * (n > 1)) not in taken)
    copies = [name, *(one for one, looked in star_names(project).items() if looked == look)]
    kept = [one for one in copies if project.video.with_name(f"{one}.mp4").is_file()]
    video = f"projects/{project.name}/output/{kept[0]}.mp4" if kept else ""
    back = f"bring it back from its video: doit new from={video} project={new}\n" if kept else ""
    return InputError(
        f"{name!r} is a star of {project.name}, but its look is gone",
        why=f"projects/{project.name}/stars.json lists look {look}, which has no file in looks/",
        fix=f"{back}remove the star: doit star project={project.name} look={look} off=true\n"
        f"see the others: doit looks project={project.name}",
    )


def star(project: Project, *looks: str, name: str = "") -> None:
    """Star looks and name the first look `name` (if any), keeping other stars."""
    called = {name: looks[0]} if name else {}
    _change(project, lambda stars, names: (stars | {*looks}, {**names, **called}))


def unstar(project: Project, store: Store, look: str) -> None:
    """Remove a look's star, names and pin, so that its objects can be evicted."""

    def changed(stars: set[str], names: Mapping[str, str]) -> Stars:
        return stars - {look}, {name: one for name, one in names.items() if one != look}

    _change(project, changed)
    unpin(store, pin_of(project, look))


def pin_of(project: Project, look: str) -> str:
    """Return the name of the pin that protects the objects of a starred look."""
    return f"{project.name}-{look}"


def unname(project: Project, name: str) -> None:
    """Remove one name of a starred look; keep the star and its other names."""
    _change(project, lambda stars, names: (stars, {n: k for n, k in names.items() if n != name}))


def _read(project: Project) -> Stars:
    """Return the starred looks and map each star's name to its look."""
    path, label = project.path / "stars.json", f"projects/{project.name}/stars.json"
    if not path.exists():
        return set(), {}
    anew = moved_away(label, "repair it, or move it away and star the looks again")
    data = read_json(path, label=label, anew=anew)
    looks, names = data.get("looks"), data.get("names", {})
    listed = isinstance(looks, list) and _texts(looks)
    if not isinstance(looks, list) or not listed or not _named(names):
        raise InputError(
            f"{label} is not a list of looks",
            why='its form is {"looks": ["7f3a91bc"]}'
            + (', with names as {"first": "7f3a91bc"}' if listed else ""),
            fix=anew(""),
        )
    return set(looks), names


def _named(names: Any) -> bool:
    return isinstance(names, dict) and _texts(names.values())


def _texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _change(project: Project, changed: Callable[[set[str], dict[str, str]], Stars]) -> None:
    with held_inside(project.path):
        before = _read(project)
        looks, names = changed(*before)
        if (looks, names) != before:
            content = {"looks": sorted(looks), **({"names": names} if names else {})}
            data = json.dumps(content, indent=1) + "\n"
            write_whole(project.path / "stars.json", data.encode())
