"""The visible share of each layer in pieces made from the defaults, with and without balancing.

    python -m benchmarks.presence [clip …] [stills=FOLDER]

The benchmark renders six-second pieces with three and with five layers at 640x360, with eight
seeds, each with balance=0 and with balance=1. By default, the clips are from ../shared/footage. The
benchmark prints the presence of each layer, the base first, from the record of the render, and the
number of seeds with which every layer is above the goal. With `stills`, it writes a frame of each
piece into that folder.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.footage import clips_of
from benchmarks.house import DOIT, REPO, surroundings

SEEDS = (101, 202, 303, 404, 505, 606, 707, 808)
# By number of layers: the minimum presence of a layer, and how many seeds must reach it.
GOALS = {3: (0.15, 7), 5: (0.07, 6)}
CONFIG = {"duration": 6.0, "output_size": "640x360"}


def made(root: Path, clips: Sequence[Path]) -> None:
    """Make a workspace with the clips and a project for each seed and number of layers."""
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPO / name, root / name)
    (root / "presets").mkdir()
    (root / "library" / "video").mkdir(parents=True)
    for clip in clips:
        shutil.copy(clip, root / "library" / "video" / clip.name)
    for count in GOALS:
        for seed in SEEDS:
            folder = root / "projects" / f"p{count}-{seed}"
            folder.mkdir(parents=True)
            config = {**CONFIG, "seed": seed, "num_videos": count}
            (folder / "config.json").write_text(json.dumps(config))


def presence(root: Path, project: str, balance: int) -> list[float]:
    """Return the visible share of each layer, from the record of a render."""
    words = [*DOIT, "render", f"project={project}", f"balance={balance}"]
    done = subprocess.run(
        words, check=False, cwd=root, env=surroundings(), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    told = json.loads((root / "projects" / project / "manifest.json").read_text())
    return [float(share) for share in told["tasks"]["presence"]["facts"]["presence"]]


def still(root: Path, project: str, balance: int, to: Path) -> None:
    """Write a frame from the middle of a piece as PNG."""
    words = [*DOIT, "still", f"project={project}", f"balance={balance}"]
    subprocess.run(words, check=True, cwd=root, env=surroundings(), capture_output=True)
    shutil.copy(root / "projects" / project / "still.png", to)


def written(shares: Sequence[float]) -> str:
    """Return visible shares as percentages for the table: 28/5/67."""
    return "/".join(f"{100 * share:.0f}" for share in shares)


def main() -> None:
    """Print a row for each seed, and the number of seeds that reach the goal."""
    folder = next((Path(w[7:]) for w in sys.argv[1:] if w.startswith("stills=")), None)
    named = [Path(word) for word in sys.argv[1:] if not word.startswith("stills=")]
    clips = named or clips_of()
    with TemporaryDirectory(prefix="presence") as place:
        root = Path(place)
        made(root, clips)
        for count, (least, wanted) in GOALS.items():
            met = [0, 0]
            for seed in SEEDS:
                project = f"p{count}-{seed}"
                pair = [presence(root, project, balance) for balance in (0, 1)]
                met = [m + (min(shares) >= least) for m, shares in zip(met, pair, strict=True)]
                row = f"{written(pair[0]):<16} {written(pair[1])}"
                print(f"{count} layers, seed {seed}: {row}", flush=True)
                if folder:
                    for balance in (0, 1):
                        still(root, project, balance, folder / f"{project}-{balance}.png")
            of = f"of {len(SEEDS)} have no layer under {least:.0%} (goal: {wanted})"
            print(f"{count} layers: {met[0]} as drawn, and {met[1]} balanced, {of}", flush=True)


if __name__ == "__main__":
    main()
