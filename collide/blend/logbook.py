"""blend/logbook: record everything a video was made from, so it can be made again.

Played after the video is joined. Reads the plan and the results of finished tasks; writes
`manifest.json` and `look.json`.
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
    """Write both files into `folder` and return the name of the look as `look`.

    The `seconds` of each task differ from run to run, so no key depends on them.
    """
    whole = {**manifest, "seconds": seconds}
    (folder / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n")
    (folder / "look.json").write_text(json.dumps(look, indent=1) + "\n")
    return {"look": look["look"]}
