"""scan the library: what is new, moved, changed, duplicate, gone, or unreadable and why

`path=DIR` adds a folder, an external disk for instance; off=true removes it.
"""

from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import several
from collide.cli.request import Request
from collide.cli.variables import Variable, toggle
from collide.library.folders import counted
from collide.library.scan_diff import ScanReport
from collide.text_limits import Text

VARIABLES = {
    "path": Variable(
        Text("the path of a folder", of="file"), "one more folder of clips", "/media/disk"
    ),
    "off": toggle("whether that folder is left out from now on"),
}

MANY = 100  # lines of a kind; the first scan of ten thousand clips need not name them all


def run(request: Request) -> int:
    """Scan, and print the report."""
    session = request.open_house()
    library, off = session.state.library, request.value("off")
    if "path" in request.variables:
        path = Path(request.value("path")).expanduser()
        library.drop_root(path) if off else library.add_root(path)
    elif off:
        raise InputError(
            "which folder is not to be looked into any more?",
            why="library/video and library/audio always are; "
            + (", ".join(map(str, library.added)) or "scan was given no other"),
            fix="doit scan path=DIR off=true",
        )
    session.state.require_engine()
    _tell(session.clips.scan(reports=True))
    return 0


def _tell(report: ScanReport) -> None:
    away = report.away.items()
    kinds = {
        "new": report.new,
        "changed": report.changed,
        "moved": [f"{old} → {new}" for old, new in report.moved],
        "duplicate": [f"{name} is {first}" for name, first in report.doubles],
        "gone": report.gone,
        "away": [
            f"{root}, with {n} files: it is not plugged in, or was emptied" for root, n in away
        ],
        "unreadable": [f"{name}: {why}" for name, why in report.left_out.items()],
    }
    for label, lines in kinds.items():
        more = [f"… and {len(lines) - MANY} more"] if len(lines) > MANY else []
        for line in [*lines[:MANY], *more]:
            print(f"{label:<10} {line}")
    if others := counted(report.strangers):
        print(others)
    sounds = f"{several(report.sounds, 'sound')}, " if report.sounds else ""
    left = several(len(report.left_out), "was", "were")
    print(f"{several(report.clips, 'clip')} can be used, {sounds}{left} left out")
