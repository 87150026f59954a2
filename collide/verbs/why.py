"""which ingredient of each task moved since it last ran, old and new value"""

from collide.cli.request import Request
from collide.cli.summary import unplanned_message
from collide.cli.variables import PIECE
from collide.run.forecast import SEGMENTED, folded, predict
from collide.store.reasons import Cause, of, sentence

# What needs no line of its own where everything moved.
FOLLOWS = (Cause.WAITS, Cause.HANGS, Cause.LOOK)

VARIABLES = PIECE
KNOBS = True


def run(request: Request) -> int:
    """Print one line for each task that is not as it was."""
    session = request.open()
    plan = session.plan_known()
    if plan is None:
        print(unplanned_message(session))
        return 0
    moved = predict(session.state, plan).of("render", "restore", "maybe")
    engine = next((found for guess in moved if (found := of(guess.why, Cause.ENGINE))), ())
    if engine:
        print(f"everything: {sentence(engine)}")
    for guess in folded(moved):
        rest = [reason for reason in guess.why if reason.cause is not Cause.ENGINE]
        if rest and not (engine and all(reason.cause in FOLLOWS for reason in rest)):
            print(f"{_name(guess.task)}: {sentence(rest, guess.task)}")
    if not moved:
        print("nothing moved: a render would do nothing")
    return 0


def _name(task: str) -> str:
    """Return a task as an artist calls it: layer 2; all segments of the stack are the stack."""
    kind, _, number = task.partition(":")
    return kind if "-" in number or kind in SEGMENTED else f"{kind} {number}".strip()
