"""Looks recorded in files: manifests, look files, and videos that contain their recipe.

Any of these files may be untrusted. JSON is parsed strictly. A video is opened like any clip, and
only its comment is parsed.
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
from collide.project.near_records import no_record
from collide.project.project import Project
from collide.project.recipe import Part
from collide.run.build_state import BuildState

MAX_COMMENT_BYTES = 4 << 20  # bytes of ffmpeg's output about a file


def read_record(state: BuildState, text: str, catalog: Catalog) -> Look:
    """Return the look recorded in a file, whose knobs `catalog` lists."""
    path = Path(text).expanduser()
    if not path.is_file():
        raise no_record(state.library.workspace, text)
    if path.suffix.lower() == ".json":
        return read_look(read_json(path, label=text), text, catalog=catalog)
    return _embedded(state, path.resolve(), text, catalog)


def _embedded(state: BuildState, path: Path, text: str, catalog: Catalog) -> Look:
    """Return the look whose recipe is in the comment of a video."""
    try:
        comment = _comment(state, path)
    except TaskError as error:
        why = error.why.partition("\n")[2] or error.why
        fix = "give a video, a manifest.json, or a look file from projects/x/looks"
        raise InputError(f"{text} cannot be read", why=why, fix=fix) from None
    try:
        data = parse_json(comment.encode())
    except ValueError:
        raise InputError(
            f"{text} does not record how it was made",
            why="its comment contains no recipe: collide did not write it, or another program "
            "rewrote it without the comment",
            fix="give the file as collide wrote it, or its project's manifest.json",
        ) from None
    look = read_look(data, text, catalog=catalog)
    return replace(look, video=state.memo.digest(path))


def _comment(state: BuildState, path: Path) -> str:
    """Return the comment of a video, or "" if there is none."""
    argv = ["-i", "@file", "-map_chapters", "-1", "-c", "copy", "-f", "ffmetadata", "said.txt"]
    command = spelled(state.engine.path, argv, {"@file": Source(path, trusted=False)})
    with state.store.workdir() as folder:
        state.engine.run(command, cwd=folder, bounds=Bounds(seconds=20, size=MAX_COMMENT_BYTES))
        metadata = (folder / "said.txt").read_text(errors="replace")
    # KEY=VALUE, one per line; ffmpeg escapes special characters in a value with a backslash, and
    # Matroska writes keys in capitals
    match = re.search(r"^comment=((?:\\.|[^\\\n])*)", metadata, re.M | re.S | re.I)
    return re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL) if match else ""


def owners(workspace: Workspace, look: Look) -> list[tuple[Project, Look]]:
    """Return each project that has this look, with its own record of the look."""
    projects = [Project(workspace, name) for name in workspace.projects()]
    return [(p, open_look(p, look.name)) for p in projects if look.name in files_of(p)]


def missing(look: Look, library: Library) -> list[tuple[str, int, Part]]:
    """Return the parts of a look whose clip or sound is not in any folder of the library."""
    return [part for part in look.recipe.parts if library.place(part[2].digest) is None]
