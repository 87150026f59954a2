"""A forecast of a render: which steps would run, and what they would cost.

Steps are judged by their keys, in the order of the plan, as far as their inputs are known. Costs
come from earlier runs of a task or of tasks of the same kind.
"""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import fmean as mean
from typing import NamedTuple

from collide.base import segments
from collide.plan.layer_steps import FRAMES
from collide.plan.planner import Plan
from collide.run.build_state import BuildState
from collide.store.entry import Entry, ObjectRef
from collide.store.reasons import LOOK, LOST, Cause, Reason, of, own, sentence
from collide.store.step import Input, Job, Step

ANALYSES = ("levels", "keyframe", "color", "hear")  # kinds whose answer often does not change
ALPHAS = ("presence",)  # kinds that read only the alpha of layers, which often does not change
SEGMENTED = ("matte", "stack", "post", "encode")
UNKNOWN = 1.0  # seconds assumed for a kind that was never rendered here; they only order tasks


class Guess(NamedTuple):
    """The forecast of a task: keep, restore, render, or maybe (an earlier step decides)."""

    task: str
    verdict: str
    why: tuple[Reason, ...] = ()
    seconds: float | None = 0.0  # None: such a task was never rendered here
    bytes: int = 0


@dataclass(frozen=True)
class Forecast:
    """The forecast of a render: a guess for every task, in order."""

    plan: Plan
    guesses: Mapping[str, Guess]
    reads: set[str]  # digests of known objects that a render will or may read

    def of(self, *verdicts: str) -> list[Guess]:
        """Return the guesses with these verdicts."""
        return [guess for guess in self.guesses.values() if guess.verdict in verdicts]

    @property
    def seconds(self) -> float:
        """Return the total known duration of tasks that are certain to be rendered, in seconds.

        Other tasks may have been running when these times were measured.
        """
        return sum(self.expected.values())

    @property
    def expected(self) -> dict[str, float]:
        """Map each task that is certain to be rendered to its render time, or to 0 if unknown."""
        return {guess.task: guess.seconds or 0.0 for guess in self.of("render")}

    @property
    def bytes(self) -> int:
        """Return how many bytes, as far as known, will certainly be added to the store."""
        return sum(guess.bytes for guess in self.of("render"))

    @property
    def asks(self) -> set[str]:
        """Return the instruments that will or may run in the worker."""
        some = self.of("render", "maybe")
        return {play for guess in some for play in self.plan.steps[guess.task].asks}

    def chains(self) -> dict[str, float]:
        """Map each task to the duration of the longest chain from it, in the order of the plan.

        Segments of one kind are assumed to take the same time, so the first segment starts first.
        """
        took = {
            guess.task: UNKNOWN if guess.seconds is None else guess.seconds
            for guess in self.of("render", "maybe")
        }
        kinds = defaultdict(list)
        for task, seconds in took.items():
            kinds[self.plan.steps[task].kind].append(seconds)
        chains = dict.fromkeys(self.plan.steps, 0.0)
        for task, step in reversed(self.plan.steps.items()):
            pooled = task in took and step.kind in SEGMENTED
            chains[task] += mean(kinds[step.kind]) if pooled else took.get(task, 0.0)
            for need in chains.keys() & step.needs:
                chains[need] = max(chains[need], chains[task])
        return chains

    def wall(self, workers: int) -> float:
        """Return the wall time of tasks that are certain to be rendered, `workers` at a time."""
        chains, expected = self.chains(), self.expected
        free, ends = [0.0] * workers, dict[str, float]()
        for task in sorted(chains, key=lambda task: -chains[task]):  # dependencies first
            ready = max((ends.get(need, 0.0) for need in self.plan.steps[task].needs), default=0.0)
            took = expected.get(task, 0.0)
            ends[task] = max(heapq.heappop(free), ready) + took if took else ready
            if took:
                heapq.heappush(free, ends[task])
        return max(free)

    def critical(self) -> tuple[list[str], float]:
        """Return the critical path of tasks that are certain to be rendered, and its duration."""
        best: dict[str, tuple[float, str]] = {}  # task -> seconds until its end, and predecessor
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


