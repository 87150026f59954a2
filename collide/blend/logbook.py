"""blend/logbook: write down what a video was made of, so that it can be made again.

Played after the video is joined; it looks at no picture.
Reads what the plan and the finished tasks say; writes `manifest.json` and `look.json`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Knobs, Limit

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Limit] = {}

VERSION = 3


def analyze(
    knobs: Knobs,
    *,
    folder: Path,
    manifest: Mapping[str, Any],
    look: Mapping[str, Any],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Write both files, and return `{"look": its name}`.

    Args:
        folder: where they go.
        manifest: what was asked, what was used, what came out.
        look: the recipe, and what people know it by.
        seconds: that each task took; no two runs take the same, so no key holds them.
    """
    whole = {**manifest, "seconds": seconds}
    (folder / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n")
    (folder / "look.json").write_text(json.dumps(look, indent=1) + "\n")
    return {"look": look["look"]}
