"""What a change costs, against the whole piece as one plain ffmpeg command, side by side.

    python benchmarks/ratios.py [rounds] [knob=value …]

CPU seconds (user and system, children included) of whole commands, each round in one loop, so
that a machine that slows down slows all of them. Printed: medians, and ratios of medians.
The piece is that of the study the goals come from: 8 s of 1280x720 at 24 fps, three layers of
noisy 720p clips (about 15 Mb/s) with normalized light, two keyed by a fixed color, two heard; of
its 192 frames the layers have 192, 100 and 80 of their own. x264 is a fifth of the one command
there. On soft clips of half that size it is a third and more, and no cache can save that.
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

from collide.engine.programs import find_engine

REPO = Path(__file__).parents[1]
GOALS = {"clean": 1.1, "layer2.similarity": 0.5, "crf": 0.2, "pan of one": 0.1, "back again": 0.05}
DOIT = [sys.executable, "-m", "doit"]
CONFIG = {
    "seed": 1, "num_videos": 3, "duration": 8.0, "fps": 24, "start": 0.0, "similarity": 0.3,
    "storage": "raw", "layer1.clip": "a.mp4", "layer2.clip": "b.mp4", "layer3.clip": "c.mp4",
    "layer1.sound": "on", "layer2.sound": "on", "layer3.sound": "off",
    "auto_normalize": True, "crf": 23,
    "mode": "fixed",
}  # fmt: skip
PICTURES = {
    "a.mp4": ("mandelbrot=s=1280x720:r=24", 10),
    "b.mp4": ("gradients=s=1280x720:r=24:c0=white:c1=navy:c2=gray:n=3:seed=3", 4.17),
    "c.mp4": ("testsrc2=s=1280x720:r=24", 3.34),
}


def cpu(command: list[str], cwd: Path) -> float:
    """Run a command and return the CPU seconds it took, its children's with it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "PYTHONPATH": str(REPO), "COLLIDE_CACHE": ""}
    done = subprocess.run(command, check=False, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    (cwd / "last.txt").write_text(done.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make_house(root: Path, knobs: list[str]) -> None:
    """Make a house with three clips and one project, whose config says `knobs` too."""
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPO / name, root / name)
    shutil.copytree(REPO / "presets", root / "presets")
    (root / "library" / "video").mkdir(parents=True)
    (root / "projects" / "x").mkdir(parents=True)
    config = {**CONFIG, **dict(knob.split("=", 1) for knob in knobs)}
    (root / "projects" / "x" / "config.json").write_text(json.dumps(config))
    for name, (picture, seconds) in PICTURES.items():
        words = ["-f", "lavfi", "-i", f"{picture},noise=alls=14:allf=t", "-f", "lavfi"]
        words += [
            "-i",
            "anoisesrc=r=48000:a=0.2",
            "-t",
            str(seconds),
            "-c:v",
            "libx264",
            "-g",
            "250",
        ]
        words += ["-preset", "veryfast", "-b:v", "15M", "-pix_fmt", "yuv420p", "-c:a", "aac"]
        program = [str(find_engine().path), "-v", "error", *words]
        subprocess.run([*program, str(root / "library" / "video" / name)], check=True)


def one_round(root: Path, turn: int) -> dict[str, float]:
    """Measure every case once, from an empty store."""
    shutil.rmtree(root / "cache", ignore_errors=True)
    render = [*DOIT, "render", "project=x"]
    cpu([*DOIT, "export", "project=x", "as=ffmpeg"], root)
    line = (root / "last.txt").read_text().splitlines()[-1]
    taken = {"one command": cpu(shlex.split(line), root)}
    shutil.rmtree(root / "cache")
    cpu([*DOIT, "scan"], root)  # a clip is probed once, when it comes into the library
    taken["clean"] = cpu(render, root)
    taken["layer2.similarity"] = cpu([*render, f"layer2.similarity={0.2 + 0.01 * turn:.2f}"], root)
    taken["back again"] = cpu(render, root)
    taken["crf"] = cpu([*render, f"crf={24 + turn}"], root)
    cpu(render, root)
    taken["pan of one"] = cpu([*render, f"layer2.pan=0.{1 + turn}"], root)
    cpu(render, root)
    taken["nothing"] = cpu(render, root)
    taken["doit --version"] = cpu([*DOIT, "--version"], root)
    return taken


def main() -> None:
    """Measure, print the table, and write it to benchmarks/ratios.json under the knobs' name."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    knobs = sys.argv[2:]
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        make_house(Path(folder), knobs)
        for turn in range(rounds):
            for name, seconds in one_round(Path(folder), turn).items():
                found.setdefault(name, []).append(round(seconds, 2))
    medians = {name: statistics.median(values) for name, values in found.items()}
    ratios = {name: round(value / medians["one command"], 3) for name, value in medians.items()}
    print(f"{rounds} rounds {' '.join(knobs)}: CPU seconds (median), ratio to the one command")
    for name, value in medians.items():
        goal = f"   goal {GOALS[name]}" if name in GOALS else ""
        print(f"  {name:<18} {value:7.2f}   {ratios[name]:6.3f}{goal}")
    path = REPO / "benchmarks" / "ratios.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[" ".join(knobs) or "as it comes"] = {"seconds": found, "ratios": ratios}
    path.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
