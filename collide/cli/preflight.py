"""Checks before a render: the ffmpeg that made the piece before, and the space in the cache."""

import sys
from collections.abc import Callable, Iterable

from collide.base.errors import InputError
from collide.cli.request import Request
from collide.engine.machine import cores
from collide.run.forecast import Forecast
from collide.run.session import Session
from collide.store.eviction import ELSEWHERE, gb, limit
from collide.store.leases import needed, pins
from collide.store.reasons import Cause, of, own, sentence


def engine_agreed(
    session: Session, forecast: Forecast, request: Request, shows: Callable[[], Iterable[str]]
) -> bool:
    """Return whether to go on: the engine is the one before, or a person accepts the new one.

    At a terminal it asks; elsewhere a finished piece stays as it is, and False comes back. Before
    either, `shows` makes pictures of both, and says where they are.
    """
    moved = [guess for guess in forecast.of("render") if of(guess.why, Cause.ENGINE)]
    if not moved or request.variables.get("engine") == "new":
        return True
    price = f"{len(forecast.of('render'))} tasks render anew, about {forecast.wall(cores()):.0f} s"
    what = f"{sentence(of(moved[0].why, Cause.ENGINE))}: {price}"
    accept = request.line(engine="new")
    others = [g for g in forecast.of("render") if g not in moved and g.task != "record"]
    mixed = others or any(len(own(guess.why)) > 1 for guess in moved if guess.task != "mux")
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if mixed and not terminal:
        raise InputError(
            what, why="one piece is not made by two engines", fix=f"accept it: {accept}"
        )
    for text in shows():
        session.say(text)
    if terminal:
        return input(f"{what}\nrender with the new one? [y/N] ").strip().lower() in ("y", "yes")
    session.say(f"{what}; this piece stays as it is\nto accept it: {accept}")
    return False


def fitted(session: Session, forecast: Forecast) -> dict[str, float]:
    """Lease the objects that a render reads, if its bytes fit; return the seconds of each task."""
    if forecast.bytes:
        _refuse_too_large(session, forecast)
    session.state.lease.take(forecast.reads)
    return forecast.expected


def _refuse_too_large(session: Session, forecast: Forecast) -> None:
    """Refuse a render whose bytes would not fit, with commands that free space."""
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
