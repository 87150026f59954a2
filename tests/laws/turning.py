"""A piece with its knobs turned: the keys that change, and the reasons that its steps record.

Nothing is rendered or written; see `tests.dry`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from collide.instrument import number
from collide.plan.manifest import CHOICE
from collide.plan.planner import Plan
from collide.plan.post_chain import FILE
from collide.plan.voices import voice_names
from collide.project.layers import CONTENT, HEARD
from collide.project.piece import CHROMA, LOOK, Piece
from collide.run.build_state import BuildState
from collide.store.reasons import Cause, Reason, of
from collide.store.receipts import Receipt, Receipts
from collide.store.step import Step
from tests.dry import Dry, Worked, entry_of
from tests.dry_steps import every_step

FINISHED = ("encode", "loudness")  # kinds of steps whose results people see or hear

# Knobs that a step reads to find the length of a clip or piece, the frame to show, or the cut of a
# layer. A step may make the same result for different values of these knobs.
LENGTHS = {
    "clip", "take", "start", "start_in", "dice", "seed", "speed", "loop_seconds", "duration", "fps",
    "output_size", "at", "from", "for", "random_modes", "random_by", "picture_track",
    "sound_track", "still_move", "loop", "loop_fade", "reverse", "freeze",
}  # fmt: skip


class Remembered(Receipts):
    """Unchanging receipts in memory."""

    def __init__(self, worked: Mapping[str, Worked]) -> None:
        self._worked = worked

    def read(self, task: str) -> Receipt | None:
        """Return the receipt of a task before the turn, or None if the task is new."""
        one = self._worked.get(task)
        return Receipt(one.entry, one.log) if one else None

    def write(self, *_: Any) -> None:
        """Do nothing."""


class Base:
    """A piece before any knob is turned."""

    def __init__(self, dry: Dry, values: Mapping[str, Any]) -> None:
        self.dry, self.values = dry, dict(values)
        self.plan, self.worked = self._walked(self.values, {})

    def turned(self, more: Mapping[str, Any]) -> "Turned":
        """Return the same piece with some knobs turned."""
        return Turned(self, *self._walked({**self.values, **more}, self.worked))

    def _walked(
        self, values: Mapping[str, Any], before: Mapping[str, Worked]
    ) -> tuple[Plan, dict[str, Worked]]:
        plan = self.dry.plan(values)
        state = self.dry.state(plan.piece.settings)
        state.receipts = Remembered(before)
        state.steps = {**plan.steps, **{step.task: step for step in every_step(plan)}}
        return plan, {task: _worked(state, step) for task, step in state.steps.items()}

    @cached_property
    def read(self) -> set[str]:
        """Return `post` and the bare names of all knobs that steps other than the record read."""
        logs = (one.log for task, one in self.worked.items() if task != "record")
        return {"post", *(name.rpartition(".")[2] for log in logs for name in log)}

    def values_of(self, name: str) -> list[Any]:
        """Return a knob's values in the piece and in its layers."""
        whole, layers = self.plan.piece.knobs, self.plan.piece.layers
        return [*(held[name] for held in (whole, *(one.knobs for one in layers)) if name in held)]


def _worked(state: BuildState, step: Step) -> Worked:
    job = state.job(step)
    entry, why = entry_of(state, step, job), state.why(step)
    state.predicted[step.task] = entry
    return Worked(step, job, entry.key, state.log(step), entry, why)


