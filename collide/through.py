"""Steps rendered in their order by a verb that is not doit's own: with progress, and a record."""

import sys
from collections.abc import Generator, Iterable

from collide.before import refuse_too_large
from collide.build.key import Step
from collide.build.perform import perform
from collide.build.record import Done
from collide.errors import TaskError
from collide.graph.plan import Plan
from collide.predict import predict
from collide.progress import Progress
from collide.report import line
from collide.session import Session


def rendered(session: Session, plan: Plan, steps: Iterable[Step]) -> Generator[Done, None, None]:
    """Bring steps up to date in their order, say what each did, and yield what became of it.

    The record of the run is written when they end, are stopped, or one fails.

    Args:
        plan: what is foretold, and must fit the store.
        steps: of the plan, or made for it.

    Raises:
        InputError: it does not fit.
        TaskError: one failed.
    """
    bench, run = session.bench, session.run
    forecast = predict(bench, plan)
    refuse_too_large(session, forecast)
    bench.lease.take(forecast.reads)
    progress = Progress(sys.stdout, {g.task: g.seconds or 0.0 for g in forecast.of("render")})

    def told(done: Done) -> None:
        run.add(done)
        progress.say(line(done))

    bench.watch, bench.told = progress.seen, told
    try:
        for step in steps:
            progress.begin(step.task)
            try:
                done = perform(bench, step)
            except TaskError as error:
                run.add(Done(step.task, "failed", str(error)))
                raise session.mended(step, error) from None
            finally:
                progress.end(step.task)
            run.add(done)
            if done.status != "kept":
                progress.say(line(done))
            yield done
    except KeyboardInterrupt:
        run.stopped = True
        raise
    finally:
        progress.close()
        run.write(session.house.cache / "runs")
        bench.lease.close()
