"""The cost of a change, relative to rendering the whole piece with one plain ffmpeg command.

    python -m benchmarks.ratios [rounds] [piece=NAME,NAME]

The benchmark measures CPU seconds (user and system, including children) and wall-clock seconds of
whole commands. Each round runs all commands, so a machine that slows down slows all of them. The
benchmark prints medians, ratios of medians, and goals. Most ratios have this denominator:

- (a) the command that commit 06f3392 exported for the same piece, kept in benchmarks/pieces.

Two more commands are measured for comparison:

- (b) the command that an artist would write by hand for the same piece;
- (c) x264 alone, with the same options, on the finished stack: a cost that no cache can save.

`piece=` takes names separated by commas; by default study and real are measured.

- study: 8 s of 1280x720 at 24 fps, three layers of noisy 720p clips (about 15 Mb/s) with normalized
  light, two keyed by a fixed color, two heard. In its 192 frames, the layers show 192, 100 and 80
  distinct frames of their clips. The goals come from a study of this piece. Its ratios are better
  than usual, because x264 takes only a seventh of the exported command's time.
- real: 10 s of three real clips with default knobs. It needs the clips in ../shared/footage and is
  skipped if they are missing. x264 takes a third of the exported command's time.
- five: five layers. 1080: three 1080p layers. long: a minute of 1080p at 30 fps, whose pictures
  do not fit in the memory of most machines, so its cost depends on the disk, which is printed.

Clips and store are in the folder for temporary files; set TMPDIR to choose the disk. The results of
each piece are written to benchmarks/ratios.json. The tasks that a case ran come from its run
record.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.house import REPO
from benchmarks.machine import disk_and_memory
from benchmarks.pieces import DEFAULT, MB, PIECES, Piece
from benchmarks.ratios_report import as_json, as_table
from benchmarks.rounds import Round, one_round

RESULTS = REPO / "benchmarks" / "ratios.json"


def main() -> None:
    """Measure each piece, print its table, and write the figures to benchmarks/ratios.json."""
    rounds, names = arguments(sys.argv[1:])
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            if reason := cannot(PIECES[name], Path(folder)):
                print(f"{name}: skipped: {reason}\n", flush=True)
            else:
                print(measure(PIECES[name], Path(folder), rounds), flush=True)


def measure(piece: Piece, root: Path, rounds: int) -> str:
    """Measure a piece and return its table; the JSON is written after each round."""
    where = disk_and_memory(root)
    piece.make(root)
    found: list[Round] = []
    for _ in range(rounds):
        found.append(one_round(root, piece))
        known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        known[piece.name] = as_json(piece, found, where)
        RESULTS.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
    return as_table(piece, found, where)


def arguments(words: list[str]) -> tuple[int, tuple[str, ...]]:
    """Return the number of rounds and the pieces' names; raise SystemExit for an invalid word."""
    rounds = 3
    names: tuple[str, ...] = DEFAULT
    for word in words:
        if word.startswith("piece="):
            names = tuple(word.removeprefix("piece=").split(","))
        elif word.isdigit() and int(word):
            rounds = int(word)
        else:
            raise SystemExit(f"{word!r} is neither a number of rounds nor piece=NAME")
    if unknown := [name for name in names if name not in PIECES]:
        raise SystemExit(f"no piece {', '.join(unknown)}; the pieces are: {', '.join(PIECES)}")
    return rounds, names


def cannot(piece: Piece, folder: Path) -> str:
    """Return the reason why a piece cannot be measured here, or "" if it can."""
    if absent := piece.absent():
        return f"real clips are missing from ../shared/footage: {', '.join(absent)}"
    free = shutil.disk_usage(folder).free / MB
    if free < piece.needs:
        needs = f"but the piece needs {piece.needs // 1000} GB"
        return f"{folder.parent} has {free / 1000:.0f} GB left, {needs}"
    return ""


if __name__ == "__main__":
    main()
