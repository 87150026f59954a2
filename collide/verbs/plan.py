"""show what a render would do and why, without rendering

Knobs work as they do for a render: doit plan project=x similarity=0.35
"""

import sys
from typing import Any

from collide.cli.near_projects import projects_here, refuse_near
from collide.cli.outlook import (
    VERDICTS,
    clips_foreseen,
    expected_time,
    guess_line,
    rough_cost,
    seconds_text,
    unplanned_message,
)
from collide.cli.plain_json import AS_JSON, guesses, notes_of, print_json
from collide.cli.request import Request
from collide.engine.machine import cores
from collide.plan.planner import Plan
from collide.project.own_files import refuse_odd
from collide.project.project import named
from collide.run.estimate import rough_seconds
from collide.run.forecast import folded, predict
from collide.run.session import Session
from collide.store.eviction import gb
from collide.syntax.variables import PIECE
from collide.syntax.verb import Verb

BRIEF = 0.5  # seconds; a shorter critical path is not printed
VERB = Verb(
    examples=("{project} similarity=0.35",),
    variables={**PIECE, "json": AS_JSON},
    knobs=True,
    creates=True,
    read_only=True,
)

_ABSENT = "project {} does not exist yet; planned as if it did"


def run(request: Request) -> int:
    """Print the tasks that would run, the number of tasks with each verdict, and the time."""
    project = named(request.workspace, request.project) if request.project else request.existing()
    say = notes_of(request.value("json"))
    if project.exists():
        refuse_odd(project)
        session = request.open(project, say=say)
    else:
        project.refuse_lost()
        refuse_near(request, project.name)
        drafted = project.drafted(project.draft(request.presets))
        session = request.open(drafted, presets=False, say=say)
        stream = sys.stderr if request.value("json") else None
        print(_ABSENT.format(project.name), file=stream)
        if few := projects_here(request.workspace):
            print(few, file=stream)
    plan = session.plan_known()
    clips_foreseen(session, plan, say)
    if request.value("json"):
        return print_json(_plain(session, plan))
    return _printed(request, session, plan)


def _printed(request: Request, session: Session, plan: Plan | None) -> int:
    """Print the notes and the forecast, or why nothing can be planned yet."""
    for note in session.notes:
        print(note)
    if plan is None:
        print(unplanned_message(session, request.as_verb("render").raw | request.knobs))
        if first := rough_cost(session):
            print(first)
        return 0
    forecast = predict(session.state, plan)
    for guess in folded(forecast.of("render", "restore", "maybe")):
        print(guess_line(guess))
    each = ((word, len(forecast.of(verdict))) for verdict, word in VERDICTS.items())
    counts = ", ".join(f"{word} {count}" for word, count in each if count)
    if forecast.of("render", "maybe"):
        unknown = any(guess.seconds is None for guess in forecast.of("render"))
        took = expected_time(forecast.wall(cores()), least=unknown)
        counts += f" · {gb(forecast.bytes)}, {took}"
    print(counts)
    path, seconds = forecast.critical()
    if path and seconds and seconds >= BRIEF:
        tasks = " → ".join(guess.task for guess in folded(forecast.guesses[t] for t in path))
        chain = "the longest chain of tasks, which more cores cannot shorten, takes about"
        print(f"{chain} {seconds_text(seconds)}: {tasks}")
    return 0


def _plain(session: Session, plan: Plan | None) -> dict[str, Any]:
    """Return the forecast as plain data; if there is no plan, return the reason and an estimate."""
    name = session.project.name
    if plan is None:
        piece = session.settings.piece()
        estimate = {
            "why": unplanned_message(session),
            "seconds": round(rough_seconds(piece, cores()), 1),
        }
        return {"project": name, "planned": False, **estimate}
    forecast = predict(session.state, plan)
    path, seconds = forecast.critical()
    return {
        "project": name,
        "planned": True,
        "counts": {verdict: len(forecast.of(verdict)) for verdict in VERDICTS},
        "seconds": round(forecast.wall(cores()), 3),
        "bytes": forecast.bytes,
        "longest": {"tasks": path, "seconds": round(seconds, 3)},
        "tasks": guesses(forecast.guesses.values()),
    }
