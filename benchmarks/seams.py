"""How far a picture jumps where a layer starts over, on real clips.

    python -m benchmarks.seams [clip …]

For each clip, by default those of ../shared/footage and two that are made: one layer over a still
base, of 3 s, that starts over by a cut, by a fade, and back. Printed of each:
the step at its worst seam, and the share of alpha that flips there, as multiples of what is usual
between two frames of it, on the mean; and how many of all keep within two.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.keying import FOOTAGE
from collide.blend import loop
from collide.engine.programs import find_engine

REPO = Path(__file__).parents[1]
WIDE, HIGH, FPS = 320, 180, 24
BASE = (32, 48, 64)
WAYS = ("cut", "fade", "back")
SECONDS = 3.0  # after which a layer starts over, or when its clip ends
LENGTH = 12.0  # of the piece
LIMIT = 2.0
STILL = 0.05  # of 255: what a frame differs by that is the one before
Measured = tuple[float, float]  # the worst step, the worst share of alpha that flips
MADE = {
    "pan.mp4": "testsrc2=s=1280x360:r=24:d=3,crop=640:360:x='n*4':y=0",
    "bar.mp4": "color=white:s=640x360:r=24:d=1,drawbox=x=0:y=120:w=80:h=120:t=fill:color=navy,"
    "scroll=h=0.01",
}


def ffmpeg(*words: str) -> bytes:
    """Run ffmpeg; return what it wrote to stdout."""
    argv = [str(find_engine().path), "-v", "error", "-nostdin", *words]
    return subprocess.run(argv, check=True, capture_output=True).stdout


def house(folder: Path, clips: list[Path]) -> Path:
    """Make a workspace with these clips and a dark still below them, and return its folder."""
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPO / name, folder / name)
    shutil.copytree(REPO / "presets", folder / "presets")
    library = folder / "library" / "video"
    library.mkdir(parents=True)
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=0x{:02x}{:02x}{:02x}:s=320x180".format(*BASE),
        "-frames:v",
        "1",
        f"{library}/base.png",
    )
    for clip in clips:
        shutil.copy(clip, library)
    return folder


def rendered(root: Path, clip: str, way: str) -> dict[str, Any]:
    """Render one piece, without loss, and return its manifest."""
    path = root / "projects" / "seams" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    knobs = {
        "seed": 1, "num_videos": 2, "output_size": f"{WIDE}x{HIGH}", "fps": FPS, "start": 0,
        "duration": LENGTH, "min_resolution": 0, "min_seconds": 0, "color_shift": False,
        "audio_sources": 0, "layer1.clip": "base.png", "layer2.clip": clip, "loop": way,
        "layer2.loop_seconds": SECONDS, "crf": 0, "mode": "dominant",
    }  # fmt: skip
    path.write_text(json.dumps(knobs))
    doit = [sys.executable, "-m", "doit", "-v", "0", "render", "project=seams"]
    done = subprocess.run(doit, cwd=root, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    found: dict[str, Any] = json.loads((path.parent / "manifest.json").read_text())
    return found


def frames(root: Path) -> np.ndarray:
    """Return the finished picture, in RGB: frames of HIGH x WIDE x 3."""
    video = str(root / "projects" / "seams" / "output" / "seams.mp4")
    raw = ffmpeg("-i", video, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    return np.frombuffer(raw, np.uint8).reshape(-1, HIGH, WIDE, 3)


def steps(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return between each two frames the mean difference, and the share that opens or closes.

    Open is what shows the base, whose one color no clip has.
    """
    base = np.abs(seen.astype(np.int16) - np.array(BASE, np.int16)).max(axis=3)
    clear = base < 12
    pairs = zip(seen[:-1].astype(np.int16), seen[1:], strict=True)
    moved = np.array([np.abs(b - a).mean() for a, b in pairs])
    return moved, (clear[1:] != clear[:-1]).mean(axis=(1, 2))


def turns(way: str, material: int, count: int) -> list[int]:
    """Return the frames at which a layer starts over or turns, and those of its fades."""
    knobs = {**loop.DEFAULTS, "loop": way}
    course = loop.course(knobs, material=material, frames=count, fps=FPS)
    fade = course.fade
    each = loop.again(course, material)
    begins = range(each, count - 1, each)
    return [at + n for at in begins for n in range(fade + 1) if at + n < count - 1]


def measured(root: Path, clip: str, way: str) -> Measured:
    """Return the worst step and the worst flip at a seam, of the usual ones of the cut piece."""
    clips = rendered(root, clip, way)["clips"]
    material = int(clips[1]["frames"])
    seen = frames(root)
    moved, flips = steps(seen)
    at = [n - 1 for n in turns(way, material, len(seen))]
    calm = np.ones(len(moved), bool)
    calm[at] = False
    calm &= moved > STILL  # a clip of fewer pictures repeats some
    usual, flip = float(moved[calm].mean()), float(flips[calm].mean())
    return float(moved[at].max()) / max(usual, 0.05), float(flips[at].max()) / max(flip, 0.0005)


def rows(root: Path, clips: list[Path]) -> Iterator[tuple[str, dict[str, Measured]]]:
    """Yield each clip, and what is measured of each way."""
    for clip in clips:
        yield clip.stem, {way: measured(root, clip.name, way) for way in WAYS}


def main() -> None:
    """Print a row for each clip and each length of it."""
    with TemporaryDirectory() as folder:
        made = []
        for name, source in MADE.items():
            made.append(Path(folder) / name)
            ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(made[-1]))
        (Path(folder) / "house").mkdir()
        typed = [Path(word) for word in sys.argv[1:]]
        clips = typed or [*sorted(FOOTAGE.glob("*.[am][vokp]*")), *made]
        root = house(Path(folder) / "house", clips)
        print(f"{'clip':<24} " + " ".join(f"{way:>6} {'alpha':>6}" for way in WAYS))
        within = dict.fromkeys(WAYS, 0)
        count = 0
        for name, found in rows(root, clips):
            count += 1
            for way, (step, _) in found.items():
                within[way] += step <= LIMIT
            told = " ".join(f"{step:6.1f} {flip:6.1f}" for step, flip in found.values())
            print(f"{name[:23]:<24} {told}", flush=True)
        print(" · ".join(f"{way}: {within[way]} of {count} within {LIMIT:g}" for way in WAYS))


if __name__ == "__main__":
    main()
