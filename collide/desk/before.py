"""Before anything renders: is a new engine wanted, and does it all fit?"""

import sys

from collide.build.bench import ENGINE
from collide.build.needs import needed, pins
from collide.build.room import ELSEWHERE, gb, limit
from collide.desk.said import Said
from collide.errors import InputError
from collide.work.predict import Forecast
from collide.work.session import Session


def engine_agreed(session: Session, forecast: Forecast, said: Said) -> bool:
    """Return whether to go on: the engine is the one before, or a person accepts the new one.

    At a terminal it asks; elsewhere a finished piece stays as it is, and False comes back.

    Raises:
        InputError: something else moved too, and nobody is there to be asked.
    """
    moved = [guess for guess in forecast.of("render") if guess.why.startswith(ENGINE)]
    if not moved or said.variables.get("engine") == "new":
        return True
    price = f"{len(forecast.of('render'))} tasks render anew, about {forecast.seconds:.0f} s"
    what = f"{', '.join(moved[0].why.split(', ')[:2])}: {price}"
    accept = said.line(engine="new")
    if sys.stdin.isatty() and sys.stdout.isatty():
        return input(f"{what}\nrender with the new one? [y/N] ").strip().lower() in ("y", "yes")
    others = [g for g in forecast.of("render") if g not in moved and g.task != "record"]
    if others or any(guess.why.count(", ") > 1 for guess in moved if guess.task != "mux"):
        raise InputError(
            what, why="one piece is not made by two engines", fix=f"accept it: {accept}"
        )
    session.say(f"{what}; this piece stays as it is\nto accept it: {accept}")
    return False


def refuse_too_large(session: Session, forecast: Forecast) -> None:
    """Refuse a render whose bytes would not fit, whatever else is evicted.

    Raises:
        InputError: with what makes room.
    """
    if not forecast.bytes:
        return
    index = session.bench.index
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
