"""Steps brought up to date one after another, for verbs that need less than the whole piece."""

import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

from collide.build.key import Step
from collide.build.perform import perform
from collide.build.receipts import Receipts
from collide.build.record import Done
from collide.errors import InputError, TaskError
from collide.graph.plan import Plan
from collide.work.progress import Progress
from collide.work.report import line
from collide.work.session import Session


def brought(
    session: Session, steps: Callable[[Plan], Iterable[Step]], *, keep: bool = True
) -> Plan:
    """Plan the piece, bring some steps up to date, end the session, and return the plan.

    Args:
        steps: those that are wanted, for a plan.
        keep: write which clips were chosen.

    Raises:
        InputError: nothing was begun.
        TaskError: one failed; those before it are kept.
    """
    try:
        plan = session.plan_now(keep=keep)
        make(session, plan, steps(plan))
    except InputError:
        session.bench.lease.close()
        raise
    except KeyboardInterrupt:
        session.run.stopped = True
        session.end()
        raise
    except TaskError:
        session.end()
        raise
    session.end()
    return plan


def aside(session: Session, name: str) -> Session:
    """Return the session with receipts of its own: what a render knows of its tasks stays."""
    session.bench.receipts = Receipts(session.bench.receipts.folder / name)
    return session


def make(session: Session, plan: Plan, more: Iterable[Step], *, quiet: bool = False) -> None:
    """Bring some steps up to date, and before them those of the plan that they wait for.

    What each did stands in the run, and is printed as a render prints it, unless `quiet`.

    Raises:
        TaskError: one failed; those before it are kept.
    """
    steps = [*more]
    session.bench.steps = {**plan.steps, **{step.task: step for step in steps}}
    for _ in each(session, [*waited_for(plan, steps), *steps], quiet):
        pass


def waited_for(plan: Plan, steps: Sequence[Step]) -> list[Step]:
    """Return the steps of a plan that others wait for, in order."""
    asked = {task for step in steps for task in step.needs} & plan.steps.keys()
    needed = asked.union(*map(plan.before, asked)) - {step.task for step in steps}
    return [step for task, step in plan.steps.items() if task in needed]


def each(
    session: Session,
    steps: Iterable[Step],
    quiet: bool = False,
    expected: Mapping[str, float] | None = None,
) -> Generator[Done, None, None]:
    """Bring steps up to date in their order, and yield what became of each.

    Args:
        quiet: nothing is printed of them.
        expected: seconds of those that will render, for the time left.

    Raises:
        TaskError: one failed; those before it are kept.
    """
    progress = Progress(sys.stdout, expected or {})
    session.bench.watch = progress.seen

    def told(done: Done) -> None:
        session.run.add(done)
        progress.end(done.task)
        if done.status != "kept" and not quiet:
            progress.say(line(done))

    session.bench.told = told
    try:
        for step in steps:
            progress.begin(step.task)
            done = _performed(session, step)
            told(done)
            yield done
    except KeyboardInterrupt:
        session.run.stopped = True
        raise
    finally:
        progress.close()


def _performed(session: Session, step: Step) -> Done:
    try:
        return perform(session.bench, step)
    except TaskError as error:
        session.run.add(Done(step.task, "failed", error.what))
        raise session.mended(step, error) from None
