"""Run a batch of mutated media: `python -m tests.fault.mutants [COUNT [SEED]]`.

By default, the program makes 2,000 mutants by damaging twenty good files of different kinds at
random. It scans the mutants and renders them together with whole clips in a single `doit night`. It
prints counts and faults, and exits with 1 if it finds a fault. A run takes about twenty minutes on
one core; `test_mutants.py` runs a few mutants.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.fault.judged import LAYERS, PIECE, Yard, good_clip, groups, write_odd
from tests.fault.odd_clips import ALPHA, COLORS, CONTAINERS, INTERLACED, STILLS, TRACKS, Odd
from tests.render.conftest import Ran

SEEDS = {
    name: odd
    for family, names in (
        (COLORS, "hlg.mov full_range.mp4 gray16.mkv"),
        (INTERLACED, "tff.mpg flag_without_combs.ts"),
        (ALPHA, "vp9.webm prores4444.mov qtrle.mov alpha.gif utvideo.avi"),
        (CONTAINERS, "far_keys.ts blu.m2ts program.mpg theora.ogv flash.flv phone.3gp"),
        (TRACKS, "second_sound.mkv cover_first.mp4"),
        (STILLS, "still.gif"),
    )
    for name, odd in family.items()
    if name in names.split()
}  # fmt: skip

SIZES = (1, 2, 4, 8, 64, 1000)  # How many bytes are damaged together.
GROWTH = 1.15  # The maximum growth from the second quarter of the samples to the last.
WHOLE = [f"whole{n}.mp4" for n in range(LAYERS)]
MOST = 2560  # MiB for the whole process tree


def mutated(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """Return a copy of the file damaged at one to eight positions."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at = dice.randrange(len(made) or 1)
        # headers are at both ends and are small compared with the pictures
        at = dice.choice((at, at, at % 600, max(0, len(made) - 1 - at % 900)))
        dice.choice(BLOWS)(made, at, others, dice)
    return bytes(made)


Blow = Callable[[bytearray, int, list[bytes], random.Random], None]


