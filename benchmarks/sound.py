"""Measurements of 24 short mixes from real clips, with earlier knobs and with the defaults.

    python -m benchmarks.sound [seconds]

For each of eight seeds, the benchmark makes three pieces from the clips in ../shared/footage: one
with three layers, one with five, and one with a preset of audio/ (three presets take turns). Each
piece is measured with the knobs from an earlier version (left) and with the current knobs (right).
The columns are

    LUFS, peak   loudness and true peak of the file
    L-R          how much louder the left side is, in decibels
    step         at the worst seam of a voice, the largest step between two samples within 8 ms of
                 the end or the beginning of its sound, relative to the largest step in the 50 ms
                 around
    gaps         the number of seams with 5 ms of silence or more
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.footage import clips_of
from benchmarks.house import REPO, run
from benchmarks.keying import ran
from collide.base.workspace import Workspace
from collide.instrument import RATE
from collide.plan.planner import Plan
from collide.plan.voices import named_voice, voice_names
from collide.project.project import Project
from collide.run.session import Session, open_session

SEEDS = (101, 202, 303, 404, 505, 606, 707, 808)
# The presets, with the earlier values of their changed knobs.
PRESETS: dict[str, dict[str, float]] = {
    "wide-stereo": {},
    "under-water": {"spread": 0.5},
    "tin-radio": {"pan": 0.0},
}
BEFORE = {"sound_seam": "dip", "pan_balance": False, "loudness_tries": 3}
NEAR, AROUND, HOLE = RATE // 125, RATE // 20, RATE // 200
QUIET = 1e-4

Samples = NDArray[np.float64]
Edges = dict[str, list[int]]


@dataclass(frozen=True)
class Mix:
    """The measurements of one mix."""

    lufs: float | None
    peak: float | None
    lean: float | None
    step: float
    holes: int

    @property
    def text(self) -> str:
        """Return the measurements as text for a row."""
        loud = "  -inf" if self.lufs is None else f"{self.lufs:6.1f}"
        peak = "  -inf" if self.peak is None else f"{self.peak:6.1f}"
        lean = "     -" if self.lean is None else f"{self.lean:+6.1f}"
        return f"{loud} {peak} {lean} {self.step:6.2f} {self.holes:5d}"


def samples(path: Path) -> Samples:
    """Return the stereo samples of a file, of shape (samples, 2)."""
    raw, _ = ran(["-v", "error", "-i", str(path), "-f", "f32le", "-ac", "2", "-"])
    return np.frombuffer(raw, np.float32).reshape(-1, 2).astype(np.float64)


def seams(period: int, edges: list[int], length: int) -> Iterator[tuple[int, int]]:
    """Yield, for each loop of a voice, the samples where its sound ends and begins again."""
    begins, ends = edges
    for start in range(period, length - AROUND, period):
        yield start - max(0, period - ends), start + begins


def step(heard: Samples, at: int) -> float:
    """Return the largest step between samples at a point, relative to the largest step nearby."""
    steps = np.abs(np.diff(heard, axis=0)).max(axis=1)
    inside = steps[max(0, at - NEAR) : at + NEAR]
    around = [*steps[max(0, at - AROUND) : at - NEAR], *steps[at + NEAR : at + AROUND]]
    return float(inside.max() / max(*around, QUIET)) if len(inside) and around else 0.0


def hole(heard: Samples, end: int, begin: int) -> bool:
    """Return whether the sound is silent for 5 ms or longer around a seam."""
    quiet = np.abs(heard[max(0, end - HOLE) : begin + HOLE]).max(axis=1) < QUIET
    changes = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    return any(last - first >= HOLE for first, last in changes.reshape(-1, 2))


def voices(session: Session, plan: Plan, edges: Edges) -> tuple[float, int]:
    """Return the worst step at a seam of any voice, and the number of seams with gaps.

    `edges` maps each voice's name to the edges of its sound; missing edges are added from the
    facts.
    """
    worst, holes, entries = 0.0, 0, session.stored_entries(plan)
    for name in voice_names(plan.piece):
        one, facts = named_voice(plan.piece, name), entries[f"hear:{name}"].facts
        found = edges.setdefault(name, facts.get("edges", [0, one.period]))
        made = entries[f"audio:{name}"].objects["sound.wav"]
        heard = samples(session.state.store.object(made.digest))
        for end, begin in seams(one.period, found, len(heard)):
            worst = max(worst, step(heard, end), step(heard, begin))
            holes += hole(heard, end, begin)
    return worst, holes


def measured(root: Path, name: str, config: Mapping[str, Any], edges: Edges) -> Mix:
    """Render the mix of a piece and measure it."""
    folder = root / "projects" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    run(root, "listen", f"project={name}")
    workspace = Workspace(root)
    with open_session(
        workspace, Project(workspace, name, None), presets=[], typed={}, words=[]
    ) as session:
        session.records = None
        plan = session.plan_known()
        if plan is None:
            raise SystemExit(f"{name} was not rendered")
        facts = session.stored_entries(plan)["loudness"].facts
        worst, holes = voices(session, plan, edges)
    left, right = np.sqrt((samples(folder / "mix.m4a") ** 2).mean(axis=0))
    lean = 20 * np.log10(left / right) if left and right else None
    return Mix(facts["lufs"], facts["peak"], lean, worst, holes)


def pieces(seconds: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the config of each piece."""
    for at, seed in enumerate(SEEDS):
        common: dict[str, Any] = {"seed": seed, "duration": seconds, "fps": 24}
        common |= {"output_size": "320x180", "min_resolution": 0}
        yield f"three-{seed}", {**common, "num_videos": 3}
        yield f"five-{seed}", {**common, "num_videos": 5}
        preset = [*PRESETS][at % len(PRESETS)]
        yield f"{preset}-{seed}", {**common, "num_videos": 3, "preset": [preset]}


def main() -> None:
    """Print a row for each piece: its mix with the earlier knobs, and with the current knobs."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 12.0
    with tempfile.TemporaryDirectory(prefix="sound") as folder:
        root = Path(folder)
        for name in ("dodo.py", "pyproject.toml"):
            shutil.copy(REPO / name, root / name)
        shutil.copytree(REPO / "presets", root / "presets")
        (root / "library" / "video").mkdir(parents=True)
        for clip in clips_of():
            shutil.copy(clip, root / "library" / "video")
        head = "  LUFS   peak    L-R   step  gaps"
        print(f"{'':<17} {head}   | {head}")
        for name, config in pieces(seconds):
            edges: Edges = {}
            after = measured(root, name, config, edges)
            older = PRESETS.get(name.rpartition("-")[0], {})
            before = measured(root, f"{name}-before", {**config, **BEFORE, **older}, edges)
            print(f"{name:<17} {before.text}   | {after.text}", flush=True)


if __name__ == "__main__":
    main()
