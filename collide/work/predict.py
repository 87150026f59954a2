"""What a render would do, without doing it: keys bottom-up, as far as inputs are known; and what
it would cost, by what such tasks took before.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from collide import segments
from collide.build.bench import Bench
from collide.build.entry import Entry, Made
from collide.build.key import Input, Job, Step
from collide.graph.plan import Plan

ANALYSES = ("keyframe", "color", "hear")  # their answer may well be the one before
ALPHAS = ("presence",)  # they read the alpha of layers only, which often stays as it was
EVICTED = "it was evicted"
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
    """Return a guess for every task. Nothing is started and nothing written.

    What waits for a task that surely renders is said to render as well, unless it hangs on an
    analysis or on the look as a whole. Where that task makes what was made before by other
    means (a brightness of 0.001 more), it stays; nobody can know that without rendering.
    """
    known = dict(bench.known)
    guesses: dict[str, Guess] = {}
    for step in plan.steps.values():
        guesses[step.task] = _guess(bench, step, guesses)
    reads: set[str] = set()
    for step in reversed(plan.steps.values()):  # whoever reads it comes before it
        if step.opens and guesses[step.task].verdict in ("render", "maybe"):
            for source in _inputs(bench, step):
                reads.add(source.digest)
                _evicted(bench, plan.steps[source.task or ""], source, step, guesses)
    bench.known = known
    return Forecast(plan, guesses, reads)


def _inputs(bench: Bench, step: Step) -> list[Input]:
    """Return what a step will read of the objects that are known now."""
    try:
        inputs = step.job(_Supposed(bench.results())).inputs.values()
        return [source for source in inputs if source.task and source.digest]
    except LookupError:  # it hangs on facts that are not known: any object may be read
        results = bench.results()
        every = [(task, results[task].objects) for task in step.needs if task in results]
        return [Input(m.digest, m.size, task) for task, made in every for m in made.values()]


def _evicted(
    bench: Bench, step: Step, source: Input, reader: Step, guesses: dict[str, Guess]
) -> None:
    """Let a step be made again where an object of it is gone that a later one reads."""
    verdict, guess = guesses[reader.task].verdict, guesses[step.task]
    sure = guess.why.startswith(EVICTED) and verdict == "render"
    stays = guess.verdict in ("keep", "restore") or sure
    if stays and not bench.store.holds(Made(source.digest, source.size)):
        why = f"{EVICTED}, and {reader.task.replace(':', ' ')} reads it"
        guesses[step.task] = Guess(step.task, verdict, why, *price(bench, step))


def _guess(bench: Bench, step: Step, before: Mapping[str, Guess]) -> Guess:
    waits = [task for task in step.needs if before[task].verdict in ("render", "maybe")]
    job = bench.ready(step)
    if job is None:
        bench.known[step.task] = None
        return _waiting(bench, step, waits, before)
    if bench.fresh(step):
        return Guess(step.task, "keep", "")
    why, entry = bench.why(step), bench.find(bench.key(step))
    bench.known[step.task] = entry or _same(bench, step) or _grown(bench, step, job)
    if entry and (bench.delivered(step, entry) or bench.store.complete(entry)):
        return Guess(step.task, "restore", why)
    return Guess(step.task, "render", why, *price(bench, step))


def _waiting(bench: Bench, step: Step, waits: list[str], before: Mapping[str, Guess]) -> Guess:
    """Return the guess for a step whose inputs are not known before something else has run."""
    shown, own = waits[0].replace(":", " "), bench.why(step, own=True)
    answers = all(before[t].verdict == "maybe" or t.partition(":")[0] in ANALYSES for t in waits)
    # the look holds all that the video hangs on: while it is the same, so is what comes out
    same_look = "look" in step.says and step.opens
    unsure = answers or same_look or step.kind in ALPHAS
    cost = price(bench, step)
    if own.startswith("look ") and "," not in own:  # its name moves with whatever moved before
        return Guess(step.task, "render", f"{shown} changes", *cost)
    if unsure and not own:
        return Guess(step.task, "maybe", f"renders only if {shown} changes", *cost)
    return Guess(step.task, "render", own or f"{shown} changes", *cost)


class _Supposed(Mapping[str, Entry]):
    """Results in which what is not known yet is taken for something, of which nothing is known."""

    def __init__(self, results: Mapping[str, Entry]) -> None:
        self._results = results

    def __getitem__(self, task: str) -> Entry:
        entry = self._results[task] if task in self._results else Entry("")
        return replace(entry, objects=_Anything(entry.objects))

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)


class _Anything(dict[str, Made]):
    def __missing__(self, role: str) -> Made:
        return Made("", 0)


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


def _same(bench: Bench, step: Step) -> Entry | None:
    """Return what a step will make again just as it is: its key is that of its receipt."""
    receipt = bench.receipt(step.task)
    return receipt[0] if receipt and receipt[0].key == bench.key(step) else None


def _grown(bench: Bench, step: Step, job: Job) -> Entry | None:
    """Return the pieces that a layer will make again just as they are, since it only grows."""
    receipt, says = bench.receipt(step.task), bench.says(step)
    if receipt is None or not {"frames", "fps"} <= receipt[1].keys():
        return None  # it is no layer
    entry, said = receipt
    if {name for name in says if says[name] != said.get(name)} != {"frames"}:
        return None
    counts = segments.spans(said["frames"], segments.length(said["fps"]))
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
