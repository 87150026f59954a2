"""A program that replaces ffmpeg: it records its arguments and runs the real ffmpeg."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from collide.engine.programs import find_engine

SHIM = """#!/bin/sh
to="{log}/$$.$(date +%N)"
for word in "$@"; do printf '%s\\036' "$word"; done > "$to.argv"
env > "$to.env"
{{ ulimit -n; ulimit -c; head -c 9 | wc -c; }} > "$to.rest"
exec "{ffmpeg}" "$@"
"""


@dataclass
class Calls:
    """A record of every ffmpeg run: arguments, environment, limits and standard input."""

    folder: Path

    def argvs(self) -> list[list[str]]:
        """Return the arguments of every run."""
        files = sorted(self.folder.glob("*.argv"))
        return [path.read_text().removesuffix("\x1e").split("\x1e") for path in files]

    def opened(self) -> list[str]:
        """Return every input of every run."""
        return [
            argv[at + 1] for argv in self.argvs() for at, word in enumerate(argv) if word == "-i"
        ]


def shimmed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Replace ffmpeg with a program that records its arguments; return the record."""
    calls, shim = write_shim(folder)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(shim))
    return calls


def write_shim(folder: Path) -> tuple[Calls, Path]:
    """Write the recording program; return its empty record and its path."""
    log, shim = folder / "calls", folder / "shim"
    log.mkdir()
    shim.write_text(SHIM.format(log=log, ffmpeg=find_engine().path))
    shim.chmod(0o755)
    return Calls(log), shim
