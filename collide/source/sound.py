"""source/sound: the real contents of a sound file.

Played once per file, when it is first seen; a file that fails the probe is left out. Reads one file
of any kind; writes two packet lists and answers with the facts of a Sound.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Argv, Knobs, read_sound

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 1


def command(knobs: Knobs) -> Argv:
    """Return the command that lists the packets of `@clip` and decodes its first samples."""
    return [
        *("-i", "@clip"),
        *("-map", "0:a:0", "-c", "copy", "-f", "framecrc", "packets.txt"),
        *("-map", "0:a:0", "-frames:a", "1", "-f", "framecrc", "first.txt"),
    ]


def answer(files: Mapping[str, Path]) -> dict[str, Any]:
    """Return the facts of a collide.base.media.Sound; raise ValueError if it cannot be used."""
    return read_sound(files["packets.txt"].read_text(), files["first.txt"].read_text()).facts()
