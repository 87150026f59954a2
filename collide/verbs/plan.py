"""what a render would do, and why; nothing is rendered

Knobs count as if they were typed to render: doit plan project=x similarity=0.35
"""

import sys
from typing import Any

from collide.cli.plain_json import AS_JSON, guesses, print_json
from collide.cli.request import Request
from collide.cli.summary import price, unplanned_message
from collide.cli.variables import PIECE
from collide.engine.machine import cores
from collide.plan.planner import Plan
from collide.project.project import named
from collide.run.estimate import rough_seconds
from collide.run.forecast import Guess, folded, predict
from collide.run.session import Session
from collide.store.eviction import gb
from collide.store.reasons import sentence

EXAMPLE = "{project} similarity=0.35"  # behind doit plan
VARIABLES = {**PIECE, "json": AS_JSON}
KNOBS = True

_ABSENT = "project {} is not there yet; planned as if it were made"
WORDS_FOR = {
    "render": "would render",
    "restore": "from the store",
    "maybe": "perhaps",
    "keep": "stays",
}


def run(request: Request) -> int:
    """Print each task that would do something, and count the rest."""
    project = named(request.workspace, request.project) if request.project else request.existing()
    if project.exists():
        session = request.open(project)
    else:
        session = request.open(project.drafted(project.draft(request.presets)), presets=False)
        print(_ABSENT.format(project.name), file=sys.stderr if request.value("json") else None)
    plan = session.plan_known()
    if request.value("json"):
        return print_json(_plain(session, plan))
    if plan is None:
        print(unplanned_message(session))
        if first := price(session):
            print(first)
        return 0
    forecast = predict(session.state, plan)
    for guess in folded(forecast.of("render", "restore", "maybe")):
        print(_line(guess))
    counts = ", ".join(f"{word} {len(forecast.of(v))}" for v, word in WORDS_FOR.items())
    if len(forecast.of("keep")) < len(plan.steps):
        unknown = any(guess.seconds is None for guess in forecast.of("render"))
        least = "at least" if unknown else "about"
        counts += f" · {least} {_time(forecast.wall(cores()))}, {gb(forecast.bytes)}"
    print(counts)
    path, seconds = forecast.critical()
    if path:
        shown = " → ".join(guess.task for guess in folded(forecast.guesses[t] for t in path))
        print(f"one must wait for the other, about {_time(seconds)}: {shown}")
    return 0


def _plain(session: Session, plan: Plan | None) -> dict[str, Any]:
    """Return the forecast as plain data; while clips are not chosen, why there is none."""
    name = session.project.name
    if plan is None:
        piece = session.settings.piece()
        told = {"why": unplanned_message(session), "seconds": rough_seconds(piece, cores())}
        return {"project": name, "planned": False, **told}
    forecast = predict(session.state, plan)
    path, seconds = forecast.critical()
    return {
        "project": name,
        "planned": True,
        "counts": {verdict: len(forecast.of(verdict)) for verdict in WORDS_FOR},
        "seconds": forecast.wall(cores()),
        "bytes": forecast.bytes,
        "longest": {"tasks": path, "seconds": seconds},
        "tasks": guesses(forecast.guesses.values()),
    }


def _line(guess: Guess) -> str:
    cost = f"{_time(guess.seconds):>8} {gb(guess.bytes):>9}" if guess.verdict != "restore" else ""
    why = sentence(guess.why, guess.task)
    return f"{guess.task:<12} {WORDS_FOR[guess.verdict]:<14} {cost:<18}  {why}".rstrip()


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
