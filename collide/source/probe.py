"""source/probe: what a clip really holds, so that nothing later has to trust its header.

Played once for each clip, when it is first seen; a clip that fails here is left out.
Reads one file of any kind; writes two packet lists, and answers with the facts of a Clip.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Passes, read_clip

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 3


def passes(knobs: Knobs) -> Passes:
    """Yield a command that lists the packets of `@clip`, and one that looks at its first frame.

    V:0 is the first real video stream: a cover picture is not one. Copied packets cost no
    decoding; the one decoded frame has been turned upright, which no header field tells, and has
    the format that the decoder really gives. A clip that fails does so in the first run, which
    says nothing but errors.
    """
    yield [
        *("-i", "@clip"),
        *("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "packets.txt"),
        *("-map", "0:V:0", "-frames:v", "1", "-f", "framecrc", "first.txt"),
    ]
    look = ["-map", "0:V:0", "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-"]
    report = yield ["-i", "@clip", *look]
    found = re.search(r"showinfo.* fmt:(\w+)", report)
    return {"pixels": found[1] if found else ""}


def answer(files: Mapping[str, Path]) -> dict[str, Any]:
    """Return the facts of a collide.base.media.Clip; ValueError where no moving picture is."""
    clip = read_clip(files["packets.txt"].read_text(), files["first.txt"].read_text())
    return {name: fact for name, fact in clip.facts().items() if name != "pixels"}
