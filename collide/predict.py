"""What a render would do, without doing it: keys bottom-up, as far as inputs are known; and what
it would cost, by what such tasks took before.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from collide import segments
from collide.build.bench import Bench
from collide.build.key import Job, Step
from collide.build.store import Entry
from collide.graph.plan import Plan

ANALYSES = ("keyframe", "color", "hear")  # their answer may well be the one before
SEGMENTED = ("matte", "stack", "post", "encode")


class Guess(NamedTuple):
    """What would become of a task: keep, restore, render, or maybe (that hangs on an analysis)."""

    task: str
    verdict: str
    why: str
    seconds: float | None = 0.0  # None: no such task was rendered here yet
    bytes: int = 0


@dataclass(frozen=True)
class Forecast:
    """What a render would do with every task, in order."""

    plan: Plan
    guesses: Mapping[str, Guess]
    reads: set[str]  # digests of the known objects that whatever renders, or may, will read

    def of(self, *verdicts: str) -> list[Guess]:
        """Return the guesses of these verdicts."""
        return [guess for guess in self.guesses.values() if guess.verdict in verdicts]

    @property
    def seconds(self) -> float:
        """Return how long all that surely renders takes, one after another, as far as is known."""
        return sum(guess.seconds or 0.0 for guess in self.of("render"))

    @property
    def bytes(self) -> int:
        """Return what is added to the store by all that surely renders."""
        return sum(guess.bytes for guess in self.of("render"))

    def critical(self) -> tuple[list[str], float]:
        """Return the tasks that must wait for each other longest, and how long that takes."""
        best: dict[str, tuple[float, str]] = {}  # task -> seconds until it ends, the one before
        for guess in self.of("render"):
            before = [t for t in self.plan.steps[guess.task].needs if t in best]
            last = max(before, key=lambda task: best[task][0], default="")
            best[guess.task] = ((best[last][0] if last else 0.0) + (guess.seconds or 0.0), last)
        task = max(best, key=lambda task: best[task][0], default="")
        total = best[task][0] if task else 0.0
        path: list[str] = []
        while task:
            path.insert(0, task)
            task = best[task][1]
        return path, total


def predict(bench: Bench, plan: Plan) -> Forecast:
    """Return a guess for every task. Nothing is started and nothing written."""
    known = dict(bench.known)
    guesses: dict[str, Guess] = {}
    for step in plan.steps.values():
        guesses[step.task] = _guess(bench, step, guesses)
    reads: set[str] = set()
    for step in reversed(plan.steps.values()):
        guess = guesses[step.task]
        if step.opens and guess.verdict in ("render", "maybe"):
            for need in map(plan.steps.__getitem__, step.needs):
                reads |= _read(bench, need, guess, guesses)
    bench.known = known
    return Forecast(plan, guesses, reads)


def _read(bench: Bench, step: Step, reader: Guess, guesses: dict[str, Guess]) -> set[str]:
    """Return the objects of a step that a later one reads; where one is gone, it is made again."""
    entry = bench.results().get(step.task)
    made = entry.objects.values() if entry else ()
    if guesses[step.task].verdict in ("keep", "restore") and not all(map(bench.store.holds, made)):
        why = f"it was evicted, and {reader.task.replace(':', ' ')} reads it"
        guesses[step.task] = Guess(step.task, reader.verdict, why, *price(bench, step))
    return {one.digest for one in made}


def _guess(bench: Bench, step: Step, before: Mapping[str, Guess]) -> Guess:
    waits = [task for task in step.needs if before[task].verdict in ("render", "maybe")]
    job = bench.ready(step)
    if job is None:
        bench.known[step.task] = None
        return _waiting(bench, step, waits, before)
    if bench.fresh(step):
        return Guess(step.task, "keep", "")
    why, entry = bench.why(step), bench.store.find(job.key(bench.engine_digest))
    bench.known[step.task] = entry or _grown(bench, step, job)
    if entry and (bench.delivered(step, entry) or bench.store.complete(entry)):
        return Guess(step.task, "restore", why)
    return Guess(step.task, "render", why, *price(bench, step))


def _waiting(bench: Bench, step: Step, waits: list[str], before: Mapping[str, Guess]) -> Guess:
    """Return the guess for a step whose inputs are not known before something else has run."""
    shown, own = waits[0].replace(":", " "), bench.why(step, own=True)
    unsure = all(before[t].verdict == "maybe" or t.partition(":")[0] in ANALYSES for t in waits)
    cost = price(bench, step)
    if own.startswith("look ") and "," not in own:  # its name moves with whatever moved before
        return Guess(step.task, "render", f"{shown} changes", *cost)
    if unsure and not own:
        return Guess(step.task, "maybe", f"renders only if {shown} changes", *cost)
    return Guess(step.task, "render", own or f"{shown} changes", *cost)


def price(bench: Bench, step: Step) -> tuple[float | None, int]:
    """Return the seconds and bytes a step will take: as it did last time, or as its kind did."""
    receipt = bench.receipt(step.task)
    rate = bench.index.rate(step.kind)
    if receipt and receipt[0].amount and receipt[0].seconds:
        entry = receipt[0]
        rate = (entry.seconds / entry.amount, entry.size / entry.amount)
    if rate is None:
        return None, step.bytes
    return rate[0] * step.amount, step.bytes or round(rate[1] * step.amount)


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


def folded(guesses: Iterable[Guess]) -> Iterator[Guess]:
    """Yield guesses with the segments of one kind, that become the same for one reason, as one."""
    groups: dict[tuple[str, ...], list[Guess]] = {}
    for guess in guesses:
        kind, _, number = guess.task.partition(":")
        alone = "" if kind in SEGMENTED else number
        run = re.sub(r"^\d+", "", number) if kind == "post" else ""  # there may be several
        groups.setdefault((kind, alone, run, guess.verdict, spoken(guess.why)), []).append(guess)
    for (kind, alone, _, verdict, why), group in groups.items():
        numbers = [guess.task.partition(":")[2] for guess in group]
        if len(group) == 1 or alone:
            yield group[0]
            continue
        seconds = [guess.seconds for guess in group]
        total = None if None in seconds else sum(second or 0.0 for second in seconds)
        name = f"{kind}:{numbers[0]}-{numbers[-1]}"
        yield Guess(name, verdict, why, total, sum(guess.bytes for guess in group))


def spoken(why: str) -> str:
    """Return a reason with the segments of one kind said once: "stack 0 changed" is one of many."""
    short = re.sub(rf"\b({'|'.join(SEGMENTED)}) [\d.-]+\b ?", r"\1 ", why)
    return ", ".join(dict.fromkeys(short.split(", ")))
