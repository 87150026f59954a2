"""What a render would do, without doing it: keys bottom-up, as far as inputs are known."""

from collections.abc import Iterator
from typing import NamedTuple

from collide.bench import Bench
from collide.key import Step
from collide.plan import Plan

ANALYSES = ("keyframe", "color")  # their answer may well be the one before


class Guess(NamedTuple):
    """What would become of a task: keep, restore, render, or maybe (that hangs on an analysis)."""

    task: str
    verdict: str
    why: str


def predict(bench: Bench, plan: Plan) -> Iterator[Guess]:
    """Yield a guess for every task, in order. Nothing is started and nothing written."""
    guesses: dict[str, str] = {}
    for step in plan.steps.values():
        guess = _guess(bench, step, guesses)
        guesses[step.task] = guess.verdict
        yield guess


def _guess(bench: Bench, step: Step, before: dict[str, str]) -> Guess:
    waits = [task for task in step.needs if before[task] in ("render", "maybe")]
    if waits:
        bench.known[step.task] = None
        unsure = all(
            before[task] == "maybe" or task.partition(":")[0] in ANALYSES for task in waits
        )
        shown = waits[0].replace(":", " ")
        own = bench.why(step, own=True)
        if unsure and not own:
            return Guess(step.task, "maybe", f"renders only if {shown} changes")
        return Guess(step.task, "render", own or f"{shown} changes")
    if bench.fresh(step):
        return Guess(step.task, "keep", "")
    why = bench.why(step)
    job = bench.ready(step)
    entry = bench.store.find(job.key(bench.engine_digest)) if job else None
    if entry is None:
        bench.known[step.task] = None
        return Guess(step.task, "render", why)
    bench.known[step.task] = entry
    return Guess(step.task, "restore", why)
