"""What a change costs, against the whole piece as one plain ffmpeg command, side by side.

    python benchmarks/ratios.py [rounds] [project]

CPU seconds (user and system, children included) of whole commands, each round in one loop, so
that a machine that slows down slows all of them. Printed: medians, and ratios of medians.
"""

import json
import os
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).parents[1]
GOALS = {"clean": 1.1, "layer2.similarity": 0.5, "crf": 0.2, "sound only": 0.1, "back again": 0.05}


def cpu(command: list[str], env: dict[str, str], cwd: Path) -> float:
    """Run a command and return the CPU seconds it took, its children's with it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=False, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def one_round(project: str, cache: Path, turn: int) -> dict[str, float]:
    """Measure every case once, from an empty store."""
    env = {**os.environ, "COLLIDE_CACHE": str(cache)}
    doit = [sys.executable, "-m", "doit"]
    render = [*doit, "render", f"project={project}"]

    export = [*doit, "export", f"project={project}", "as=ffmpeg"]
    done = subprocess.run(export, cwd=REPO, env=env, check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as folder:
        taken = {"one command": cpu(shlex.split(done.stdout.splitlines()[-1]), env, Path(folder))}
    # the export has probed the clips and made the sound, which belong to a clean render
    shutil.rmtree(cache)
    cache.mkdir()
    taken["clean"] = cpu(render, env, REPO)
    taken["layer2.similarity"] = cpu(
        [*render, f"layer2.similarity={0.2 + 0.01 * turn:.2f}"], env, REPO
    )
    taken["back again"] = cpu(render, env, REPO)
    taken["crf"] = cpu([*render, f"crf={24 + turn}"], env, REPO)
    cpu(render, env, REPO)
    taken["sound only"] = cpu([*render, f"volume=-{1 + turn}"], env, REPO)
    cpu(render, env, REPO)
    taken["nothing"] = cpu(render, env, REPO)
    return taken


def main() -> None:
    """Measure, print the table, and write benchmarks/ratios.json."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    project = sys.argv[2] if len(sys.argv) > 2 else "demo"
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory(dir=REPO) as cache:
            for name, seconds in one_round(project, Path(cache), turn).items():
                found.setdefault(name, []).append(seconds)
    medians = {name: statistics.median(values) for name, values in found.items()}
    base = medians["one command"]
    print(f"{project}, {rounds} rounds, CPU seconds (median) and ratio to the one command")
    for name, value in medians.items():
        goal = f"   goal {GOALS[name]}" if name in GOALS else ""
        print(f"  {name:<18} {value:7.2f}   {value / base:6.3f}{goal}")
    result = {
        "project": project,
        "rounds": found,
        "ratios": {n: v / base for n, v in medians.items()},
    }
    (REPO / "benchmarks" / "ratios.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
