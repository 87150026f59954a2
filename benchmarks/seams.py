"""The size of the visible jump when a layer starts over, on real clips.

    python -m benchmarks.seams [clip …]

The benchmark renders each clip as a layer over a still base. The default clips are the clips in
../shared/footage and two generated clips. The layer starts over every three seconds: with a cut,
with a fade, and by running back. For each of these ways, the benchmark prints the worst step at a
seam and the largest part of the alpha that flips at a seam. Both are multiples of the usual value
between two frames of the clip, or of the clip's own change at that point, whichever is larger. The
benchmark also prints the number of clips whose step is at most twice this value.
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

from benchmarks.footage import clips_of
from collide.blend import loop
from collide.engine.programs import find_engine
from collide.instrument import Course

REPO = Path(__file__).parents[1]
WIDE, HIGH, FPS = 320, 180, 24
BASE = (32, 48, 64)
WAYS = ("cut", "fade", "back")
SECONDS = 3.0  # until a layer starts over, or less if its clip is shorter
LENGTH = 12.0  # the length of the piece, in seconds
LIMIT = 2.0
STILL = 0.05  # in levels: the largest difference between a repeated frame and the frame before
FEW = 0.0005  # lower bound of the usual flip, as a fraction of the picture
Steps = np.ndarray
Measured = tuple[float, float]  # the worst step and the largest part of the alpha that flips
MADE = {
    "pan.mp4": "testsrc2=s=1280x360:r=24:d=3,crop=640:360:x='n*4':y=0",
    "bar.mp4": "color=white:s=640x360:r=24:d=1,drawbox=x=0:y=120:w=80:h=120:t=fill:color=navy,"
    "scroll=h=0.01",
}


def ffmpeg(*words: str) -> bytes:
    """Run ffmpeg and return its stdout."""
    argv = [str(find_engine().path), "-v", "error", "-nostdin", *words]
    return subprocess.run(argv, check=True, capture_output=True).stdout


def house(folder: Path, clips: list[Path]) -> Path:
    """Make a workspace with these clips and a dark still for the base; return its folder."""
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
    """Render one piece losslessly and return its manifest."""
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
    """Return the finished picture as RGB frames, of shape (frames, HIGH, WIDE, 3)."""
    video = str(root / "projects" / "seams" / "output" / "seams.mp4")
    raw = ffmpeg("-i", video, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    return np.frombuffer(raw, np.uint8).reshape(-1, HIGH, WIDE, 3)


def steps(seen: np.ndarray) -> Steps:
    """Return the mean difference and the fraction of flipped pixels between adjacent frames.

    The array has the shape (2, frames - 1). A pixel counts as open if its color is close to the
    color of the base, and flips if it opens or closes.
    """
    base = np.abs(seen.astype(np.int16) - np.array(BASE, np.int16)).max(axis=3)
    clear = base < 12
    pairs = zip(seen[:-1].astype(np.int16), seen[1:], strict=True)
    moved = np.array([np.abs(b - a).mean() for a, b in pairs])
    return np.stack([moved, (clear[1:] != clear[:-1]).mean(axis=(1, 2))])


def turns(course: Course, material: int, count: int) -> dict[int, list[tuple[float, int]]]:
    """Map each step where a layer starts over, turns or fades to the steps of the clip in it.

    Each step of the clip has a weight. Step n is the step from frame n to frame n + 1.
    """
    found = {}
    each, fade = loop.again(course, material), course.fade
    for begin in range(each, count - 1, each):
        for place in range(min(fade + 1, count - 1 - begin)):
            share = (place + 1) / (fade + 1)
            goes = min(each + place, material - 1) - 1
            found[begin + place - 1] = [(share, max(place - 1, 0)), (1 - share, goes)]
    return found


def measured(root: Path, clip: str, way: str, own: np.ndarray | None) -> tuple[Measured, Steps]:
    """Return the worst step and flip at a seam, and the clip's own steps: `own`, if it is given.

    Both are multiples of the usual value, or of the clip's own change at that point, whichever is
    larger.
    """
    material = int(rendered(root, clip, way)["clips"][1]["frames"])
    seen = frames(root)
    each = steps(seen)
    own = each[:, : material - 1] if own is None else own
    moves = own[0] > STILL  # without repeated frames, which a lower frame rate causes
    usual = own[:, moves].mean(axis=1) if moves.any() else np.array([STILL, FEW])
    usual = np.maximum(usual, (STILL, FEW))
    course = loop.course(
        {**loop.DEFAULTS, "loop": way}, material=material, frames=len(seen), fps=FPS
    )
    worst = np.zeros(2)
    for at, parts in turns(course, material, len(seen)).items():
        there = np.sum([share * own[:, step] for share, step in parts], axis=0)
        worst = np.maximum(worst, each[:, at] / np.maximum(usual, there))
    return (float(worst[0]), float(worst[1])), own


def rows(root: Path, clips: list[Path]) -> Iterator[tuple[str, dict[str, Measured]]]:
    """Yield each clip and its figures for each way to start over."""
    for clip in clips:
        own, found = None, {}
        for way in WAYS:
            found[way], own = measured(root, clip.name, way, own)
        yield clip.stem, found


def main() -> None:
    """Print a row for each clip, and for each way the number of clips within the limit."""
    with TemporaryDirectory() as folder:
        made = []
        for name, source in MADE.items():
            made.append(Path(folder) / name)
            ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", str(made[-1]))
        (Path(folder) / "house").mkdir()
        typed = [Path(word) for word in sys.argv[1:]]
        clips = typed or [*clips_of(), *made]
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
