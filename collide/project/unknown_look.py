"""The error for an unknown look, whose name may be mistyped or belong to another project."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from collide.base.errors import InputError, mistyped
from collide.base.words import nearest, several
from collide.project.project import Project
from collide.project.sheets import NUMBER, sheets_of
from collide.project.stars import star_names

CELL = re.compile(r"(?:cell|sheet|number|look|nr|no|#)[\s_.#-]*([1-9][0-9]{0,2})", re.IGNORECASE)
BEGUN = re.compile(r"[0-9a-f]{4,}")  # enough of a look's name to look for it in other projects


def unknown_look(
    project: Project, prefix: str, looks: Sequence[str], stars: Mapping[str, str]
) -> InputError:
    """Return the error for an unknown look, suggesting a similar name or another project's star.

    Args:
        looks: the looks of the project, newest first.
        stars: the look of each star, by the star's name.
    """
    there = "there is" if len(looks) == 1 else "there are"
    if stars:
        starred = f"{'one star,' if len(stars) == 1 else 'the stars'} {few_looks([*stars])}"
        there = f"it has {starred}, and {'one look,' if len(looks) == 1 else 'the looks'}"
    if NUMBER.fullmatch(prefix) and (sheets := sheets_of(project)):
        there = f"its last sheet has {several(len(sheets[-1].cells), 'cell')}; {there}"
    what, why = f"{project.name} has no look {prefix!r}", f"{there} {few_looks(looks)}"
    why = why if looks else "it has none yet"
    cell = CELL.fullmatch(prefix)
    if cell and sheets_of(project) and int(cell[1]) <= len(sheets_of(project)[-1].cells):
        fix = f"did you mean cell {cell[1]} of the last sheet?"
        return InputError(what, why=why, fix=fix, turns=[{"look": cell[1]}])
    if not nearest(prefix, [*looks, *stars]) and (others := starred_elsewhere(project, prefix)):
        named = " and ".join(f"{name} has a star named {star!r}" for name, star in others.items())
        return _of_others(project, what, named, others)
    if holders := looks_elsewhere(project, prefix):
        return _of_others(project, what, f"it is a look of {' and of '.join(holders)}", holders)
    other = "see them: doit looks" if looks else "render one: doit render"
    otherwise = f"{other} project={project.name}"
    return mistyped(what, prefix, [*looks, *stars], why=why, otherwise=otherwise)


def _of_others(project: Project, what: str, why: str, holders: Mapping[str, str]) -> InputError:
    """Return the error for a look of other projects, each mapped to the look in `holders`."""
    others = {Project(project.workspace, name): look for name, look in holders.items()}
    begun = [begun_from(one, star_names(one).get(look, look)) for one, look in others.items()]
    where = "in that project:" if len(holders) == 1 else "in those projects:"
    turns = [{"project": name, "look": look} for name, look in holders.items()]
    return InputError(what, why=why, fix="\n".join([*begun, where]), turns=turns)


def starred_elsewhere(project: Project, prefix: str) -> dict[str, str]:
    """Map other projects to their stars of this name, or of similar names if no project has it."""
    stars = dict[str, list[str]]()
    for name in project.workspace.projects():
        with suppress(InputError):
            stars[name] = [*star_names(Project(project.workspace, name))]
    exact = {name: prefix for name, own in stars.items() if prefix in own}
    near = {name: star for name, own in stars.items() if (star := nearest(prefix, own))}
    return {name: star for name, star in (exact or near).items() if name != project.name}


def looks_elsewhere(project: Project, prefix: str) -> dict[str, str]:
    """Map each other project that has a look with this name, or this beginning, to the look."""
    if not BEGUN.fullmatch(prefix):
        return {}
    looks = project.workspace.root.glob(f"projects/*/looks/{prefix}*.json")
    return {path.parts[-3]: path.stem for path in sorted(looks) if path.parts[-3] != project.name}


def begun_from(project: Project, look: str) -> str:
    """Return text with the command that begins a project from another project's look."""
    name = project.workspace.unused_name()
    file = f"projects/{project.name}/looks/{look}.json"
    return f"to begin a project from it: doit new project={name} from={file}"


def few_looks(names: Sequence[str]) -> str:
    """Return at most six names as text, and how many more there are."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