def _turn(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    if made:
        made[min(at, len(made) - 1)] ^= 1 << dice.randrange(8)


def _fill(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    some = dice.choice(SIZES)
    made[at : at + some] = dice.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * some


def _lose(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    del made[at : at + dice.choice(SIZES)]


def _repeat(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    made[at:at] = made[at : at + dice.choice(SIZES)] * dice.choice((1, 1, 40))


def _insert(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    made[at:at] = dice.randbytes(dice.choice(SIZES))


def _splice(made: bytearray, at: int, others: list[bytes], dice: random.Random) -> None:
    other, some = dice.choice(others), dice.choice(SIZES)
    cut = dice.randrange(len(other))
    made[at : at + some] = other[cut : cut + some]


def _cut(made: bytearray, at: int, _: list[bytes], dice: random.Random) -> None:
    if dice.randrange(4) == 0:
        del made[at:]


BLOWS: tuple[Blow, ...] = (_turn, _turn, _fill, _lose, _repeat, _insert, _splice, _cut)


@dataclass
class Meter:
    """Samples of the resources that a process uses while it runs."""

    pid: int
    memory: list[int] = field(default_factory=list)  # KiB of the process.
    files: list[int] = field(default_factory=list)  # Open descriptors.
    tree: int = 0  # The most KiB that the process and its children used.

    def follow(self, over: threading.Event, root: Path) -> None:
        """Take samples until the process ends."""
        while not over.wait(0.3):
            try:
                status = Path(f"/proc/{self.pid}/status").read_text()
                self.memory.append(int(status.partition("VmRSS:")[2].split()[0]))
                self.files.append(len([*Path(f"/proc/{self.pid}/fd").iterdir()]))
            except (OSError, IndexError):
                return
            listed = subprocess.run(
                ["ps", "-A", "-o", "rss=,args="], capture_output=True, text=True
            )
            rows = [line.split(None, 1) for line in listed.stdout.splitlines() if str(root) in line]
            self.tree = max(self.tree, self.memory[-1] + sum(int(row[0]) for row in rows))

    def wrong(self, what: str) -> list[str]:
        """Return the resources that kept growing or exceeded the limit."""
        found = []
        for name, values in (("memory", self.memory), ("descriptors", self.files)):
            first, last = quarters(values)
            if last > first * GROWTH + 8:
                found.append(f"{what}: its {name} grew from {first} to {last}")
        return found + ([f"{what}: {self.tree >> 10} MiB in all"] if self.tree >> 10 > MOST else [])

    def line(self) -> str:
        """Return the figures as one line."""
        (a, b), (c, d) = quarters(self.memory), quarters(self.files)
        return (
            f"memory {a >> 10} → {b >> 10} MiB, descriptors {c} → {d}, tree {self.tree >> 10} MiB"
        )


def quarters(values: list[int]) -> tuple[int, int]:
    """Return the medians of the second quarter, with everything loaded, and of the last quarter."""
    part = max(1, len(values) // 4)
    early, late = values[part : 2 * part] or [0], values[-part:] or [0]
    return sorted(early)[len(early) // 2], sorted(late)[len(late) // 2]


class Batch:
    """A watched workspace full of mutants."""

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        self.yard, self.count, self.dice = Yard(folder), count, random.Random(seed)
        self.became: Counter[str] = Counter()
        good = folder / "good"
        good.mkdir()
        self.whole = good_clip(good).read_bytes()
        seeds = {name: self.seed(good, name, odd) for name, odd in SEEDS.items()}
        seeds["good.mp4"] = self.whole
        data = list(seeds.values())
        seen = {*data}  # makes every sample differ, since equal bytes are one clip
        for number in range(count):
            name, made = "", data[0]
            while made in seen:
                name = self.dice.choice([*seeds])
                made = mutated(seeds[name], data, self.dice)
            seen.add(made)
            (self.yard.library / f"m{number:04d}{Path(name).suffix}").write_bytes(made)
        for number, name in enumerate(WHOLE):  # the last byte makes each clip different
            (self.yard.library / name).write_bytes(self.whole + bytes([number]))

    def seed(self, folder: Path, name: str, odd: Odd) -> bytes:
        """Make a good file and return its bytes."""
        write_odd(folder, name, odd)
        return (folder / name).read_bytes()

    def metered(self, *words: str) -> tuple[Ran, Meter]:
        """Run doit under the meter and return the result and the figures."""
        house = self.yard.house
        process = subprocess.Popen(
            [sys.executable, "-m", "doit", *words], cwd=house.root, env=house.env(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="surrogateescape",
        )  # fmt: skip
        meter, over = Meter(process.pid), threading.Event()
        looks = threading.Thread(target=meter.follow, args=(over, house.root))
        looks.start()
        out, _ = process.communicate()
        over.set()
        looks.join()
        return Ran(process.returncode, out), meter

    def scan(self) -> Iterator[tuple[str, str, list[str]]]:
        """Scan every file and yield rows of figures and faults."""
        began = time.monotonic()
        ran, meter = self.metered("scan")
        wrong = self.yard.scanned(ran) + meter.wrong("scan")
        mutants = [name for name in self.yard.facts if name[0] == "m"]
        usable = self.yard.usable(mutants)
        wrong += [] if len(mutants) == self.count else [f"{self.count - len(mutants)} not seen"]
        lost = LAYERS - len(self.yard.usable(WHOLE))
        wrong += [f"{lost} whole clips were left out"] if lost else []
        often = f"{self.count}: {len(usable)} let in, {self.count - len(usable)} left out"
        yield "mutated files, looked at by one scan", often, wrong
        yield "the scan", f"{time.monotonic() - began:.0f} s, {meter.line()}", []

    def night(self) -> Iterator[tuple[str, str, list[str]]]:
        """Render all accepted files, and some pieces of whole clips in between; yield rows."""
        began, root = time.monotonic(), self.yard.house.root
        mutants = groups(self.yard.usable(sorted(n for n in self.yard.facts if n[0] == "m")))
        every = max(2, len(mutants) // 8)
        for number, names in enumerate(mutants):
            self.project(f"p{number:04d}", names, number)
            if number % every == 0:
                self.project(f"p{number:04d}-whole", WHOLE, number)
        end = datetime.now() + timedelta(hours=20)
        ran, meter = self.metered("night", f"until={end:%H:%M}")
        wrong = self.yard.trouble(ran) + meter.wrong("night")
        report = json.loads((root / "cache" / "nights" / "latest" / "report.json").read_text())
        pieces = {piece["name"]: piece for piece in report["pieces"]}
        for name, piece in pieces.items():
            self.became[piece["status"]] += 1
            if name.endswith("whole") and piece["status"] != "made":
                wrong.append(f"{name}, of whole clips, {piece['status']}: {piece['why']}")
            elif piece["status"] not in ("made", "failed"):
                wrong.append(f"{name} {piece['status']}")
            elif piece["status"] == "failed" and "Traceback" in piece["why"]:
                wrong.append(f"{name}: {piece['why']}")
        wrong += [] if report["ended"] else ["the night did not end"]
        statuses = ", ".join(f"{often} {status}" for status, often in sorted(self.became.items()))
        yield "pieces made from mutants or whole clips, in one night", statuses, wrong
        yield "the night", f"{time.monotonic() - began:.0f} s, {meter.line()}", []

    def project(self, name: str, clips: list[str], seed: int) -> None:
        """Write the config of a piece."""
        config = {**PIECE, "num_videos": len(clips), "audio_sources": 2, "seed": seed}
        config |= {f"layer{n}.clip": clip for n, clip in enumerate(clips, start=1)}
        folder = self.yard.house.root / "projects" / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(config))

    def rows(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield rows about the scan and the night, with figures and faults."""
        yield from self.scan()
        yield from self.night()


def main(words: list[str]) -> int:
    """Print the table of figures and faults and return the exit code."""
    count, seed = (*map(int, words), *(2000, 1)[len(words) :])[:2]
    os.environ.pop("COLLIDE_CACHE", None)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        batch = Batch(Path(folder), count, seed)
        for what, often, wrong in batch.rows():
            print(f"{what:<50} {often:<70} faults: {len(wrong)}", flush=True)
            print("".join(f"    {line}\n" for line in wrong[:20]), end="", flush=True)
            bad += len(wrong)
        batch.yard.close()
    print(f"faults in all: {bad}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
