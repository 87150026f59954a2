"""The space that a render takes in the cache: checked before it begins, then held for it."""

from collide.base.errors import InputError
from collide.run.forecast import Forecast
from collide.run.session import Session
from collide.store.eviction import ELSEWHERE, gb, limit
from collide.store.leases import needed, pins


def fitted(session: Session, forecast: Forecast) -> dict[str, float]:
    """Hold what a render reads in the store; return the seconds of each task that will render.

    Raises:
        InputError: its bytes would not fit, whatever else is evicted.
    """
    _refuse_too_large(session, forecast)
    session.state.lease.take(forecast.reads)
    return {guess.task: guess.seconds or 0.0 for guess in forecast.of("render")}


def _refuse_too_large(session: Session, forecast: Forecast) -> None:
    """Refuse a render whose bytes would not fit, whatever else is evicted.

    Raises:
        InputError: with what makes room.
    """
    if not forecast.bytes:
        return
    index = session.state.index
    held = index.held()
    most, stays = limit(index.store, held), index.sizes(forecast.reads | needed(index.store))
    if stays + forecast.bytes <= most.bytes:
        return
    ways = [most.fix, ELSEWHERE]
    if forecast.plan.piece.knobs["storage"] != "ffv1":
        line = f"doit set project={session.project.name} storage=ffv1"
        ways.insert(0, f"keep layers smaller, and slower to read: {line}")
    if starred := pins(index.store):
        project, _, look = starred[0].rpartition("-")
        ways.append(f"or let a starred look go: doit star project={project} look={look} off=true")
    raise InputError(
        f"this render does not fit: it adds {gb(forecast.bytes)} to {gb(stays)} that must stay",
        why=f"the cache may have {gb(most.bytes)}: {most.why}",
        fix="\n".join(ways),
    )
