"""Checks before a render: whether ffmpeg is unchanged, and whether the cache is large enough."""

import sys
from collections.abc import Callable, Iterable

from collide.base.errors import InputError
from collide.base.files import refuse_locked
from collide.base.words import several
from collide.cli.request import Request
from collide.engine.machine import cores
from collide.project.piece import SHARES
from collide.run.forecast import Forecast
from collide.run.session import Session
from collide.store.eviction import gb, limit, ways
from collide.store.leases import needed, pinned, pins
from collide.store.reasons import Cause, of, own, sentence


def engine_agreed(
    session: Session, forecast: Forecast, request: Request, shows: Callable[[], Iterable[str]]
) -> bool:
    """Return whether to render: the engine is unchanged, or the user accepts the new engine.

    If the engine changed, print the lines of `shows`, which renders pictures with both engines.
    Then ask the user, unless the command has `engine=new`. If there is no terminal, nobody can
    be asked, and a finished piece remains unchanged.

    Raises:
        InputError: there is no terminal, and the render would mix two engines in one piece.
    """
    moved = [guess for guess in forecast.of("render") if of(guess.why, Cause.ENGINE)]
    if not moved:
        return True
    for text in shows():
        session.say(text)
    if request.variables.get("engine") == "new":
        return True
    tasks, seconds = len(forecast.of("render")), forecast.wall(cores())
    cost = f"{several(tasks, 'task')} would be rendered again, in about {seconds:.0f} s"
    what = f"{sentence(of(moved[0].why, Cause.ENGINE))}: {cost}"
    accept = request.line(engine="new")
    others = [g for g in forecast.of("render") if g not in moved and g.task != "record"]
    mixed = others or any(len(own(guess.why)) > 1 for guess in moved if guess.task != "mux")
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if mixed and not terminal:
        raise InputError(
            what,
            why="a piece must be rendered by a single ffmpeg version",
            fix=f"accept it: {accept}",
        )
    if terminal:
        return input(f"{what}\nrender with the new one? [y/N] ").strip().lower() in ("y", "yes")
    session.say(f"{what}; this piece is unchanged\nto accept it: {accept}")
    return False


def fitted(session: Session, forecast: Forecast) -> dict[str, float]:
    """Lease the objects that a render reads and return each task's expected time.

    Raises:
        InputError: the render does not fit into the cache.
        OSError: a file that the render delivers cannot be written.
    """
    for guess in forecast.of("render", "restore", "maybe"):
        for path in forecast.plan.steps[guess.task].deliver.values():
            refuse_locked(path)  # refuse now, not after rendering for an hour
    if forecast.bytes:
        _refuse_too_large(session, forecast)
    session.state.lease.take(forecast.reads)
    return forecast.expected


def _refuse_too_large(session: Session, forecast: Forecast) -> None:
    """Refuse a render that does not fit into the cache, and suggest how to free space."""
    index = session.state.index
    held, kept = index.held(), needed(index.store)
    most, stays = limit(index.store, held), index.sizes(forecast.reads | kept)
    if stays + forecast.bytes <= most.bytes:
        return
    lines, beside = ways(most, stays + forecast.bytes), index.sizes(kept)
    # if the storage changes, the objects to read must be rendered again too, so guess their size
    smaller = SHARES["ffv1"] / SHARES[forecast.plan.piece.knobs["storage"]]
    if smaller < 1 and beside + (stays - beside + forecast.bytes) * smaller * 1.25 <= most.bytes:
        line = f"doit set project={session.project.name} storage=ffv1"
        lines.insert(0, f"make layers smaller but slower to read: {line}")
    freed = index.sizes(pinned(index.store) - forecast.reads)
    starred = pins(index.store)
    if starred and stays - freed + forecast.bytes <= most.bytes:
        project, _, look = starred[0].rpartition("-")
        lines.append(f"or unstar a look: doit star project={project} look={look} off=true")
    raise InputError(
        f"this render does not fit: it adds {gb(forecast.bytes)} to {gb(stays)} that must be kept",
        why=f"the cache limit is {gb(most.bytes)}: {most.why}",
        fix="\n".join(lines),
    )
