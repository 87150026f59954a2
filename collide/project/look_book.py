"""The looks of a project: projects/x/looks holds a small file for each that was rendered.

Its name is the digest of its recipe, so it cannot be another look than it says; the first signs
of it will do wherever knobs are typed: `look=7f3a`. Beside the recipe stand the names that its
files had, for people, and the digest of the video that came out.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from collide.base.errors import InputError, did_you_mean
from collide.base.strict_json import read_json
from collide.base.workspace import Workspace
from collide.project.look_file import Look, read_look
from collide.project.project import Project
from collide.store.leases import pins
from collide.store.objects import Store

SIGNS = 8  # of a name
_NAME = re.compile(r"[0-9a-f]{8}")


def files_of(project: Project) -> dict[str, Path]:
    """Return the file of each look of a project, by name; the look that was rendered last first."""
    found = [p for p in (project.path / "looks").glob("*.json") if _NAME.fullmatch(p.stem)]
    return {path.stem: path for path in sorted(found, key=_when, reverse=True)}


def looks_of(project: Project) -> Iterator[Look]:
    """Yield the looks of a project, the one that was rendered last first.

    Raises:
        InputError: the file of one cannot be read.
    """
    for name in files_of(project):
        yield open_look(project, name)


def shown_looks(project: Project, store: Store, *, every: bool) -> tuple[list[Look], int]:
    """Return the looks that a person knows, the one that was rendered last first, and how many
    others there are: cells of sweeps and rolls. A cell that is rendered is no other any more.

    Args:
        every: return those too.

    Raises:
        InputError: the file of one cannot be read.
    """
    found, pinned = list(looks_of(project)), pinned_looks(project, store)
    shown = [look for look in found if every or look.video or look.name in pinned]
    return shown, len(found) - len(shown)


def pinned_looks(project: Project, store: Store) -> set[str]:
    """Return the names of the looks of a project that are pinned."""
    every = (name.rpartition("-") for name in pins(store))
    return {look for owner, _, look in every if owner == project.name}


def find_look(project: Project, prefix: str) -> Look:
    """Return the look whose name begins with `signs`.

    Raises:
        InputError: none or several do, or its file is none that collide wrote.
    """
    known = list(files_of(project))
    found = [name for name in known if name.startswith(prefix)]
    if len(found) == 1:
        return open_look(project, found[0])
    if found:
        raise InputError(
            f"look={prefix} may be {len(found)} looks of {project.name}",
            why=f"there are {_few(found)}",
            fix=f"say more of its name: look={_longer(found, prefix)}",
        )
    why = (
        f"there {'is' if len(known) == 1 else 'are'} {_few(known)}" if known else "it has none yet"
    )
    other = "see them: doit looks" if known else "render one: doit render"
    raise InputError(
        f"{project.name} has no look {prefix!r}",
        why=why,
        fix=did_you_mean(prefix, known, otherwise=f"{other} project={project.name}"),
    )


def last_look(project: Project) -> Look:
    """Return the look that was rendered last, as the manifest has it: with what its tasks made.

    Raises:
        InputError: nothing was rendered yet, or the manifest cannot be read.
    """
    path, shown = project.path / "manifest.json", f"projects/{project.name}/manifest.json"
    if not path.exists():
        raise InputError(
            f"{project.name} has no look yet",
            why="nothing of it was rendered",
            fix=f"doit render project={project.name}",
        )
    return read_look(read_json(path, label=shown), shown, catalog=project.catalog)


def owner(workspace: Workspace, prefix: str) -> str:
    """Return the name of the one project that has a look whose name begins with `signs`.

    Args:
        signs: of one look, or of several, joined by commas: the first is looked for.

    Raises:
        InputError: no project has, or several do.
    """
    one = prefix.partition(",")[0]
    known = {name: list(files_of(Project(workspace, name))) for name in workspace.projects()}
    found = [name for name, looks in known.items() if any(look.startswith(one) for look in looks)]
    if len(found) == 1:
        return found[0]
    every = sorted({look for looks in known.values() for look in looks})
    raise InputError(
        f"{len(found)} projects have a look {one!r}" if found else f"no project has a look {one!r}",
        why=f"there {'are' if found else 'is'} {_few(found or every) or 'none yet'}",
        fix=f"say which: project={found[0]}"
        if found
        else did_you_mean(one, every, otherwise="see those of a project: doit looks project=x"),
    )


def open_look(project: Project, name: str) -> Look:
    """Return a look by its whole name.

    Raises:
        InputError: its file is none that collide wrote, or that of another look.
    """
    path = files_of(project)[name]
    shown = f"projects/{project.name}/looks/{path.name}"
    look = read_look(read_json(path, label=shown), shown, _when(path), project.catalog)
    if look.name != name:
        raise InputError(
            f"{shown} holds another look",
            why=f"what it says is look {look.name}: it was changed since collide wrote it",
            fix=f"take it away: rm {shown}",
        )
    return look


def _when(path: Path) -> float:
    return path.stat().st_mtime


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _longer(names: Sequence[str], prefix: str) -> str:
    """Return as much of the first name as no other begins with."""
    first, *others = names
    lengths = range(len(prefix) + 1, SIGNS)
    return next(
        (first[:n] for n in lengths if not any(o.startswith(first[:n]) for o in others)), first
    )
