"""many pieces of a kind: count=20 is how many there shall be; again makes what is missing

They are projects y-001, y-002 …, each with a seed of its own; seed=100 gives 100, 101, 102 …
"""

from collide.build.record import Run
from collide.desk.said import Said
from collide.errors import InputError
from collide.graph.project import Project
from collide.nights.batch import MOST, Batch
from collide.nights.many import Many

VARIABLES = {
    "count": "how many there shall be",
    "project": "what they are called, and whose clips and knobs they take; else as the preset",
    "preset": "presets, in order: a,b",
}
KNOBS = True
LOOKS = False  # a piece begins with knobs


def run(said: Said) -> int:
    """Write down what is missing, render what is not up to date, and say what became of each."""
    count = _count(said)
    name = said.project or "-".join(said.presets) or "batch"
    batch = Batch(said.house, name, said.presets, said.values())
    others, new = batch.others(), batch.record(count)
    for text in (_named(new, "written down, each with its seed"), _named(others, MADE_OTHERWISE)):
        print(text, end="\n" if text else "")
    pieces = batch.pieces()[:count]
    many = Many(Run(name, said.typed()))
    try:
        for at, piece in enumerate(pieces, start=1):
            many.play(piece, left=len(pieces) - at)
    except KeyboardInterrupt:
        many.run.stopped = True
        raise
    finally:
        code = many.end(said.house.cache / "runs")
    print(many.line())
    return code


MADE_OTHERWISE = "made with other words before; stays as it is"


def _named(pieces: list[Project], what: str) -> str:
    """Return which pieces something is said of, "" for none."""
    if not pieces:
        return ""
    first, last = pieces[0].name, pieces[-1].name
    return f"{first}: {what}" if len(pieces) == 1 else f"{first} to {last} ({len(pieces)}): {what}"


def _count(said: Said) -> int:
    text = said.variables.get("count", "")
    if text.isdecimal() and 1 <= int(text) <= MOST:
        return int(text)
    raise InputError(
        f"count={text} is not possible" if text else "how many shall there be?",
        why=f"count is a whole number from 1 to {MOST}",
        fix=said.line(count="20") if not text else f"say count={min(20, MOST)}",
    )
