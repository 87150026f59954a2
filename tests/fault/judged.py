"""The rules that every odd file must satisfy.

collide accepts the file, rejects it, or reports in its own words that the file's layer failed. A
finished piece has all its frames. collide does not open files or connections outside the workspace,
leave anything behind, affect other clips, or print control characters.
"""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from collide.engine.programs import find_engine
from tests.canary import Canary, Listener
from tests.fault.odd_clips import Odd
from tests.patience import running
from tests.render.conftest import House, Ran, ffmpeg, make_clip
from tests.render.shim import write_shim

FPS, SECONDS = 10, 1
PIECE = {
    "seed": 5, "mode": "fixed", "storage": "raw", "output_size": "64x36", "fps": FPS,
    "duration": SECONDS, "min_resolution": 0, "min_seconds": 0, "encoding_preset": "ultrafast",
}  # fmt: skip

# Control characters that affect a terminal: all except the line feed.
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
LAYERS = 6  # clips in one piece


class Guarded(House):
    """A workspace that records its ffmpeg calls."""

    def __init__(self, root: Path, shim: Path) -> None:
        root.mkdir()
        super().__init__(root)
        self.shim = str(shim)

    def env(self) -> dict[str, str]:
        """Return the environment that doit runs in."""
        return {**super().env(), "COLLIDE_FFMPEG": self.shim}


class Yard:
    """A workspace with a library of odd files, watched from outside until closed."""

    def __init__(self, folder: Path) -> None:
        self.calls, shim = write_shim(folder)
        self.house = Guarded(folder / "house", shim)
        self.canary, self.listener = Canary(folder / "canary.ts"), Listener()
        self.canary.start()
        self.listener.start()
        self.facts: dict[str, Mapping[str, Any]] = {}

    def close(self) -> None:
        """Stop watching."""
        self.canary.stop = True
        self.canary.join()
        self.listener.close()

    @property
    def library(self) -> Path:
        """Return the folder with the odd files."""
        return self.house.root / "library" / "video"

    def scan(self) -> list[str]:
        """Scan every file and return the faults."""
        return self.scanned(self.house.doit("scan"))

    def scanned(self, ran: Ran) -> list[str]:
        """Read the facts that a scan recorded and return the scan's faults."""
        wrong = [] if ran.code in (0, 1) else [f"scan ended with {ran.code}: {ran.out}"]
        known = json.loads((self.house.root / "cache" / "library.json").read_text())["clips"]
        self.facts = {name.removeprefix("library/video/"): clip for name, clip in known.items()}
        return wrong + self.trouble(ran)

    def usable(self, names: Iterable[str]) -> list[str]:
        """Return the names of the accepted files."""
        return [name for name in names if self.facts.get(name, {}).get("facts")]

    def play(self, names: list[str], *more: str) -> tuple[set[str], list[str]]:
        """Render clips together; return the clips that failed or were refused, and the faults.

        After a failure, the remaining clips are rendered again; after a refusal, each clip is
        rendered alone.
        """
        shutil.rmtree(self.house.root / "projects" / "x", ignore_errors=True)
        config = {**PIECE, "num_videos": len(names), "audio_sources": len(names)}
        for number, name in enumerate(names, start=1):
            config |= {f"layer{number}.clip": name, f"layer{number}.sound": "on"}
        folder = self.house.root / "projects" / "x"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(config))
        ran = self.house.doit("render", "project=x", *more)
        wrong = self.trouble(ran)
        if ran.code == 0:
            return set(), wrong + self.whole()
        if ran.code == 3 and len(names) == 1:  # a single clip was refused with a message
            return set(names), wrong
        if ran.code == 3:
            each = [self.play([name]) for name in names]
            return set().union(*(bad for bad, _ in each)), wrong + [w for _, ws in each for w in ws]
        if ran.code != 1:
            return set(names), [*wrong, f"{names}: code {ran.code}\n{ran.out}"]
        failed = {names[layer_of(task) - 1] for task in ran.tasks("failed") if layer_of(task)}
        wrong += [] if failed else [f"{names}: a failure of no layer\n{ran.out}"]
        wrong += [] if not self.house.video().exists() else ["a video in spite of the failure"]
        good = [name for name in names if name not in failed]
        if good and failed:
            again, more_wrong = self.play(good)
            failed, wrong = failed | again, wrong + more_wrong
        return failed, wrong

    def whole(self) -> list[str]:
        """Return a fault if the finished video does not have all its frames."""
        frames = find_engine().count_frames(self.house.video())
        return [] if frames == FPS * SECONDS else [f"{frames} frames, not {FPS * SECONDS}"]

    def trouble(self, ran: Ran) -> list[str]:
        """Return the rules that a run broke."""
        wrong = []
        if "Traceback" in ran.out or "bug in collide" in ran.out:
            wrong.append(f"not one of collide's messages:\n{ran.out}")
        if hit := OBEYED.search(ran.out):
            wrong.append(f"{hit[0]!r} reaches the terminal: {ran.out[hit.start() - 60 :][:120]!r}")
        if self.canary.sung:
            wrong.append("a file outside was opened")
        if self.listener.calls:
            wrong.append(f"{self.listener.calls} connections")
        wrong += [f"left running: {line}" for line in running(self.house.root)]
        wrong += [f"left over: {path}" for path in (self.house.root / "cache" / "tmp").glob("*")]
        return wrong + sorted(set(self.unguarded()))

    def unguarded(self) -> list[str]:
        """Return ffmpeg inputs from outside the workspace or without a protocol whitelist."""
        wrong = []
        for argv in self.calls.argvs():
            for at, word in enumerate(argv):
                if word == "-i":
                    path = argv[at + 1]
                    if not path.startswith((f"file:{self.house.root}/", "file:/proc/self/fd/")):
                        wrong.append(f"an input from elsewhere: {path}")
                    if "-protocol_whitelist" not in argv[max(0, at - 40) : at]:
                        wrong.append(f"an input without rules: {path}")
        return wrong


def layer_of(task: str) -> int:
    """Return the number of a task's layer, or 0 if it has no layer."""
    kind, _, number = task.partition(":")
    own = kind in ("keyframe", "matte", "color", "layer", "hear", "audio")
    return int(number) if own and number.isdigit() else 0


def groups(names: list[str]) -> list[list[str]]:
    """Group the names into pieces."""
    return [names[at : at + LAYERS] for at in range(0, len(names), LAYERS)]


def good_clip(folder: Path) -> Path:
    """Make an ordinary clip with an edit list and sound; return its path."""
    return make_clip(folder / "good.mp4", picture="testsrc2=s=64x36:r=25", sound="sine", seconds=2)


def write_odd(folder: Path, name: str, odd: Odd) -> None:
    """Make an odd file, as listed in `odd_clips.py`."""
    path = folder / name
    ffmpeg("-v", "error", *odd.words.split(), f"file:{path}")
    if odd.then:
        first = path.read_bytes()
        ffmpeg("-v", "error", *odd.then.split(), f"file:{path}")
        path.write_bytes(first + path.read_bytes())
