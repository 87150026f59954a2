"""One round of a piece: its reference commands, its cases, and the waits of an artist."""

import json
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cases import (
    CASES,
    CLEAN,
    FLOOR,
    KINDS_KEPT,
    KNOBS,
    ONE,
    PLAIN,
    RENDER,
    VERSION,
    WAITS,
    Case,
    Words,
)  # fmt: skip
from benchmarks.house import Took, run
from benchmarks.pieces import MB, Piece
from collide.base.segments import SECONDS
from collide.engine.programs import find_engine
from collide.instrument import H264
from collide.store.objects import Store

Tasks = dict[str, dict[str, Any]]
TIMES = 5  # runs of doit --version, because it is short and many ratios build on its median


@dataclass(frozen=True)
class Seen:
    """The time of one case, in seconds, and the tasks it ran.

    Attributes:
        cpu: user and system time, including children.
        wall: wall-clock time.
        ran: the tasks that were rendered, in readable form.
        kept: the stack and encode tasks that were not rendered.
        failed: the reason why the case has no figures, or "".
        floor: CPU seconds of x264 alone on its picture, or 0 if not measured.
    """

    cpu: float = 0.0
    wall: float = 0.0
    ran: str = ""
    kept: str = ""
    failed: str = ""
    floor: float = 0.0


@dataclass(frozen=True)
class Round:
    """One round: its cases, its waits for each knob, and the MB stored per second of the piece."""

    cases: dict[str, Seen]
    waits: dict[str, dict[str, Seen]]
    kept: float


def one_round(root: Path, piece: Piece) -> Round:
    """Measure the reference commands, the cases and the waits of a piece."""
    seen: dict[str, Seen] = {}
    for name, which in ((ONE, "one_command"), (PLAIN, "plain")):
        words = tuple(piece.command(which, root, root / f"{which}.mp4"))
        seen[name] = _seen(run(root, program=words), {})
    begin_anew(root)
    kept = 0.0
    for case in CASES:
        if case.name in piece.without:
            continue
        seen[case.name], tasks = measured(root, piece, case)
        report(case.name, seen[case.name])
        if case.name == CLEAN:
            kept = sum(tasks[task]["bytes"] for task in tasks if _kind(task) in KINDS_KEPT)
            seen[FLOOR] = _seen(run(root, program=x264_alone(root, piece, tasks)), {})
    begin_anew(root)
    return Round(seen, waited(root, piece), kept / MB / piece.seconds)


def report(name: str, seen: Seen) -> None:
    """Print a case to stderr, to show that a long round makes progress."""
    figures = seen.failed or f"{seen.cpu:.2f} CPU s, {seen.wall:.2f} s"
    print(f"{name}: {figures}", file=sys.stderr, flush=True)


def begin_anew(root: Path) -> None:
    """Empty the store and probe the clips again."""
    shutil.rmtree(root / "cache", ignore_errors=True)
    run(root, "scan")


def measured(root: Path, piece: Piece, case: Case) -> tuple[Seen, Tasks]:
    """Measure one case and return its tasks as well; raise SystemExit if `clean` itself fails."""
    words = _filled(case.words, piece)
    try:
        for before in (RENDER, *case.before) if case.name != CLEAN else ():
            run(root, *_filled(before, piece))
        if case.name == VERSION:
            took = [run(root, *words) for _ in range(TIMES)]
            return _seen(sorted(took, key=lambda one: one.wall)[TIMES // 2], {}), {}
        seen, tasks = recorded(root, *words)
        made = {_kind(task) for task in tasks if tasks[task]["status"] == "rendered"}
        picture = next((kind for kind in ("post", "stack") if kind in made), "")
        # measure a floor for the new picture: x264 alone on it
        if picture and case.name != CLEAN and not case.keeps:
            alone = run(root, program=x264_alone(root, piece, tasks, picture))
            seen = replace(seen, floor=alone.cpu / 1000)
        return seen, tasks
    except SystemExit as error:
        if case.name == CLEAN:
            raise  # all other cases depend on the clean render
        return Seen(failed=" ".join(str(error).split())[-200:] or "it failed"), {}


def recorded(root: Path, *words: str) -> tuple[Seen, Tasks]:
    """Run a command and return its time and its tasks; a no-op may leave no record."""
    runs = root / "cache" / "runs"
    before = set(runs.glob("*.json"))
    took = run(root, *words)
    new = sorted(set(runs.glob("*.json")) - before)
    tasks: Tasks = json.loads(new[-1].read_text())["tasks"] if new else {}
    return _seen(took, tasks), tasks


def x264_alone(root: Path, piece: Piece, tasks: Tasks, kind: str = "stack") -> Words:
    """Return the command that only encodes the lossless picture of a render.

    A NUT file does not record the duration of its last frame, so the command takes this duration
    from the list of segments.
    """
    store, lines, left = Store(root / "cache"), [], piece.seconds
    for task in sorted((task for task in tasks if _kind(task) == kind), key=_number):
        entry = store.find(tasks[task]["key"])
        if entry is None:
            raise SystemExit(f"{task} of the last render is not in the store")
        biggest = max(entry.objects.values(), key=lambda made: made.size)
        long = min(float(SECONDS), left)
        lines += [f"file 'file:{store.object(biggest.digest)}'", f"duration {long}"]
        left -= long
    (root / "stack.txt").write_text("\n".join(lines) + "\n")
    words = [str(find_engine().path), "-v", "error", "-y", "-f", "concat", "-safe", "0"]
    words += ["-i", str(root / "stack.txt"), "-fps_mode", "passthrough", *H264]
    words += ["-preset", "veryfast", "-crf", str(piece.crf)]
    return (*words, "-pix_fmt", "yuv420p", str(root / "x264.mp4"))


def waited(root: Path, piece: Piece) -> dict[str, dict[str, Seen]]:
    """Map each wait of an artist (for a still, a preview, a render) to its time for each knob."""
    asked = {name: words for name, words in WAITS.items() if name not in piece.without}
    for words in (RENDER, *asked.values()):
        run(root, *words)
    found: dict[str, dict[str, Seen]] = {name: {} for name in asked}
    for knob in KNOBS:
        for name, words in asked.items():
            found[name][knob], _ = recorded(root, *words, knob)
    return found


def grouped(tasks: Iterable[str]) -> str:
    """Return tasks in order as text, with consecutive numbers as a range: stack:0-2 mux."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for task in tasks:
        kinds[_kind(task)].append(task.partition(":")[2])
    return " ".join(_ranges(kind, names) for kind, names in kinds.items())


def _ranges(kind: str, names: list[str]) -> str:
    if not all(name.isdigit() for name in names):
        return " ".join(f"{kind}:{name}" if name else kind for name in names)
    rows: list[list[int]] = []
    for number in sorted(map(int, names)):
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    ends = [f"{row[0]}-{row[-1]}" if len(row) > 1 else str(row[0]) for row in rows]
    return f"{kind}:{','.join(ends)}"


def _seen(took: Took, tasks: Tasks) -> Seen:
    ran = [task for task, done in tasks.items() if done["status"] == "rendered"]
    kept = [task for task in tasks if task not in ran and _kind(task) in ("stack", "encode")]
    return Seen(took.cpu / 1000, took.wall / 1000, grouped(ran), grouped(kept))


def _filled(words: Words, piece: Piece) -> Words:
    longer = f"{1.5 * piece.seconds:g}"
    return tuple(word.format(longer=longer, other=piece.other) for word in words)


def _kind(task: str) -> str:
    return task.partition(":")[0]


def _number(task: str) -> int:
    return int(re.sub(r"\D", "", task) or 0)