def predict(state: BuildState, plan: Plan) -> Forecast:
    """Return a guess for every task, without running anything.

    A task is expected to be rendered if it follows a task that is certain to be rendered, unless it
    depends only on analyses, on the alpha of layers, or on the look as a whole. If the earlier task
    happens to produce the same bytes (say, because a brightness changed by 0.001), the later task
    is kept, but only rendering can show that.
    """
    before = dict(state.predicted)
    guesses: dict[str, Guess] = {}
    for step in plan.steps.values():
        guesses[step.task] = _guess(state, step, guesses)
    reads: set[str] = set()
    for step in reversed(plan.steps.values()):  # readers before the steps that they read
        if step.opens and guesses[step.task].verdict in ("render", "maybe"):
            for source in _inputs(state, step):
                reads.add(source.digest)
                _evicted(state, plan.steps[source.task or ""], source, step, guesses)
    state.predicted = before
    return Forecast(plan, guesses, reads)


def _inputs(state: BuildState, step: Step) -> list[Input]:
    """Return the known objects that a step will read."""
    results = {task: entry for task in step.needs if (entry := state.results().get(task))}
    supposed = {task: _supposed(results.get(task, Entry(""))) for task in step.needs}
    try:
        inputs = step.job(supposed, {}).inputs.values()
        return [source for source in inputs if source.task and source.digest]
    except LookupError:  # the job depends on unknown facts, so any object may be read
        every = ((task, ref) for task, entry in results.items() for ref in entry.objects.values())
        return [Input(ref.digest, ref.size, task) for task, ref in every]


def _supposed(entry: Entry) -> Entry:
    """Return a copy of an entry with an unknown object for every role that it lacks."""
    return replace(entry, objects=defaultdict(lambda: ObjectRef("", 0), entry.objects))


def _evicted(
    state: BuildState, step: Step, source: Input, reader: Step, guesses: dict[str, Guess]
) -> None:
    """Update a step's guess if the store lacks one of its objects, which `reader` needs."""
    verdict, guess = guesses[reader.task].verdict, guesses[step.task]
    sure = bool(of(guess.why, *LOST)) and verdict == "render"
    stays = guess.verdict in ("keep", "restore") or sure
    if stays and not state.store.holds(ObjectRef(source.digest, source.size)):
        entry = state.results().get(step.task)
        comes, why = _comes(state, step, source.role, entry) if entry else (False, ())
        if comes:
            guesses[step.task] = Guess(step.task, "restore", why)
            return
        why = tuple(replace(reason, name=reader.task) for reason in why)
        why = why or (Reason(state.index.lost(source.digest), reader.task),)
        guesses[step.task] = Guess(step.task, verdict, why, *_cost(state, step))


def _comes(
    state: BuildState, step: Step, role: str, entry: Entry
) -> tuple[bool, tuple[Reason, ...]]:
    """Return whether an object would be fetched from another machine, and the reason if known."""
    if role not in entry.objects:
        return False, ()
    seconds = state.making_seconds(step, entry)
    comes, dear = state.outside.brings(entry, role, seconds)
    if dear is not None:
        return False, (Reason(Cause.DEARER, "", f"{seconds:.1f} s", f"{dear:.1f} s"),)
    return comes, (Reason(Cause.SHARED),) if comes else ()


def _guess(state: BuildState, step: Step, before: Mapping[str, Guess]) -> Guess:
    waits = [task for task in step.needs if before[task].verdict in ("render", "maybe")]
    job = state.ready(step)
    if job is None:
        state.predicted[step.task] = None
        return _waiting(state, step, waits, before)
    if state.fresh(step):
        return Guess(step.task, "keep")
    why, entry = state.why(step), state.find(state.key(step))
    if entry is None and (entry := state.outside.find(step, job, state.key(step))):
        why = (Reason(Cause.SHARED),)
    state.predicted[step.task] = entry or _same(state, step, job)
    if entry and (state.delivered(step, entry) or state.store.complete(entry)):
        return Guess(step.task, "restore", why)
    if entry and all(_comes(state, step, role, entry)[0] for role in step.deliver):
        return Guess(step.task, "restore", (Reason(Cause.SHARED),))
    return Guess(step.task, "render", why, *_cost(state, step))


