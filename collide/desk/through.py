"""Steps that must fit the store, rendered by a verb that is not doit's own, as a render does it."""

from collections.abc import Generator, Iterable

from collide.build.key import Step
from collide.build.record import Done
from collide.desk.before import refuse_too_large
from collide.graph.plan import Plan
from collide.work.making import each
from collide.work.predict import predict
from collide.work.session import Session


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
    forecast = predict(session.bench, plan)
    refuse_too_large(session, forecast)
    session.bench.lease.take(forecast.reads)
    expected = {guess.task: guess.seconds or 0.0 for guess in forecast.of("render")}
    try:
        yield from each(session, steps, expected=expected)
    finally:
        session.end()
