"""look through the library: what is new, moved, changed, duplicate, gone, or unreadable and why

`path=DIR` looks into one more folder from now on, an external disk for instance; off=true no more.
"""

from collections.abc import Iterable
from pathlib import Path

from collide.base.errors import InputError
from collide.cli.request import Request
from collide.cli.variables import Variable, toggle
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
    """Scan, and print what was found.

    Raises:
        InputError: a folder that is none, or off= without one.
    """
    session = request.open_house()
    library, off = session.state.library, request.value("off")
    if "path" in request.variables:
        path = Path(request.value("path")).expanduser()
        library.drop_root(path) if off else library.add_root(path)
    elif off:
        raise InputError(
            "which folder is not to be looked into any more?",
            why="library/video and library/audio always are; "
            + (", ".join(map(str, library.contents["roots"])) or "scan was given no other"),
            fix="doit scan path=DIR off=true",
        )
    session.state.require_engine()
    _tell(session.clips.scan())
    return 0


def _tell(report: ScanReport) -> None:
    _lines("new", report.new)
    _lines("changed", report.changed)
    _lines("moved", (f"{old} → {new}" for old, new in report.moved))
    _lines("duplicate", (f"{name} is {first}" for name, first in report.doubles))
    _lines("gone", report.gone)
    _lines(
        "away", (f"{root}, with {n} files: it is not plugged in" for root, n in report.away.items())
    )
    _lines("unreadable", (f"{name}: {why}" for name, why in report.left_out.items()))
    sounds = f"{report.sounds} sounds, " if report.sounds else ""
    print(f"{report.clips} clips can be used, {sounds}{len(report.left_out)} were left out")


def _lines(label: str, items: Iterable[str]) -> None:
    lines = list(items)
    for line in lines[:MANY]:
        print(f"{label:<10} {line}")
    if more := lines[MANY:]:
        print(f"{label:<10} … and {len(more)} more")