def _waiting(state: BuildState, step: Step, waits: list[str], before: Mapping[str, Guess]) -> Guess:
    """Return the guess for a step whose inputs are unknown until another step runs."""
    moved = own(state.why(step, own_only=True))
    if of(moved, Cause.LOOK) and len(moved) == 1:  # the look changes with any earlier step
        moved = ()
        same_look = False
    else:
        # the look determines the video, so an unchanged look means an unchanged video
        same_look = LOOK in state.log(step) and step.opens
    answers = all(before[t].verdict == "maybe" or t.partition(":")[0] in ANALYSES for t in waits)
    unsure = answers or same_look or step.kind in ALPHAS
    cost = _cost(state, step)
    if unsure and not moved:
        return Guess(step.task, "maybe", (Reason(Cause.HANGS, waits[0]),), *cost)
    return Guess(step.task, "render", moved or (Reason(Cause.WAITS, waits[0]),), *cost)


def _cost(state: BuildState, step: Step) -> tuple[float | None, int]:
    """Return a step's seconds (None if unknown) and bytes, estimated from its last run or kind."""
    receipt = state.receipt(step.task)
    rate = state.index.rate(step.kind)
    if receipt and receipt.entry.amount and receipt.entry.seconds:
        entry = receipt.entry
        rate = (entry.seconds / entry.amount, entry.size / entry.amount)
    if rate is None:
        return None, step.bytes
    return rate[0] * step.amount, step.bytes or round(rate[1] * step.amount)


def _same(state: BuildState, step: Step, job: Job) -> Entry | None:
    """Return an entry with the objects that a step keeps (all, or parts of a layer), or None."""
    receipt = state.receipt(step.task)
    if receipt and receipt.entry.key == state.key(step):
        return receipt.entry
    if receipt is None or FRAMES not in receipt.log or "fps" not in receipt.log:
        return None  # the step does not render a layer
    entry, log, _ = receipt
    grows = ("duration", f"layer{step.task.partition(':')[2]}.loop_seconds")
    if any(reason.name not in grows for reason in own(state.why(step, own_only=True))):
        return None
    spans = enumerate(segments.spans(log[FRAMES], segments.length(log["fps"])))
    before = {f"-{index:03d}.nut": span.count for index, span in spans}
    stays = [role for role, count in job.frames.items() if before.get(role[-8:]) == count]
    return Entry("", {role: entry.objects[role] for role in stays if role in entry.objects})


def folded(guesses: Iterable[Guess]) -> Iterator[Guess]:
    """Yield guesses, with segments of the same kind, verdict and reason merged."""
    groups: dict[tuple[object, ...], list[Guess]] = {}
    for guess in guesses:
        kind, _, number = guess.task.partition(":")
        alone = "" if kind in SEGMENTED else number
        run = re.sub(r"^\d+", "", number) if kind == "post" else ""  # tells the runs of post apart
        why = sentence(spoken(guess.why), guess.task)
        groups.setdefault((kind, alone, run, guess.verdict, why), []).append(guess)
    for group in groups.values():
        first, kind = group[0], group[0].task.partition(":")[0]
        numbers = [guess.task.partition(":")[2] for guess in group]
        if len(group) == 1 or kind not in SEGMENTED:
            yield first
            continue
        seconds = [guess.seconds for guess in group]
        total = None if None in seconds else sum(second or 0.0 for second in seconds)
        name = f"{kind}:{numbers[0]}-{numbers[-1]}"
        yield Guess(name, first.verdict, spoken(first.why), total, sum(g.bytes for g in group))


def spoken(why: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the reasons, with segments reduced to their kinds and repetitions removed."""
    tasks = (Cause.UPSTREAM, *LOST, Cause.DEARER, Cause.WAITS, Cause.HANGS)
    named = [
        replace(reason, name=_kind(reason.name), old=None, new=None)
        if reason.cause in tasks
        else reason
        for reason in why
    ]
    return tuple(reason for at, reason in enumerate(named) if reason not in named[:at])


def _kind(task: str) -> str:
    kind, _, number = task.partition(":")
    if kind not in SEGMENTED:
        return task
    rest = re.sub(r"^[\d.]+", "", number)  # post:0.analog is a segment of analog
    return f"{kind}:{rest}" if rest else kind
