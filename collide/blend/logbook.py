"""blend/logbook: write down what a video was made of, so that it can be made again.

Played after the video is joined; it looks at no picture.
Reads what the plan and the finished tasks say; writes `manifest.json` and `look.json`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide.instrument import Knobs

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
VERSION = 3


def analyze(
    knobs: Knobs,
    *,
    folder: Path,
    manifest: Mapping[str, Any],
    look: Mapping[str, Any],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Write both files into `folder`, and return `{"look": its name}`.

    `seconds` that each task took differ from run to run, so they are in no key.
    """
    whole = {**manifest, "seconds": seconds}
    (folder / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n")
    (folder / "look.json").write_text(json.dumps(look, indent=1) + "\n")
    return {"look": look["look"]}
