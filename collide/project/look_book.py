"""The looks of a project: a small file in projects/x/looks for each look.

A look's name is the beginning of its recipe's digest. On the command line, `look=` takes the first
characters of the name (7f3a), a star's name, or a cell's number on the last sheet of a sweep
or a roll (3). A look file contains the recipe and the names of the clips, sounds and color tables.
If the look was rendered, the file also records the video's digest.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.base.errors import InputError, mistyped
from collide.base.strict_json import read_json
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.instrument import STORAGE
from collide.library.library import Library
from collide.project import knob_files
from collide.project.project import KnobSource, Project
from collide.project.recipe import LOOK_FORM, Recipe, is_digest, read_recipe
from collide.project.selection import LAYER, Slot
from collide.project.settings import LOOK, Settings
from collide.project.sheets import (
    ONLY_NUMBER,
    SheetCell,
    last_sheet,
    no_cell,
    numbered,
)
from collide.project.stars import star_names, star_of_none, starred
from collide.project.unknown_look import few_looks, unknown_look
from collide.store.leases import pins
from collide.store.objects import Store

SIGNS = 8  # characters in the name of a look


@dataclass(frozen=True)
class Task:
    """A task in a manifest: its key, its objects by role, and its facts."""

    key: str
    objects: Mapping[str, str]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """A look as read from a file: its recipe and facts about its render."""

    recipe: Recipe
    label: str  # the file it was read from
    names: Mapping[str, str] = field(default_factory=dict)  # digest -> name of the file
    video: str = ""  # digest of the video, or "" if unrecorded
    when: float = 0.0  # time of its look file in seconds since 1970, or 0.0 if it has no file
    tasks: Mapping[str, Task] = field(default_factory=dict)  # the tasks in a manifest
    storage: str = ""  # storage of its layers, or "" if unrecorded
    sha256: str = ""  # SHA-256 of the video, in an exported look, or "" if unrecorded
    still: str = ""  # digest of a PNG of one frame, or "" if unrecorded
    release: int = 1  # the rendering release; release 1 did not record its number

    @property
    def kept(self) -> dict[str, Any]:
        """Return the storage of the look's layers as a knob, or {} if unrecorded."""
        return {"storage": self.storage} if self.storage else {}

    @property
    def name(self) -> str:
        """Return the look's name."""
        return self.recipe.look

    def called(self, digest: str) -> str:
        """Return the name of the file with this digest, or a description if the name is unknown."""
        return self.names.get(digest) or f"the file {digest[:8]}"

    def knob_source(self, library: Library, typed: Container[str] = ()) -> KnobSource:
        """Return the look's knobs, except the knobs in `typed` that name files.

        Raise InputError if a file that another knob names is missing.
        """
        catalog = self.recipe.catalog
        files = {
            knob: knob_files.called(knob, digest, library, self.names.get(digest, ""), catalog)
            for knob, digest in self.recipe.files.items()
            if knob not in typed
        }
        return f"{LOOK}{self.name}", self.label, {**self.recipe.knobs, **files}


def read_look(
    data: Mapping[str, Any], label: str, when: float = 0.0, catalog: Catalog | None = None
) -> Look:
    """Read a look from a look file, manifest or bare recipe; raise InputError if it is invalid."""
    recipe, names = read_recipe(data, label, catalog), _texts(data.get("names"))
    video, still = (str(data[n]) if is_digest(data.get(n)) else "" for n in ("video", "still"))
    storage, sha256 = data.get("storage"), str(data.get("sha256", ""))
    storage = storage if isinstance(storage, str) and storage in STORAGE else ""
    release = data.get("release")
    release = release if type(release) is int and release > 0 else 1
    tasks = dict(_tasks(data.get("tasks")))
    return Look(recipe, label, names, video, when, tasks, storage, sha256, still, release)


def _texts(value: Any) -> dict[str, str]:
    """Return the string values of a JSON object, or {} for any other value."""
    items = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in items if isinstance(text, str)}


