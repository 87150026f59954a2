"""The speed of instruments at 720p, and how much the effects change the picture.

    python -m benchmarks.instruments

The effects, and some modes and audio instruments, are played by hand on a short and a long clip;
the difference in time excludes startup. For pictures, "speed" is the speed of the whole command,
which decodes a clip and stores it as raw video. "Work" is the processor time per frame, minus the
time of a command that only decodes and stores. "Change" is the mean difference in luma, from 0 to
255, at an effect's defaults and at its neutral knobs. The analog chain should be 25 times as fast
as the same work done frame by frame in Python.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.house import REPO, Took, run
from collide.catalog import instruments
from collide.engine.programs import find_engine

SHORT, LONG, RATE = 1, 5, 30  # seconds of the two clips, and their frame rate
FRAMES = (LONG - SHORT) * RATE
BASE = "blend/pace"
MODES = ("fixed", "luminance", "dominant", "kmeans", "palette")
SOUNDS = ("extract", "equalizer", "echo", "mix", "loudness")
CODED = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18"]
PICTURE = f"testsrc2=s=1280x720:r={RATE},hue=H=t,noise=alls=8:all_seed=1"
TONE = "sine=220:r=48000,tremolo=f=3,volume=-12dB,aformat=channel_layouts=stereo"
MEAN = "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-"
Row = dict[str, str | float]


def main() -> None:
    """Measure, print the table, and write it as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for seconds in (SHORT, LONG):
            made = ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", TONE, "-t", str(seconds)]
            ffmpeg(root, *made, *CODED, f"{seconds}.mp4")
        base = played(root, BASE)
        rows = [*pictures(root, base), by_pillow(root), *keys(root, base), *sounds(root)]
    for row in rows:
        told = (v if isinstance(v, str) else f"{k} {v:.2f}" for k, v in row.items())
        print("".join(f"{text:<20}" for text in told))
    (REPO / "benchmarks" / "instruments.json").write_text(json.dumps(rows, indent=1) + "\n")


def ffmpeg(root: Path, *words: str) -> str:
    """Run ffmpeg and return its output."""
    argv = [str(find_engine().path), "-nostdin", "-hide_banner", "-y", *words]
    done = subprocess.run(argv, check=True, cwd=root, capture_output=True, text=True)
    return done.stdout + done.stderr


def written(name: str, suffix: str = ".nut") -> str:
    """Return the name of the file that an instrument writes."""
    return f"{name.replace('/', '-')}{suffix}"


def played(root: Path, name: str, *knobs: str, suffix: str = ".nut") -> Took:
    """Return how much longer an instrument takes for the long clip than for the short clip."""
    target = str(root / written(name, suffix))
    return longer(root, lambda clip: ("collide", name, "-i", clip, "-o", target, *knobs))


def longer(root: Path, command: Callable[[str], Sequence[str]]) -> Took:
    """Return how much longer a Python module takes for the long clip than for the short clip."""
    few, many = (
        run(REPO, *command(str(root / f"{seconds}.mp4")), program=(sys.executable, "-m"))
        for seconds in (SHORT, LONG)
    )
    return Took(many.wall - few.wall, many.cpu - few.cpu)


def by_pillow(root: Path) -> Row:
    """Return a row: the speed of Pillow, and the speed of the analog chain relative to it."""
    target = str(root / "pillow.nut")
    slow = longer(root, lambda clip: ("benchmarks.pillow", clip, target))
    quick = played(root, "post/analog")
    return {
        "name": "analog by Pillow", "fps": FRAMES / slow.wall * 1000,
        "analog / Pillow": slow.wall / quick.wall,
    }  # fmt: skip


def pictures(root: Path, base: Took) -> Iterator[Row]:
    """Yield a row for each effect in post/: its speed, and how much it changes the picture."""
    for name, module in instruments().items():
        if not name.startswith("post/"):
            continue
        took, change = played(root, name), changed(root, name)
        knobs = getattr(module, "NEUTRAL", {}).items()
        played(root, name, *(word for k, v in knobs for word in (f"--{k}", str(v))))
        yield {**speed(name, took, base), "change": change, "at neutral": changed(root, name)}


def speed(name: str, took: Took, base: Took) -> Row:
    """Return the name, the speed and the work of an instrument for pictures."""
    fps = FRAMES / took.wall * 1000
    return {"name": name, "fps": fps, "work ms": (took.cpu - base.cpu) / FRAMES}


def changed(root: Path, name: str) -> float:
    """Return the mean difference in luma between an instrument's result and its input."""
    files = ["-i", written(name), "-i", written(BASE)]
    graph = f"[0:v][1:v]blend=all_mode=difference,{MEAN}"
    return mean(ffmpeg(root, *files, "-filter_complex", graph, "-f", "null", "-"))


def mean(report: str) -> float:
    """Return the mean, over all frames, of the values that the filter MEAN printed."""
    found = [float(value) for value in re.findall(r"YAVG=([0-9.]+)", report)]
    return sum(found) / len(found)


def keys(root: Path, base: Took) -> Iterator[Row]:
    """Yield a row for each of MODES: the speed of blend/key, and the open part of the picture."""
    for mode in MODES:
        took = played(root, "blend/key", "--mode", mode, suffix=".nut")
        film = ["-i", written("blend/key"), "-vf", f"alphaextract,format=gray,{MEAN}"]
        opened = 1 - mean(ffmpeg(root, *film, "-f", "null", "-")) / 255
        yield {**speed(f"key, {mode}", took, base), "opened": opened}


def sounds(root: Path) -> Iterator[Row]:
    """Yield a row for each of SOUNDS: its speed, and the loudness and true peak of its result."""
    for name in SOUNDS:
        suffix = ".m4a" if name == "loudness" else ".wav"
        took = played(root, f"audio/{name}", suffix=suffix)
        meter = ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
        report = ffmpeg(root, "-i", written(f"audio/{name}", suffix), *meter)
        lufs, peak = (
            float(re.findall(rf"^\s+{word}:\s+(-?[0-9.]+)", report, re.MULTILINE)[-1])
            for word in ("I", "Peak")
        )
        pace = (LONG - SHORT) * 1000 / max(1.0, took.wall)
        yield {"name": f"audio/{name}", "times real time": pace, "LUFS": lufs, "dBTP": peak}


if __name__ == "__main__":
    main()
