"""The pieces that ratios.py measures: their clips, their projects, and their reference commands.

For each piece, the folder `benchmarks/pieces/NAME` contains three files:

- `config.json`: the project. The file contains the values drawn from its seed and the storage
  format, so neither a new draw nor a full disk changes the piece.
- `one_command.txt`: the command that `doit export project=x as=ffmpeg` printed for this project at
  commit 06f3392. Most ratios have this command as their denominator, so it must never change,
  because an export of a more expensive graph would improve all ratios.
- `plain.txt`: the command that an artist would write by hand for the same layers, keys and sound.

In both commands, `{ffmpeg}`, `{out}` and the names of clips in braces stand for paths.
"""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.footage import FOOTAGE
from benchmarks.house import REPO
from collide.engine.programs import find_engine

TEXTS = REPO / "benchmarks" / "pieces"
MB = 1_000_000


@dataclass(frozen=True)
class Generated:
    """A noisy clip made by ffmpeg: a lavfi source, with `{}` for size and rate, and a length."""

    source: str
    seconds: float


@dataclass(frozen=True)
class Piece:
    """A piece to measure.

    Attributes:
        name: the name for `piece=`, and for the folder in benchmarks/pieces.
        title: a description for people.
        clips: how each clip is made, by file name, or None for a real clip from ../shared/footage.
        other: the file name of the clip that replaces the clip of layer 2.
        kept: the MB of raw layers and stack that 06f3392 stored per second of the piece, measured
            once; the value of `long` was computed from its frame size, which is the size of `1080`.
        size: the width and height of its generated clips.
        rate: the frames per second of its generated clips.
        bits: the bit rate of its generated clips, in ffmpeg's notation.
        loops: whether each layer loops in the variant that is 50% longer.
        needs: the MB of disk that a round needs; the store of `long` evicts during a round.
        without: the cases and waits that are not measured on this piece.
    """

    name: str
    title: str
    clips: Mapping[str, Generated | None]
    other: str
    kept: float
    size: str = "1280x720"
    rate: int = 24
    bits: str = "15M"
    loops: bool = True
    needs: int = 16_000
    without: frozenset[str] = field(default_factory=frozenset)

    @property
    def config(self) -> dict[str, Any]:
        """Return the content of the piece's config.json."""
        return dict(json.loads((TEXTS / self.name / "config.json").read_text()))

    @property
    def seconds(self) -> float:
        """Return the length of the piece in seconds."""
        return float(self.config["duration"])

    @property
    def crf(self) -> int:
        """Return the crf of the piece, or 20 if the config does not set it."""
        return int(self.config.get("crf", 20))

    def command(self, which: str, root: Path, out: Path) -> list[str]:
        """Return `one_command` or `plain` as words, with the paths of a workspace filled in."""
        places = {f"{{{name}}}": str(root / "library" / "video" / name) for name in self.clips}
        places |= {"{ffmpeg}": str(find_engine().path), "{out}": str(out)}
        words = shlex.split((TEXTS / self.name / f"{which}.txt").read_text())
        return list(_filled(words, places))

    def absent(self) -> list[str]:
        """Return the real clips that are missing on this machine."""
        real = [name for name, made in self.clips.items() if made is None]
        return [name for name in real if not (FOOTAGE / name).is_file()]

    def make(self, root: Path) -> None:
        """Make a workspace with the clips and the piece (as project x), but render nothing."""
        for name in ("dodo.py", "pyproject.toml"):
            shutil.copy(REPO / name, root / name)
        shutil.copytree(REPO / "presets", root / "presets")
        (root / "library" / "video").mkdir(parents=True)
        (root / "projects" / "x").mkdir(parents=True)
        (root / "projects" / "x" / "config.json").write_text(json.dumps(self.config))
        for name, made in self.clips.items():
            path = root / "library" / "video" / name
            if made is None:
                shutil.copy(FOOTAGE / name, path)
            else:
                self._generate(made, path)

    def _generate(self, clip: Generated, path: Path) -> None:
        shape = f"s={self.size}:r={self.rate}"
        source = f"{clip.source.format(shape)},noise=alls=14:allf=t:all_seed=1"
        words = ["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.2:seed=1"]
        words += ["-t", str(clip.seconds), "-c:v", "libx264", "-g", "250", "-preset", "veryfast"]
        words += ["-b:v", self.bits, "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)]
        subprocess.run([str(find_engine().path), "-v", "error", *words], check=True)


def _filled(words: list[str], places: Mapping[str, str]) -> Iterator[str]:
    for word in words:
        for name, path in places.items():
            word = word.replace(name, path)  # noqa: PLW2901
        yield word


ZOOM = "mandelbrot={}"
SHADE = "gradients={}:c0=white:c1=navy:c2=gray:n=3:seed=3"
OTHER = "gradients={}:c0=black:c1=orange:c2=gray:n=3:seed=9"
CHART = "testsrc2={}"
THREE = {
    "a.mp4": Generated(ZOOM, 10),
    "b.mp4": Generated(SHADE, 4.17),
    "c.mp4": Generated(CHART, 3.34),
    "z.mp4": Generated(OTHER, 4.5),
}
FIVE = {
    **THREE,
    "d.mp4": Generated("smptehdbars={}", 6),
    "e.mp4": Generated("gradients={}:c0=red:c1=white:c2=teal:n=3:seed=7", 8.5),
}
MINUTE = {
    "a.mp4": Generated(CHART, 61),
    "b.mp4": Generated(SHADE, 61),
    "c.mp4": Generated(ZOOM, 10),
    "z.mp4": Generated(OTHER, 10),
}
REAL = dict.fromkeys(
    ("gopro_karma.mp4", "p5_crosswalk.mp4", "mdn_flower.mp4", "flutter_butterfly.mp4")
)
PIECES = {
    piece.name: piece
    for piece in (
        Piece("study", "three noisy clips", THREE, "z.mp4", kept=182.0),
        Piece("real", "three real clips", REAL, "flutter_butterfly.mp4", kept=232.3),
        Piece("five", "five noisy clips", FIVE, "z.mp4", kept=336.9),
        Piece(
            "1080", "three noisy clips", THREE, "z.mp4", kept=409.5,
            size="1920x1080", bits="30M", needs=30_000,
        ),
        Piece(
            "long", "three noisy clips, two of them a minute long", MINUTE, "z.mp4", kept=570.3,
            size="1920x1080", rate=30, bits="30M", loops=False, needs=40_000,
            without=frozenset({"duration +50 %", "the whole piece"}),
        ),
    )
}  # fmt: skip
DEFAULT = ("study", "real")