def _tasks(value: Any) -> Iterator[tuple[str, Task]]:
    for task, entry in value.items() if isinstance(value, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            facts = entry.get("facts")
            measured = facts if isinstance(facts, dict) else {}
            yield task, Task(entry["key"], _texts(entry.get("objects")), measured)


def draws(
    look: Look, settings: Settings, library: Library, typed: Settings
) -> list[dict[str, Any]]:
    """Return draws that assign to each layer and bed its clip or sound from the look.

    Args:
        settings: the settings with the look, without the command's knobs.
        typed: the settings with the look and the command's knobs. The draws record the
            min_resolution and min_seconds of these settings, so these knobs do not replace the
            look's clips.
    """
    fits = {name: typed.of(name).value for name in ("min_resolution", "min_seconds")}
    piece, result = {**settings.piece(), **fits}, []
    for of, number, part in look.recipe.parts:
        slot = Slot(of, number, {**piece, **settings.layer(number)} if of == LAYER else piece)
        name = library.called(part.digest) or look.called(part.digest)
        result.append(slot.draw(part.digest, name, {slot.at: part.start}))
    return result


def files_of(project: Project) -> dict[str, Path]:
    """Map the names of a project's looks to their files, newest first."""
    paths = [p for p in (project.path / "looks").glob("*.json") if LOOK_FORM.fullmatch(p.stem)]
    return {path.stem: path for path in sorted(paths, key=_when, reverse=True)}


def looks_begun(project: Project, prefix: str) -> list[str]:
    """Return the looks whose names begin with `prefix`, or none for one or two digits."""
    names = () if ONLY_NUMBER.fullmatch(prefix) else files_of(project)
    return [name for name in names if name.startswith(prefix)]


def looks_of(project: Project) -> Iterator[Look]:
    """Yield the looks of a project, newest first; raise InputError for an unreadable look."""
    for name in files_of(project):
        yield open_look(project, name)


def shown_looks(project: Project, store: Store, *, every: bool) -> tuple[list[Look], int]:
    """Return the looks to show, newest first, and the number of looks left out.

    Unless `every` is true, looks that have neither a video nor a star (such as a sweep's) are left
    out.
    """
    looks, pinned = list(looks_of(project)), pinned_looks(project, store)
    visible = [look for look in looks if every or look.video or look.name in pinned]
    return visible, len(looks) - len(visible)


def pinned_looks(project: Project, store: Store) -> set[str]:
    """Return the names of a project's starred looks.

    Older versions of collide stored stars only as pins in the cache, so these pins count too.
    """
    every = (name.rpartition("-") for name in pins(store))
    return starred(project) | {look for owner, _, look in every if owner == project.name}


def find_look(project: Project, prefix: str) -> Look:
    """Return the look whose name begins with `prefix`; raise InputError unless there is just one.

    A cell number on the last sheet and the name of a star take precedence.
    """
    names = list(files_of(project))
    if cell := numbered(project, prefix):
        return open_look(project, cell_look(project, prefix, cell))
    stars = star_names(project)
    if stars.get(prefix) in names:
        return open_look(project, stars[prefix])
    matches = looks_begun(project, prefix)
    if len(matches) == 1:
        return open_look(project, matches[0])
    if matches:
        raise InputError(
            f"look={prefix} matches {len(matches)} looks of {project.name}",
            why=f"they are {few_looks(matches)}",
            fix=f"type more of its name: look={_longer(matches, prefix)}",
            meant=(prefix, _longer(matches, prefix)),
        )
    if name := next((name for name, look in stars.items() if prefix in (name, look)), ""):
        raise star_of_none(project, name, stars[name])
    if ONLY_NUMBER.fullmatch(prefix):
        raise no_cell(project, prefix)
    raise unknown_look(project, prefix, names, stars)


def cell_look(project: Project, number: str, cell: SheetCell) -> str:
    """Return the name of the look in a cell; raise InputError if the look failed or is gone."""
    if cell.look in files_of(project):
        return cell.look
    raise InputError(
        f"cell {number} of the last {last_sheet(project)} of {project.name} has no look",
        why=f"look {cell.look} has since been deleted" if cell.look else f"{cell.turned} failed",
        fix=f"see the others: doit looks project={project.name} all=true",
    )


def last_look(project: Project) -> Look:
    """Return the look of the manifest, with its tasks; raise InputError before the first render."""
    path, label = project.path / "manifest.json", f"projects/{project.name}/manifest.json"
    if not path.exists():
        raise InputError(
            f"{project.name} has no look yet",
            why="it has never been rendered",
            fix=f"doit render project={project.name}",
        )
    return read_look(read_json(path, label=label), label, catalog=project.catalog)


def owner(workspace: Workspace, prefix: str) -> str:
    """Return the only project that has the look `prefix`.

    Raise InputError if no project or several projects have the look. For a list of looks joined by
    commas, find the project of the first look.
    """
    one = prefix.partition(",")[0]
    by_project = {name: list(files_of(Project(workspace, name))) for name in workspace.projects()}
    owners = [name for name in by_project if numbered(Project(workspace, name), one)]
    owners = owners or [n for n in by_project if one in star_names(Project(workspace, n))]
    owners = owners or [name for name in by_project if looks_begun(Project(workspace, name), one)]
    if len(owners) == 1:
        return owners[0]
    every = sorted({look for looks in by_project.values() for look in looks})
    stars = sorted({star for name in by_project for star in star_names(Project(workspace, name))})
    if owners:
        what, why = f"{len(owners)} projects have a look {one!r}", f"they are {few_looks(owners)}"
        if numbered(Project(workspace, owners[0]), one):
            what = f"the last sheets of {few_looks(owners)} all have a cell {one}"
            why = "a number in look= is a cell of the project's last sheet"
        raise InputError(
            what,
            why=why,
            fix=f"choose one: project={owners[0]}",
            turns=[{"project": name} for name in owners],
        )
    raise mistyped(
        f"no project has a look {one!r}",
        one,
        [*every, *stars],
        why=f"looks: {few_looks(every) or 'none yet'}",
        otherwise="see the looks of a project: doit looks project=x",
    )


def open_look(project: Project, name: str) -> Look:
    """Return the look with this full name; raise InputError for a changed or invalid file."""
    path = files_of(project)[name]
    label = f"projects/{project.name}/looks/{path.name}"
    look = read_look(read_json(path, label=label), label, _when(path), project.catalog)
    if look.name != name:
        raise InputError(
            f"{label} contains a different look",
            why=f"it contains look {look.name}: it was changed after collide wrote it",
            fix=f"delete it: rm {label}",
        )
    return look


def _when(path: Path) -> float:
    return path.stat().st_mtime


def _longer(names: Sequence[str], prefix: str) -> str:
    """Return the shortest unique prefix of the first name, with at least four characters."""
    first, *others = names
    lengths = range(max(len(prefix) + 1, 4), SIGNS)
    return next(
        (first[:n] for n in lengths if not any(o.startswith(first[:n]) for o in others)), first
    )
