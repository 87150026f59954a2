"""The records of a look in a file: a manifest, the file of a look, or a video with its recipe.

Each may be a stranger's. JSON is parsed strictly; a video is opened as any clip is, and only its
comment is used.
"""

import re
from dataclasses import replace
from pathlib import Path

from collide.base.errors import InputError, TaskError
from collide.base.strict_json import parse_json, read_json
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.engine.safety import Bounds, Source, spelled
from collide.library.library import Library
from collide.project.look_book import Look, files_of, open_look, read_look
from collide.project.project import Project
from collide.project.recipe import Part
from collide.run.build_state import BuildState

MAX_COMMENT_BYTES = 4 << 20  # bytes of what ffmpeg says of a file


def read_record(state: BuildState, text: str, catalog: Catalog) -> Look:
    """Return the look recorded in a file; `catalog` has the knobs that it may name."""
    path = Path(text).expanduser()
    if not path.is_file():
        raise InputError(
            f"{text} cannot be read",
            why="there is no file of that name" if not path.exists() else "it is no plain file",
            fix="give a video, a manifest.json, or a file of projects/x/looks",
        )
    if path.suffix.lower() == ".json":
        return read_look(read_json(path, label=text), text, catalog=catalog)
    return _embedded(state, path.resolve(), text, catalog)


def _embedded(state: BuildState, path: Path, text: str, catalog: Catalog) -> Look:
    """Return the look whose recipe is in the comment of a video."""
    try:
        comment = _comment(state, path)
    except TaskError as error:
        why = error.why.partition("\n")[2] or error.why
        fix = "give a video, a manifest.json, or a file of projects/x/looks"
        raise InputError(f"{text} cannot be read", why=why, fix=fix) from None
    try:
        data = parse_json(comment.encode())
    except ValueError:
        raise InputError(
            f"{text} does not say how it was made",
            why="there is no recipe in its comment: it is none of collide's, or was written again "
            "by a program that drops comments",
            fix="give the file as collide wrote it, or the manifest.json of its project",
        ) from None
    look = read_look(data, text, catalog=catalog)
    return replace(look, video=state.memo.digest(path))


def _comment(state: BuildState, path: Path) -> str:
    """Return the comment of a video, "" if there is none."""
    argv = ["-i", "@file", "-map_chapters", "-1", "-c", "copy", "-f", "ffmetadata", "said.txt"]
    command = spelled(state.engine.path, argv, {"@file": Source(path, trusted=False)})
    with state.store.workdir() as folder:
        state.engine.run(command, cwd=folder, bounds=Bounds(seconds=20, size=MAX_COMMENT_BYTES))
        told = (folder / "said.txt").read_text(errors="replace")
    # KEY=VALUE, a line each; ffmpeg puts a backslash before what would mean something in a value,
    # and Matroska writes the keys large
    found = re.search(r"^comment=((?:\\.|[^\\\n])*)", told, re.M | re.S | re.I)
    return re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) if found else ""


def owners(workspace: Workspace, look: Look) -> list[tuple[Project, Look]]:
    """Return each project here that has this look, with the project's own record of it."""
    projects = [Project(workspace, name) for name in workspace.projects()]
    return [(p, open_look(p, look.name)) for p in projects if look.name in files_of(p)]


def missing(look: Look, library: Library) -> list[tuple[str, int, Part]]:
    """Return the parts of a look whose clip or sound is not in any folder, as it was last seen."""
    return [part for part in look.recipe.parts if library.place(part[2].digest) is None]
