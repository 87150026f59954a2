"""Corrected lines for a knob that takes a file in library/, such as a LUT, but names it wrongly."""

from collections.abc import Iterator

from collide.base.misplaced import misplaced, putting
from collide.base.spoken_number import cleaned
from collide.corrections.corrected_lines import MOST_LINES, renamed_line
from collide.corrections.knob_values import played
from collide.instrument import File
from collide.project.knob_files import known_files
from collide.project.project import Project
from collide.project.settings import current
from collide.syntax.arguments import TypedLine


def lent_lines(whole: TypedLine, name: str, project: Project, *, near: bool) -> list[str]:
    """Return the line that puts the file of a knob into its folder, or lines that use files there.

    If `near`, a file there has a similar name, and only the former is returned. Return [] for a
    knob that takes no file.
    """
    limit = project.catalog.knobs[current(name)].limit
    return [*_lines(whole, name, project, limit, near)] if isinstance(limit, File) else []


def _lines(whole: TypedLine, name: str, project: Project, limit: File, near: bool) -> Iterator[str]:
    shelf, text = f"library/{limit.folder}", cleaned(whole.typed[name])
    root, folders = whole.workspace.root, ("library", ".", f"projects/{project.name}")
    tried = (text, *(f"{text}{suffix}" for suffix in limit.suffixes))
    found = (misplaced(one, root, folders, limit.suffixes) for one in tried)
    path = next(filter(None, found), None)
    there = [one.name for one in known_files(limit, whole.workspace)]
    for file in [path.name] if path else [] if near else there[:MOST_LINES]:
        meant = {name: file}
        meant |= played(meant, project, whole.typed)
        line = renamed_line(whole.spoken, whole.typed, name, meant)
        yield f"{putting(path, root, shelf)} && {line}" if path else f"use {file}: {line}"
