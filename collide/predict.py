"""What a render would do, without doing it: keys bottom-up, as far as inputs are known."""

from collections.abc import Iterator
from typing import NamedTuple

from collide import segments
from collide.build.bench import Bench
from collide.build.key import Job, Step
from collide.build.store import Entry
from collide.graph.plan import Plan

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
    job = bench.ready(step)
    if job is None:
        bench.known[step.task] = None
        return _waiting(bench, step, waits, before)
    if bench.fresh(step):
        return Guess(step.task, "keep", "")
    why, entry = bench.why(step), bench.store.find(job.key(bench.engine_digest))
    bench.known[step.task] = entry or _grown(bench, step, job)
    return Guess(step.task, "restore" if entry else "render", why)


def _waiting(bench: Bench, step: Step, waits: list[str], before: dict[str, str]) -> Guess:
    """Return the guess for a step whose inputs are not known before something else has run."""
    shown, own = waits[0].replace(":", " "), bench.why(step, own=True)
    unsure = all(before[t] == "maybe" or t.partition(":")[0] in ANALYSES for t in waits)
    if unsure and not own:
        return Guess(step.task, "maybe", f"renders only if {shown} changes")
    return Guess(step.task, "render", own or f"{shown} changes")


def _grown(bench: Bench, step: Step, job: Job) -> Entry | None:
    """Return the pieces that a layer will make again just as they are, since it only grows."""
    receipt, says = bench.receipt(step.task), bench.says(step)
    if receipt is None or not job.frames or "frames" not in receipt[1]:
        return None
    entry, said = receipt
    if {name for name in says if says[name] != said.get(name)} != {"frames"}:
        return None
    counts = segments.spans(said["frames"], max(job.frames.values()))
    stays = [
        role
        for (role, count), span in zip(job.frames.items(), counts, strict=False)
        if span.count == count and role in entry.objects
    ]
    return Entry("", {role: entry.objects[role] for role in stays})
