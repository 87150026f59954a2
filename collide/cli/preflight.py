"""The question before a render by another ffmpeg than the piece was made with."""

import sys

from collide.base.errors import InputError
from collide.cli.request import Request
from collide.run.forecast import Forecast
from collide.run.session import Session
from collide.store.reasons import Cause, of, own, sentence


def engine_agreed(session: Session, forecast: Forecast, request: Request) -> bool:
    """Return whether to go on: the engine is the one before, or a person accepts the new one.

    At a terminal it asks; elsewhere a finished piece stays as it is, and False comes back.

    Raises:
        InputError: something else moved too, and nobody is there to be asked.
    """
    moved = [guess for guess in forecast.of("render") if of(guess.why, Cause.ENGINE)]
    if not moved or request.variables.get("engine") == "new":
        return True
    price = f"{len(forecast.of('render'))} tasks render anew, about {forecast.seconds:.0f} s"
    what = f"{sentence(of(moved[0].why, Cause.ENGINE))}: {price}"
    accept = request.line(engine="new")
    if sys.stdin.isatty() and sys.stdout.isatty():
        return input(f"{what}\nrender with the new one? [y/N] ").strip().lower() in ("y", "yes")
    others = [g for g in forecast.of("render") if g not in moved and g.task != "record"]
    if others or any(len(own(guess.why)) > 1 for guess in moved if guess.task != "mux"):
        raise InputError(
            what, why="one piece is not made by two engines", fix=f"accept it: {accept}"
        )
    session.say(f"{what}; this piece stays as it is\nto accept it: {accept}")
    return False
