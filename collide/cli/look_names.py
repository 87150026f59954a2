"""Replace a cell's number or a star's name in a command with the name of its look."""

from collections.abc import Mapping

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.look_book import cell_look, looks_begun, looks_of
from collide.project.project import Project
from collide.project.sheets import NUMBER, ONLY_NUMBER, last_sheet, no_cell, numbered, sheets_of
from collide.project.stars import star_names
from collide.project.unknown_look import starred_elsewhere
from collide.syntax.variables import Variable

MOST_NAMES = 3  # the maximum number of looks in a fix
PRESENT = ("current", "now", "present")  # names for the current knobs
# Positions in the list of rendered looks, newest first, each with a description and names for it.
PLACES = {
    0: ("the newest", f"last newest latest {' '.join(PRESENT)}"),
    1: ("the one before the newest", "previous prev before"),
    -1: ("the oldest", "first oldest"),
}


def looks_named(
    workspace: Workspace,
    declared: Mapping[str, Variable],
    variables: Mapping[str, object],
    raw: Mapping[str, str],
) -> tuple[dict[str, object], dict[str, str], list[str]]:
    """Replace cell numbers and star names with look names, and add notes about the cells.

    A command recorded with the new names, for instance in a run record, remains valid after the
    next sheet or star.

    Returns:
        The checked variables, their texts, and the notes.
    """
    project = Project(workspace, str(variables.get("project") or "_"))
    named_looks = [n for n in variables if declared[n].limit.of == "look"]
    _refuse_places(project, {name: raw[name] for name in named_looks})
    texts, notes = dict(raw), list[str]()
    for name in named_looks:
        named = list[str]()
        for text in map(str.strip, raw[name].split(",")):
            look, note = _named(project, text)
            named.append(look)
            notes += note
        texts[name] = ",".join(named)
    read = {name: declared[name].read(name, texts[name]) for name in named_looks}
    return {**variables, **read}, texts, notes


def _refuse_places(project: Project, typed: Mapping[str, str]) -> None:
    """Refuse a project or a word such as `last` given as a look, unless a star has this name.

    In README, `first` names a star, so it may mean another project's star, not the oldest look.
    """
    turn, why = dict[str, str](), list[str]()
    for name, text in typed.items():
        if name == "look" and text in project.workspace.projects() and not _is_look(project, text):
            raise InputError(
                f"{text!r} is a project, not a look",
                why="a look is one recipe of a project, under a short name",
                fix=f"see its looks: doit looks project={text}",
            )
        at = next((at for at, (_, words) in PLACES.items() if text.lower() in words.split()), None)
        if at is None or text in star_names(project):
            continue
        if text in starred_elsewhere(project, text).values():
            continue
        rendered = [look.name for look in looks_of(project) if look.video]
        if len(rendered) > max(at, 0):
            turn[name] = rendered[at]
            why.append(f"{PLACES[at][0]} is {rendered[at]}")
    present = any(text.lower() in PRESENT for name, text in typed.items() if name in turn)
    record = f"if its knobs have changed since: doit render project={project.name}\n"
    if turn:
        raise InputError(
            f"{project.name} has no look {typed[next(iter(turn))]!r}",
            why="; ".join(dict.fromkeys(why)),
            fix=record * present + ("use its name" if len(turn) == 1 else "use their names"),
            turns=[turn],
        )


def _is_look(project: Project, text: str) -> bool:
    """Return whether a text is a star's name or the beginning of a look's name."""
    return text in star_names(project) or bool(looks_begun(project, text))


def _named(project: Project, text: str) -> tuple[str, list[str]]:
    """Return the name of the look that `text` refers to, and notes about it."""
    if cell := numbered(project, text):
        place = f"cell {text} of the last {last_sheet(project)}"
        note = f"look {text} of {project.name} is {cell.look}, {place}: {cell.turned}"
        return cell_look(project, text, cell), [note]
    stars = star_names(project)
    if (name := text.removesuffix(".mp4")) in stars:  # its video's file name is accepted too
        return stars[name], []
    only = ONLY_NUMBER.fullmatch(text) and project.exists()
    if only or (NUMBER.fullmatch(text) and sheets_of(project)):
        error = no_cell(project, text)
        begun = [{"look": one} for one in looks_begun(project, text)][:MOST_NAMES]
        turns, fix = begun or _elsewhere(project, text), error.fix
        fix = f"a look whose name begins with {text}" if begun else fix
        meant = None if begun else error.meant
        raise InputError(error.what, why=error.why, fix=fix, turns=turns, meant=meant)
    return text, []


def _elsewhere(project: Project, text: str) -> list[dict[str, str]]:
    """Return the projects with a cell of that number, if the named project has no sheet."""
    workspace = project.workspace
    others = [] if sheets_of(project) else [Project(workspace, n) for n in workspace.projects()]
    names = [one.name for one in others if numbered(one, text)]
    return [{"project": name, "look": text} for name in names][:MOST_NAMES]
