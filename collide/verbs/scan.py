"""scan the library: list the files that are new, moved, changed, duplicate, gone or unreadable

`path=DIR` adds a folder (for instance on an external disk), and off=true removes it.
"""

from collections.abc import Iterator
from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import several
from collide.base.workspace import Workspace
from collide.cli.request import Request
from collide.library.beside import beside_lines
from collide.library.folders import counted
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder
from collide.library.roots import removals
from collide.library.scan_diff import ScanReport
from collide.project.selection import fits
from collide.run.demo import PROJECT as DEMO
from collide.run.session import Session
from collide.syntax.left_out import last_used
from collide.syntax.variables import Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import Text

VERB = Verb(
    variables={
        "path": Variable(
            Text("a folder's path", of="file"),
            "a folder of clips outside library/",
            "/media/disk",
        ),
        "off": toggle("whether to remove that folder"),
    }
)

# Knobs that exclude clips from a random choice.
PASSED_OVER = {
    "min_resolution": "smaller than min_resolution=",
    "min_seconds": "shorter than min_seconds=",
}
MANY = 100  # lines per kind; a first scan of ten thousand clips should not list them all


def run(request: Request) -> int:
    """Scan the library and print the report."""
    session = request.open_house()
    library, off = session.state.library, request.value("off")
    if "path" in request.variables:
        path = Path(request.value("path")).expanduser()
        library.drop_root(path) if off else library.add_root(path)
    elif off:
        raise InputError(
            "which folder should be removed?",
            why="library/video and library/audio cannot be removed; added: "
            + (", ".join(map(str, library.added)) or "no folder"),
            fix=removals(library.added),
        )
    session.state.require_engine()
    for text in _of_folders(library):
        print(text)
    try:
        _tell(session.clips.scan(reports=True), _begins(request.workspace))
    except KeyboardInterrupt:
        if "path" in request.variables and not off:
            print(f"\nits clips are in the library; to remove them: {request.line(off='true')}")
        raise
    if refused := _refused(session):
        print(refused)
    return 0


def _of_folders(library: Library) -> Iterator[str]:
    """Yield lines about a missing library folder and about files next to it."""
    if renamed := renamed_folder(library):
        yield renamed.line
    elif not library.workspace.library.is_dir():
        yield "there is no folder library/video: mkdir -p library/video"
    yield from beside_lines(library)


def _refused(session: Session) -> str:
    knobs = {name: session.project.catalog.knobs[name].default for name in PASSED_OVER}
    clips = session.state.library.usable(session.project.name)
    small = sum(not fits(clip["facts"], knobs) for clip in clips)
    limits = " or ".join(f"{words}{knobs[name]:g}" for name, words in PASSED_OVER.items())
    return f"of these, {several(small, 'clip is', 'clips are')} {limits}" if small else ""


def _begins(workspace: Workspace) -> str:
    """Return the suggested command: a roll of the last project (but not of the demo), or `new`."""
    last = last_used(workspace)
    if last not in ("", DEMO):
        return f"roll project={last} n=12"
    return f"new project={'x' if 'x' not in workspace.projects() else workspace.unused_name()}"


def _tell(report: ScanReport, begins: str) -> None:
    away = report.away.items()
    kinds = {
        "new": report.new,
        "changed": report.changed,
        "moved": [f"{old} → {new}" for old, new in report.moved],
        "duplicate": [f"{name} is the same file as {first}" for name, first in report.doubles],
        "gone": report.gone,
        "away": [
            f"{root}, with {several(n, 'file')}: emptied, or not plugged in" for root, n in away
        ],
        "unreadable": [f"{name}: {why}" for name, why in report.left_out.items()],
    }
    for label, lines in kinds.items():
        more = [f"… and {len(lines) - MANY} more"] if len(lines) > MANY else []
        for line in [*lines[:MANY], *more]:
            print(f"{label:<10} {line}")
    if others := counted(report.strangers):
        print(others)
    sounds = [several(report.sounds, "sound")] if report.sounds else []
    left = [f"{several(len(report.left_out), 'was', 'were')} left out"] if report.left_out else []
    only = [f"{n} more only by {name}" for name, n in sorted(report.own.items())]
    if not (report.clips or report.own or report.left_out or report.sounds):
        print("library/video contains no clips: copy some there")
        print("or try the demo: doit render project=demo")
        return
    usable = f"{several(report.clips, 'clip')} can be used"
    print(", ".join([usable, *only, *sounds, *left]))
    if report.clips:
        print(f"next: doit {begins}   (their pictures: doit clips page=true)")
