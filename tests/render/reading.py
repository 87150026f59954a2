"""Read finished files: md5 of frames, timestamps, loudness and samples."""

import re
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from collide.store.entry import unsealed
from tests.render.conftest import House, ffmpeg

RATE = 48000


def md5s(path: Path, *opened: str) -> list[str]:
    """Return the md5 of every decoded frame of the first video stream."""
    said = ffmpeg("-v", "error", *opened, "-i", str(path), "-map", "0:v:0", "-f", "framemd5", "-")
    return columns(said)


def columns(framemd5: str) -> list[str]:
    """Return the md5 of each frame of the first stream in a framemd5 report."""
    return [
        line.rpartition(",")[2].strip() for line in framemd5.splitlines() if line.startswith("0,")
    ]


def stacked(house: House, project: str = "x") -> list[str]:
    """Return the md5 of every frame in the stored stack, in segment order."""
    tasks = house.manifest(project)["tasks"]
    count = sum(task.startswith("stack:") for task in tasks)
    digests = [tasks[f"stack:{i}"]["objects"]["stack.nut"] for i in range(count)]
    return [md5 for digest in digests for md5 in md5s(house.object(digest), "-f", "nut")]


def posted(house: House, project: str = "x") -> list[str]:
    """Return the md5 of every frame that the encoder read, in segment order."""
    receipts = house.root / "cache" / "receipts" / project
    count = sum(task.startswith("encode:") for task in house.manifest(project)["tasks"])
    entries = [unsealed((receipts / f"encode-{i}.json").read_bytes()) for i in range(count)]
    digests = [entry["preimage"]["inputs"]["@stack"] for entry in entries]
    return [md5 for digest in digests for md5 in md5s(house.object(digest), "-f", "nut")]


def still(house: House, project: str, at: float, *knobs: str) -> str:
    """Return the md5 of a still before it becomes a PNG."""
    ran = house.doit("still", f"project={project}", f"at={at:.6f}", *knobs)
    assert ran.code == 0, ran.out
    receipt = house.root / "cache" / "receipts" / project / "still" / "still.json"
    made = unsealed(receipt.read_bytes())["objects"]["still.nut"]
    (md5,) = md5s(house.object(made[0]), "-f", "nut")
    return md5


def one_command(house: House, *knobs: str, project: str = "x") -> list[str]:
    """Return the md5 of every frame that the exported command would encode."""
    ran = house.doit("export", f"project={project}", "as=ffmpeg", *knobs)
    assert ran.code == 0, ran.out
    (line,) = ran.out.strip().splitlines()
    words = shlex.split(line)
    words = words[: words.index("[v]") - 1]
    report = house.root / "frames.txt"
    heard = ["-map", "[a]", "-f", "null", "-"] if line.count("[a]") else []
    ffmpeg("-v", "error", *words[1:], "-map", "[v]", "-f", "framemd5", str(report), *heard)
    return columns(report.read_text())


@dataclass
class Stream:
    """A stream of a finished file: seconds per tick, and each packet's pts and length in ticks."""

    tick: float
    pts: list[int]
    lengths: list[int]

    @property
    def end(self) -> float:
        """Return the time at which the stream ends, in seconds."""
        return (self.pts[-1] + self.lengths[-1]) * self.tick


def streams(video: Path, *, decoded: bool = False) -> dict[int, Stream]:
    """Map the number of each stream of a file to the stream: 0 is the picture, 1 the sound."""
    copy = [] if decoded else ["-c", "copy"]
    said = ffmpeg("-v", "error", "-i", str(video), "-map", "0", *copy, "-f", "framecrc", "-")
    found: dict[int, Stream] = {}
    for line in said.splitlines():
        if line.startswith("#tb "):
            number, _, base = line[4:].partition(": ")
            top, _, bottom = base.partition("/")
            found[int(number)] = Stream(int(top) / int(bottom), [], [])
        elif not line.startswith("#"):
            number, _, pts, length, *_ = (part.strip() for part in line.split(","))
            found[int(number)].pts.append(int(pts))
            found[int(number)].lengths.append(int(length))
    for stream in found.values():
        stream.pts.sort()
    return found


def raw(*words: str) -> bytes:
    """Run ffmpeg and return the bytes of its output file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw"
        ffmpeg("-v", "error", *words, str(path))
        return path.read_bytes()


def brightness(video: Path) -> np.ndarray:
    """Return the mean brightness of each frame, from 0 to 255."""
    data = raw(
        "-i", str(video), "-map", "0:v:0", "-vf", "scale=16:16,format=gray", "-f", "rawvideo"
    )
    return np.frombuffer(data, np.uint8).reshape(-1, 256).mean(axis=1)


def samples(video: Path) -> np.ndarray:
    """Return the sound as an array whose rows are samples of the left and the right channel."""
    data = raw("-i", str(video), "-map", "0:a:0", "-ar", str(RATE), "-ac", "2",
               "-c:a", "pcm_f32le", "-f", "f32le")  # fmt: skip
    return np.frombuffer(data, np.float32).reshape(-1, 2)


def loudness(video: Path) -> tuple[float, float]:
    """Return the integrated loudness (LUFS) and the true peak (dBTP) of a finished file."""
    meter = "ebur128=peak=true:framelog=quiet"
    said = ffmpeg("-nostats", "-i", str(video), "-map", "0:a:0", "-af", meter, "-f", "null", "-")
    (lufs,) = re.findall(r"I:\s+(-?[0-9.]+|-inf) LUFS", said)
    (peak,) = re.findall(r"Peak:\s+(-?[0-9.]+|-inf) dBFS", said)
    return float(lufs), float(peak)
