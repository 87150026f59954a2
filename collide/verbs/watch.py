"""the still again at each saved change, and what was reused for it; at=12.5

Save config.json, a preset or a script, in any editor or with doit set. Ctrl-C ends it.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from collide.base.clock import sleep
from collide.base.errors import CollideError
from collide.cli.request import Request
from collide.verbs import still

VARIABLES = still.VARIABLES
KNOBS = True

POLL_SECONDS = 0.15  # seconds between two looks: what is saved is seen at once

Seen = dict[Path, tuple[int, int, int]]


def run(request: Request) -> int:
    """Make the still, and again whenever something it hangs on was saved."""
    root, home = request.workspace.root, request.existing().path
    try:
        while True:
            before = seen(root, home)  # looked at first: what is saved meanwhile is not missed
            _made(request)
            print("watching; Ctrl-C ends it", flush=True)
            while not (moved := changed(before, seen(root, home))):
                sleep(POLL_SECONDS)
            print(f"\n{', '.join(str(path.relative_to(root)) for path in moved)}")
            if any(path.suffix == ".py" for path in moved):
                # code is read once by a process: begin anew, as the same process
                sys.stdout.flush()
                os.execv(sys.executable, [sys.executable, "-m", "doit", *sys.argv[1:]])  # noqa: S606
    except KeyboardInterrupt:
        print("\nwatched enough; what was made is kept")
        return 0


def seen(root: Path, home: Path) -> Seen:
    """Return what stat says of every file that an artist saves for a project."""
    files = [home / "config.json"]
    for folder in (home / "presets", root / "presets", home / "scripts"):
        files += sorted(folder.rglob("*.json")) + sorted(folder.rglob("*.py"))
    return {path: stamp for path in files for stamp in _stamps(path)}


def changed(before: Seen, after: Seen) -> list[Path]:
    """Return the files that are new, gone, or another."""
    return sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))


def _stamps(path: Path) -> Iterator[tuple[int, int, int]]:
    try:
        found = path.stat()
    except OSError:  # an editor puts a new file in its place
        return
    yield found.st_ino, found.st_size, found.st_mtime_ns


def _made(request: Request) -> None:
    """Make the still; a mistake is said, and waits for the next save."""
    try:
        still.run(request)
    except CollideError as error:
        print(f"ERROR: {error}", file=sys.stderr)
