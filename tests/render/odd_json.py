"""Whatever an odd JSON file contains, a verb accepts the file or reports an error."""

import copy
import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.render.conftest import House, built, make_clips
from tests.render.refusals import in_process, tree

VALUES: list[Any] = [
    "", " ", "0.3", "0,3", "1e-3", "abc", "0.2..0.4", "\x1b[31mred", "a\tb", "a\nb", "\x7f",
    "\ud800", "../../etc/passwd", "x" * 3000, None, True, False, -1, 0, 1, 2.5, 1e308, -1e308,
    10**200, [], [[]], [0.4, 0.2], [0.2, "0.4"], [1, 2, 3], {}, {"a": 1}, {"": None},
]  # fmt: skip
NAMES = [
    "",
    "\x1b[2J",
    "a\tb",
    "similarity",
    "layer2.similarity",
    "layer99.crf",
    "preset",
    "é" * 90,
]
TEXTS = [
    b"", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[]", b"null", b"3", b'"x"', b"{", b"{}", b'{"a":NaN}',
    b'{"seed":1e999}', b'{"seed":-Infinity}', b'{"a":1,"a":2}', b'{"seed":' + b"9" * 5000 + b"}",
    b"[" * 90_000, b'{"a":' * 90_000, b'{"\\u001b[2J":1}', b'{"a":"\\u0000"}', bytes(5000),
]  # fmt: skip
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
CODES = (0, 1, 3)
PROJECT = "project=x"


PRESET = {"similarity": [0.2, 0.4], "layer2.opacity": 0.5, "mode": "fixed", "post": "none"}
ORIGIN = {"digest": "ab" * 16, "name": "a.mp4", "source": "x 1", "title": "Rain", "license": "CC0"}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value in a document, starting with the document itself."""
    yield at
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*at, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*at, number))


def changed(whole: Any, way: tuple[Any, ...], dice: random.Random) -> Any:
    """Return a copy of a document with one change: an odd value, a deletion, or an odd name."""
    whole = copy.deepcopy(whole)
    if not way:
        return {**whole, dice.choice(NAMES): dice.choice(VALUES)}
    holder = whole
    for step in way[:-1]:
        holder = holder[step]
    act = dice.randrange(10)
    if act == 0:
        del holder[way[-1]]
    elif act == 1 and isinstance(holder, dict):
        holder[dice.choice(NAMES)] = holder.pop(way[-1])
    else:
        holder[way[-1]] = dice.choice(VALUES)
    return whole


def documents(data: bytes, seed: int, most: int, texts: int) -> Iterator[bytes]:
    """Yield the bytes of odd files: some of TEXTS, then variants of a valid file.

    Args:
        data: the bytes of the valid file.
        seed: the seed of the dice.
        most: the number of variants.
        texts: the number of TEXTS.
    """
    dice, whole = random.Random(seed), json.loads(data)
    yield from dice.sample(TEXTS, min(texts, len(TEXTS)))
    ways = list(places(whole))
    for turn in range(most):
        # with enough variants, every part is changed
        way = ways[turn % len(ways)] if most > len(ways) else dice.choice(ways)
        yield json.dumps(changed(whole, way, dice)).encode()


@dataclass
class Reading:
    """A file in a workspace, with the verbs that read it."""

    house: House
    file: Path
    verbs: list[list[str]]
    codes: tuple[int, ...] = CODES
    count: int = 0

    def tried(self, data: bytes, words: list[str]) -> list[str]:
        """Run a command that reads `data`, restore the files in `small`, and return the faults."""
        self.file.write_bytes(data)
        before = tree(self.house.root)
        kept = {path: path.read_bytes() for path in self.small()}
        ran = in_process(self.house, *words)
        self.count += 1
        wrong = [] if ran.code in self.codes else [f"code {ran.code}"]
        if "Traceback" in ran.out or "bug in collide" in ran.out:
            wrong.append("a traceback")
        if hit := OBEYED.search(ran.out):
            wrong.append(f"{hit[0]!r} is printed unescaped")
        if ran.code == 3:
            after = tree(self.house.root)
            names = before.keys() | after.keys()
            moved = [
                n for n in names if before.get(n) != after.get(n) and not n.startswith("cache")
            ]
            wrong += [f"refused, but changed {sorted(moved)}"] if moved else []
        for path in self.small() - kept.keys():
            path.unlink()
        for path, content in kept.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if not wrong:
            return []
        return [f"{'; '.join(wrong)}\n$ doit {' '.join(words)}\n{data[:3000]!r}\n{ran.out[-1500:]}"]

    def small(self) -> set[Path]:
        """Return the JSON files of the projects and the files in presets/."""
        found = [*self.house.root.glob("projects/**/*.json"), *self.house.root.glob("presets/**/*")]
        return {path for path in found if path.is_file()}

    def faults_of_all_contents(self, seed: int, most: int, texts: int = len(TEXTS)) -> list[str]:
        """Try odd contents of the file, with its verbs in turn, and return the faults.

        For the other arguments, see `documents`.
        """
        original, wrong = self.file.read_bytes(), []
        for turn, data in enumerate(documents(_bare(original), seed, most, texts)):
            wrong += self.tried(data, self.verbs[turn % len(self.verbs)])
        self.file.write_bytes(original)
        return wrong


def _bare(data: bytes) -> bytes:
    """Return the bytes of a JSON file; an empty file counts as an empty object."""
    return data if data.strip() else b"{}"


HISTORY = {"configs": [{"seed": 1}, {"seed": 2}], "undone": [{"seed": 3}]}


def readings(house: House) -> dict[str, Reading]:
    """Map each kind of JSON file to a file of that kind and the verbs that read it.

    Files that a render does not write are written first.
    """
    root = house.root
    folder = root / "projects" / "x"
    look = min((folder / "looks").glob("????????.json"))
    preset = root / "presets" / "blend" / "mine.json"
    preset.write_text(json.dumps(PRESET))
    (folder / "history.json").write_text(json.dumps(HISTORY))
    (folder / "rolled.json").write_text(json.dumps({"layer2.dice": [1]}))
    cells = [{"look": look.stem, "turned": "crf=22"}, {"look": "", "turned": "crf=23"}]
    sheet = {"verb": "sweep", "when": 1.7e9, "words": ["sweep", "crf=22,23"], "cells": cells}
    (folder / "sheets.json").write_text(json.dumps({"sheets": [sheet]}))
    ledger = root / "library" / "provenance.jsonl"
    ledger.write_text(json.dumps(ORIGIN) + "\n")
    files = {
        "config": folder / "config.json",
        "preset": preset,
        "selection": folder / "selection.json",
        "history": folder / "history.json",
        "manifest": folder / "manifest.json",
        "look": look,
        "library": root / "cache" / "library.json",
        "run record": max((root / "cache" / "runs").glob("*.json")),
        "provenance": ledger,
        "rolled": folder / "rolled.json",
        "sheets": folder / "sheets.json",
    }
    return {
        name: Reading(house, path, _readers(name, path, look.stem)) for name, path in files.items()
    }


def _readers(name: str, path: Path, look: str) -> list[list[str]]:
    """Return the verbs that read a file, with their arguments."""
    record = [["identify", f"file={path}"], ["new", "project=n", f"from={path}"]]
    turned = [["set", PROJECT, "crf=22"], ["plan", PROJECT], ["why", PROJECT]]
    shown = [["looks", PROJECT], ["list"], ["diff", PROJECT], ["export", PROJECT, "as=look"]]
    return {
        "config": [*turned, *shown, ["knobs", "similarity", PROJECT], ["info", "layer:2", PROJECT],
                   ["save-preset", PROJECT, "name=zz"], ["export", PROJECT, "as=ffmpeg"]],
        "preset": [["plan", PROJECT, "preset=mine"], ["new", "project=n", "preset=mine"], ["list"],
                   ["set", PROJECT, "preset=mine"], ["knobs", "similarity", PROJECT]],
        "selection": [*turned, *shown, ["clips", "used=1"], ["set", PROJECT, "layer2.take=1"]],
        "history": [["undo", PROJECT], ["set", PROJECT, "crf=22"], ["redo", PROJECT]],
        "manifest": [*record, *turned, *shown, ["info", "layer:2", PROJECT], ["clips", "used=1"]],
        "look": [*record, *shown, ["plan", PROJECT, f"look={look}"], ["star", PROJECT],
                 ["set", PROJECT, f"look={look}"],
                 ["save-preset", PROJECT, "name=z", f"look={look}"]],
        "library": [*turned, *shown, ["clips"], ["clips", "used=0"]],
        "run record": [*turned, *shown, ["info", "layer:2", PROJECT]],
        "provenance": [["clips"], ["list"], ["clips", "rain"], ["plan", PROJECT]],
        "rolled": [["roll", PROJECT, "amount=0.3"]],
        "sheets": [["plan", PROJECT, "look=1"], ["star", PROJECT, "look=2"],
                   ["diff", PROJECT, "a=1"], ["set", PROJECT, "look=1"]],
    }[name]  # fmt: skip


def main(words: list[str]) -> int:
    """For each file, try all TEXTS and `words[0]` variants (1000 by default); print the faults."""
    most, bad = int(words[0]) if words else 1000, 0
    os.environ.pop("COLLIDE_CACHE", None)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as clips:
        house = built(Path(folder), make_clips(Path(clips)))
        for name, reading in readings(house).items():
            wrong = reading.faults_of_all_contents(seed=1, most=most)
            print(f"{name:<12} {reading.count} contents  wrong: {len(wrong)}", flush=True)
            print("".join(f"{line}\n" for line in wrong[:5]), end="", flush=True)
            bad += len(wrong)
    print(f"wrong in total: {bad}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
