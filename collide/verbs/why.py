"""which ingredient of each task moved since it last ran, old and new value"""

import re

from collide.build.bench import ENGINE
from collide.desk.said import Said
from collide.desk.summary import made_of
from collide.desk.variables import PIECE
from collide.work.predict import SEGMENTED, folded, predict

# What needs no line of its own where everything moved.
FOLLOWS = r".* changes|look \S+ → \S+"

VARIABLES = PIECE
KNOBS = True


def run(said: Said) -> int:
    """Print one line for each task that is not as it was."""
    session = said.open()
    plan = session.plan_known()
    if plan is None:
        print(made_of(session))
        return 0
    moved = predict(session.bench, plan).of("render", "restore", "maybe")
    engine = next((guess.why for guess in moved if guess.why.startswith(ENGINE)), "")
    if engine:
        print(f"everything: {', '.join(engine.split(', ')[:2])}")
    for guess in folded(moved):
        why = ", ".join(guess.why.split(", ")[2:]) if guess.why.startswith(ENGINE) else guess.why
        if why and not (engine and re.fullmatch(FOLLOWS, why)):
            print(f"{_name(guess.task)}: {why}")
    if not moved:
        print("nothing moved: a render would do nothing")
    return 0


def _name(task: str) -> str:
    """Return a task as an artist calls it: layer 2; all segments of the stack are the stack."""
    kind, _, number = task.partition(":")
    return kind if "-" in number or kind in SEGMENTED else f"{kind} {number}".strip()