@dataclass(frozen=True)
class Turned:
    """The result of turning knobs of a piece."""

    base: Base
    plan: Plan
    worked: Mapping[str, Worked]

    @property
    def both(self) -> list[str]:
        """Return the tasks that exist both before and after the turn."""
        return [task for task in self.worked if task in self.base.worked]

    @property
    def moved(self) -> list[str]:
        """Return the tasks in `both` whose key changed."""
        return [task for task in self.both if self._moved(task)]

    def _moved(self, task: str) -> bool:
        old, new = self.base.worked.get(task), self.worked.get(task)
        return (old and old.key) != (new and new.key)

    @property
    def finished(self) -> bool:
        """Return whether a finished picture or sound changed."""
        tasks = {*self.base.worked, *self.worked}
        return any(self._moved(t) for t in tasks if t.partition(":")[0] in FINISHED)

    @property
    def recorded(self) -> bool:
        """Return whether the recipe changed."""
        return self.base.plan.piece.recipe != self.plan.piece.recipe

    @cached_property
    def facts(self) -> dict[str, tuple[Any, Any]]:
        """Map the name of each changed fact to its old and new value."""
        old, new = facts(self.base.plan.piece), facts(self.plan.piece)
        return {n: (old.get(n), new.get(n)) for n in {*old, *new} if old.get(n) != new.get(n)}

    def own(self, task: str) -> list[Reason]:
        """Return a step's reasons, except upstream results and origins of knobs."""
        return [r for r in self.worked[task].why if r.cause not in (Cause.UPSTREAM, Cause.ORIGIN)]

    def by_itself(self, task: str) -> bool:
        """Return whether a task's key changes even if its upstream results do not change."""
        one, before = self.worked[task], self.base.worked
        known = {need: before[need].entry for need in one.step.needs if need in before}
        try:
            job = one.step.job(known, {})
        except LookupError:  # before the turn, the piece had fewer layers
            return True
        state = self.base.dry.state(self.plan.piece.settings)
        return state.key_of(job) != before[task].key

    def rewired(self, task: str) -> bool:
        """Return whether a task now depends on different tasks."""
        return self.worked[task].step.needs != self.base.worked[task].step.needs

    def wrong(self) -> Iterator[str]:
        """Yield the faults in the reasons of each step."""
        for task in self.both:
            if not self._moved(task):
                if said := [r for r in self.own(task) if r.cause is not Cause.GONE]:
                    yield f"{task} is unchanged, but says {said}"
                continue
            yield from (f"{task} {text}" for text in self._misnamed(task))
            # The record reads every knob and names knobs if nothing upstream changed.
            named = (Cause.ORIGIN, Cause.UPSTREAM) if task == "record" else ()
            typed = of(self.worked[task].why, *named)
            if not self.rewired(task) and not self.own(task) and not typed and self.by_itself(task):
                yield f"{task} moves by itself, and names only {self.worked[task].why}"

    def _misnamed(self, task: str) -> Iterator[str]:
        for name in (r.name for r in of(self.worked[task].why, Cause.UPSTREAM)):
            if not self._moved(name) and not self.rewired(task):
                yield f"names {name}, which is unchanged"
        for reason in self.own(task):
            if reason.cause is Cause.REWRITTEN:
                yield "says only that its command changed"
            # A run of effects reads only its own part of the chain.
            elif reason.name == "post" and task != "record" and "post" in self.facts:
                continue
            elif self.facts.get(reason.log_name) != (reason.old, reason.new):
                yield f"names {reason}, and what was turned is {self.facts}"

    def idle(self) -> Iterator[tuple[str, str]]:
        """Yield each task, with a knob that its reasons name but that does not affect it."""
        for task in self.moved:
            own = {r.name.rpartition(".")[2] for r in self.own(task)} - LENGTHS
            if own and not self.rewired(task) and not self.by_itself(task):
                yield from ((task, name) for name in own)


def facts(piece: Piece) -> dict[str, Any]:
    """Map each name in a step's log to the value that the step may read under it."""
    held: dict[str, Any] = {
        "at": piece.seconds_of(piece.frames // 2),
        "from": number(piece.seconds_of(3)),
        "for": number(piece.seconds_of(piece.frames - 5)),
        LOOK: piece.look,
        CHROMA: piece.chroma,
        HEARD: ",".join(voice_names(piece)),
        **piece.knobs,
    }
    held |= {f"{CHOICE}bed{at}": piece.knobs[f"bed{at}"] for at in (1, 2, 3)}
    for layer in piece.layers:
        held |= {f"layer{layer.number}.{name}": value for name, value in layer.knobs.items()}
        held[f"{CHOICE}layer{layer.number}.clip"] = layer.knobs["clip"]
        held[f"layer{layer.number}.clip"] = layer.pick.digest
        held[f"layer {layer.number}"] = layer.pick.name
        held |= {CONTENT: layer.model.digest[:8]} if layer.model else {}
    held |= {f"bed{bed.pick.layer}": bed.pick.digest for bed in piece.beds}
    return held | {f"{FILE}{knob}": lent.digest for knob, lent in piece.files.items()}
