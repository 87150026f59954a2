"""Solving: finding the thresholds of a piece once, from a few moments of its clips."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from collide.base.errors import DiskError, TaskError
from collide.base.media import plainly
from collide.base.words import several
from collide.plan.balance_steps import SOLVING, TASK, balance_steps
from collide.plan.planner import Plan
from collide.project.selection import Selection
from collide.project.thresholds import Threshold
from collide.run.forecast import Forecast, predict
from collide.run.perform import perform
from collide.run.progress import Line
from collide.run.runner import Runner, waited_for
from collide.run.schedule import Scheduler, run_steps
from collide.store.entry import Entry
from collide.store.step import Step

Solution = Mapping[str, float]  # a threshold for each layer number


def solving_plan(plan: Plan, free: Sequence[Threshold]) -> Plan:
    """Return a plan with only the steps that solve the free thresholds, and the steps before them.

    `plan` is the plan of the piece with the thresholds as drawn.
    """
    ranges = {one.layer: (one.low, one.high) for one in free}
    steps = [*balance_steps(plan.piece, ranges)]
    every = [*waited_for(plan, steps), *steps]
    return replace(plan, steps={step.task: step for step in every})


def solve(
    plan: Plan, runner: Runner, scheduler: Callable[[Forecast], Scheduler]
) -> tuple[Solution, str]:
    """Solve a plan's thresholds.

    Return the thresholds and "". If solving fails, return {} and the reason. Steps that are part of
    a render too (keyframes, colors) are recorded as tasks. Steps that only solve thresholds appear
    only in the log of commands.
    """
    state, line = runner.state, Line(sys.stdout)
    state.steps, left = plan.steps, len(plan.steps)

    def run(step: Step) -> None:
        nonlocal left
        line.say(f"balancing the layers' thresholds: {several(left, 'step')} left")
        if step.kind in SOLVING:
            perform(state, step)
        else:
            runner.run(step, trial=True)
        left -= 1

    try:
        run_steps(plan.steps.values(), run, scheduler(predict(state, plan)))
    except DiskError:
        raise
    except TaskError as error:
        return {}, plainly(error.why)
    finally:
        line.close()
    return found_before(state.results()), ""


def found_before(entries: Mapping[str, Entry]) -> Solution:
    """Return the thresholds in the entries of a solving plan, or {} if it never ran."""
    values: Solution = entries[TASK].facts["thresholds"] if TASK in entries else {}
    return values


def hold(selection: Selection, free: Sequence[Threshold], values: Solution) -> str:
    """Store solved thresholds in a selection; return a line that reports them."""
    for one in free:
        selection.solved.append({**one.question, one.knob: values[str(one.layer)]})
    values_text = ", ".join(f"{one.name}={values[str(one.layer)]:g}" for one in free)
    return f"balanced so that each layer is visible: {values_text}"
