"""The cost of sixteen looks in a sweep, compared with sixteen times the cost of one render.

    python -m benchmarks.sweep

The piece has three 1280x720 layers and lasts eight seconds. The benchmark renders the sweep once as
stills (one per look) and once in full, and counts the layers and stacks that are rendered for the
full sweep. Only the stack reads the swept knob, so the sixteen looks should share three layers.

The times in sweep.json predate the counts: when the times were measured, layers still read the
swept knob, and 18 layers were rendered for the sixteen looks. Today, the full sweep would take a
smaller part of the time of sixteen renders.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.house import REPO, make_house, run

CELLS = 16
SWEEP = ("sweep", "project=x", f"layer2.similarity=0.05..0.4:{CELLS}", "at=4")


def main() -> None:
    """Measure, print the figures, and write them to benchmarks/sweep.json."""
    big = {"size": "1280x720", "rate": 30, "seconds": 8}
    knobs: dict[str, Any] = {
        "output_size": "1280x720",
        "fps": 30,
        "duration": 8.0,
        "encoding_preset": "veryfast",
    }
    alone, counts = 0.0, {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        alone = make_house(root, clips=big, **knobs).wall
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_house(root, clips=big, render=False, **knobs)
        stills = run(root, *SWEEP).wall
        full = run(root, *SWEEP, "full=true").wall
        record = json.loads(max((root / "cache" / "runs").glob("*.json")).read_text())["tasks"]
        done = [task for task, what in record.items() if what["status"] == "rendered"]
        counts = {kind: sum(f"/{kind}:" in task for task in done) for kind in ("layer", "stack")}
    found = {
        "one render, cold, s": alone / 1000,
        "16 stills, cold, s": stills / 1000,
        "16 stills / 16 renders": stills / (CELLS * alone),
        "16 looks in full / 16 renders": full / (CELLS * alone),
        "layers rendered for 16 looks in full": counts["layer"],
        "stacks rendered for them": counts["stack"],
    }
    for what, value in found.items():
        print(f"{what:<40} {value:9.3f}")
    path = REPO / "benchmarks" / "sweep.json"
    path.write_text(json.dumps({k: round(v, 3) for k, v in found.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
