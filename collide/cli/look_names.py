"""Typed names of looks: a cell's number or a star's name is replaced by the name of its look."""

from collections.abc import Iterator, Mapping

from collide.base.workspace import Workspace
from collide.cli.variables import Variable
from collide.project.look_book import cell_look
from collide.project.project import Project
from collide.project.sheets import NUMBER, numbered, sheets_of
from collide.project.stars import star_names


def looks_named(
    workspace: Workspace,
    declared: Mapping[str, Variable],
    variables: dict[str, object],
    raw: dict[str, str],
) -> Iterator[str]:
    """Replace typed cell numbers and star names with the names of their looks.

    The recorded line, in a run record for instance, thus stays valid after the next sheet or star.
    Each typed number yields a note about the look it stands for.
    """
    project = Project(workspace, str(variables.get("project") or "_"))
    for name in [n for n in variables if getattr(declared[n].limit, "of", "") == "look"]:
        named = list[str]()
        for text in map(str.strip, raw[name].split(",")):
            look, note = _named(project, text)
            named.append(look)
            yield from note
        raw[name] = ",".join(named)
        variables[name] = declared[name].read(name, raw[name])


def _named(project: Project, text: str) -> tuple[str, list[str]]:
    """Return the name of the look that was typed, and the note about it, if one is needed."""
    if cell := numbered(project, text):
        note = f"look {text} is {cell.look}, cell {text} of the last sheet: {cell.turned}"
        return cell_look(project, text, cell), [note]
    stars = star_names(project)
    if (name := text.removesuffix(".mp4")) in stars:  # the name of its video
        return stars[name], []
    if NUMBER.fullmatch(text) and (sheets := sheets_of(project)):
        count = len(sheets[-1].cells)
        why = f"the last sheet has {count} cells"
        return text, [f"{why}: look={text} is the look whose name begins with {text}"]
    return text, []
