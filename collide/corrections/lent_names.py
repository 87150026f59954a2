"""Corrected commands for files that knobs do not find, such as a LUT in the wrong folder."""

import re
from collections.abc import Iterator
from pathlib import Path

from collide.base.misplaced import misplaced, putting
from collide.base.spoken_number import cleaned
from collide.base.words import nearest
from collide.corrections.corrected_lines import MOST_LINES, renamed_line
from collide.corrections.knob_values import played
from collide.instrument import File
from collide.project.knob_files import known_files
from collide.project.project import Project
from collide.project.settings import current, takes
from collide.syntax.arguments import TypedLine


def lent_lines(whole: TypedLine, name: str, project: Project, *, near: bool) -> list[str]:
    """Return the command that puts a misplaced file into its knob's folder and uses it.

    If there is no such file, return commands for other files in the folder, or [] if `near`,
    because the caller then suggests a file with a similar name. If the knob takes no file, return
    [].
    """
    limit = project.catalog.knobs[current(name)].limit
    return [*_lines(whole, name, project, limit, near)] if isinstance(limit, File) else []


def files_first(whole: TypedLine, name: str, project: Project, fix: str) -> str:
    """Return a fix that first puts the files for other knobs into their folders, if necessary."""
    root, puts = whole.workspace.root, list[str]()
    for other, text in whole.typed.items():
        knob = project.catalog.knobs.get(current(other))
        if other == name or not knob or not isinstance(knob.limit, File) or not text:
            continue
        there = [one.name for one in known_files(knob.limit, whole.workspace)]
        known = takes(other, text, project.catalog) and text != "none"
        if known and not nearest(text, there):
            puts.append(putting(Path(text), root, f"library/{knob.limit.folder}"))
    before = "".join(f"{put} && " for put in puts)
    return re.sub(r"^doit ", f"{before}doit ", fix, flags=re.MULTILINE) if puts else fix


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
