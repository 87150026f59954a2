"""show why each task would run: what changed since it last ran, with the old and new values"""

from collections import Counter

from collide.cli.outlook import clips_foreseen, unplanned_message
from collide.cli.plain_json import AS_JSON, guesses, notes_of, print_json
from collide.cli.request import Request
from collide.run.forecast import SEGMENTED, folded, predict
from collide.store.reasons import Cause, of, sentence
from collide.syntax.variables import PIECE
from collide.syntax.verb import Verb

# Causes that are not printed if the engine changed, because they follow from it.
FOLLOWS = (Cause.WAITS, Cause.HANGS, Cause.LOOK)

VERB = Verb(
    examples=("{project}",),
    variables={**PIECE, "json": AS_JSON},
    knobs=True,
    read_only=True,
)


def run(request: Request) -> int:
    """Print why each task would run, with one line for segments that share a reason.

    If the engine changed, print only tasks that have another cause as well.
    """
    session = request.open(say=(say := notes_of(request.value("json"))))
    plan, plain = session.plan_known(), request.value("json")
    clips_foreseen(session, plan, say)
    if plan is None:
        header = {"project": session.project.name, "planned": False}
        why = unplanned_message(session)
        return print_json({**header, "why": why}) if plain else print(why) or 0
    moved = predict(session.state, plan).of("render", "restore", "maybe")
    if plain:
        named = {"project": session.project.name, "planned": True}
        return print_json({**named, "tasks": guesses(moved)})
    engine = next((reasons for guess in moved if (reasons := of(guess.why, Cause.ENGINE))), ())
    if engine:
        print(f"everything: {sentence(engine)}")
    lines = list(folded(moved))
    counts = Counter(_name(guess.task) for guess in lines)
    for guess in lines:
        rest = [reason for reason in guess.why if reason.cause is not Cause.ENGINE]
        if rest and not (engine and all(reason.cause in FOLLOWS for reason in rest)):
            name = _name(guess.task)
            part = guess.task.partition(":")[2] if counts[name] > 1 else ""
            print(f"{name}{f', segment {part}' if part else ''}: {sentence(rest, guess.task)}")
    if not moved:
        print("nothing changed: a render would do nothing")
    return 0


def _name(task: str) -> str:
    """Return a task's name for display: `layer 2`, or the kind alone for a segment."""
    kind, _, number = task.partition(":")
    return kind if "-" in number or kind in SEGMENTED else f"{kind} {number}".strip()
