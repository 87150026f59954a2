"""render what changed of a piece, and write its video, manifest and look

Without project= it makes a project and names it. A knob typed here counts for this run. With
farm=HOST a farm makes it; more than a few pieces is what that is for: project=a,b,c.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from collide.base.errors import InputError
from collide.base.sequences import run_of
from collide.base.words import one_slip
from collide.cli import summary
from collide.cli.arguments import line
from collide.cli.noop import COUNTS, NoopStamp
from collide.cli.preflight import engine_agreed, fitted
from collide.cli.request import Request
from collide.cli.variables import ENGINE, FARMED, PIECE, PROJECT
from collide.nights.hired import farm_of, hired
from collide.nights.queue import Many
from collide.plan.planner import Plan
from collide.project.project import existing, named
from collide.run.forecast import Forecast, predict
from collide.run.record import RunRecord
from collide.run.session import Session
from collide.store.eviction import gb, limit
from collide.store.locks import held_in_turn, sweep_folders
from collide.text_limits import Labels
from collide.views.engine_sheet import starred_by_both

EXAMPLE = "{project} layer2.similarity=0.3"  # behind doit render
NOTICED = 10 * 10**9  # bytes of the store, each time that it passes another such step
ABOUT = "the project, or several, joined by commas"
VARIABLES = {
    **PIECE,
    "project": replace(PROJECT, limit=Labels("project"), about=ABOUT, without="a new one"),
    "engine": ENGINE,
    **FARMED,
}
KNOBS = True
WORDS = 99


def is_many(request: Request) -> bool:
    """Return whether several pieces were asked for, or a farm was typed.

    COLLIDE_FARM alone takes no single piece away: where one knob was turned, here is sooner.
    """
    typed = "farm" in request.variables and bool(farm_of(request))
    return "," in (request.project or "") or bool(request.project and typed)


def many_pieces(request: Request, at_once: int = 0) -> int:
    """Render several projects, one after another or by a farm; what was typed is for each.

    So is how many tasks run `at_once`, on this machine; 0 for as many as there are cores.
    """
    names = dict.fromkeys((request.project or "").split(","))
    if request.words != ["render"] or {"look", "engine"} & request.variables.keys():
        typed = {name: text for name, text in request.turned.items() if name not in FARMED}
        raise InputError(
            f"{request.line()} is of one piece only",
            why="a task, a look, and another engine are of one project; a farm, and a list, take "
            "whole pieces",
            fix=line(request.spoken, {**typed, "project": next(iter(names))}),
        )
    pieces = [existing(request.workspace, name) for name in names]
    with hired(request) as hands:
        many = Many(RunRecord(request.project or "", request.typed()), hands=hands)
        many.presets, many.knobs, many.at_once = request.presets, request.knobs, at_once
        return many.run_all(pieces, request.workspace.cache / "runs")


def begin(request: Request) -> Session:
    """Open the project, saying so first where it has to be made."""
    project = named(request.workspace, request.project or request.workspace.unused_name())
    if project.exists():
        return request.open(project)
    _refuse_near(request, project.name)
    session = request.open(project.drafted(project.draft(request.presets)), presets=False)
    print(f"making project {project.name} (projects/{project.name}/config.json)")
    return session


def _refuse_near(request: Request, name: str) -> None:
    """Refuse to make a project whose name may be a mistyped one; both ways out are printed."""
    known = request.workspace.projects()
    same = next((one for one in known if one.lower() == name.lower()), None)
    near = same or next((one for one in known if _slipped(name, one)), None)
    if near:
        told = f"{near} is there" + (", the same name to some disks" if same else "")
        raise InputError(
            f"there is no project {name!r}",
            why=f"{told}; a render would begin a new one beside it",
            fix=f"render that one, or make this one first:\n"
            f"{line(request.spoken, {**request.raw, **request.knobs, 'project': near})}\n"
            f"{line(['new'], {'project': name, **_begins(request)})}",
        )


def _slipped(name: str, other: str) -> bool:
    """Return whether a name may be a slip of the finger: of piece-2 and piece-3 none is."""
    parts = [re.split(r"\d+", one.lower()) for one in (name, other)]
    numbered = parts[0] == parts[1] and len(parts[0]) > 1
    return not numbered and one_slip(name.lower(), other.lower())


def _begins(request: Request) -> dict[str, str]:
    """Return of what was typed what a new project begins with."""
    preset = {"preset": request.raw["preset"]} if "preset" in request.raw else {}
    return {**preset, **request.knobs}


def in_turn(session: Session) -> AbstractContextManager[None]:
    """Hold the project for one render at a time, and say so where another one is at it."""
    config, name = session.project.path / "config.json", session.project.name

    def waits() -> None:
        print(f"another render of {name} is running: this one waits for its end", flush=True)

    return held_in_turn(config, waits)


def begun(session: Session, plan: Plan, request: Request) -> Forecast | None:
    """Return what will render, and make room for it; None where another engine was declined."""
    forecast = predict(session.state, plan)
    shows = partial(starred_by_both, request, session.project)
    if not engine_agreed(session, forecast, request, shows):
        return None
    fitted(session, forecast)
    if first := summary.begins(session, plan, forecast):
        session.say(first)
    sweep_folders(session.state.store.ready() / "tmp")
    return forecast


def end(session: Session, plan: Plan, code: int, *, whole: bool, stamp: NoopStamp) -> int:
    """Print the summary and commands to try next, and return the exit code."""
    run = session.run
    failed = run.code() or (code if code > 1 else 0)
    if failed:
        lines = [*session.notes, COUNTS]
    else:
        if whole:
            session.keep_starred(plan)
        lines = [*session.notes, *summary.layers(session, plan)]
        lines += [*(summary.look(session, plan) if whole else ()), COUNTS]
        lines += [*summary.keep(session), *summary.next_words(session, plan), *_grown(session)]
    for text in lines:
        print(run.line() if text == COUNTS else text)
    if not failed and whole and run.count("kept") == len(run.tasks):
        stamp.remember(run, lines, partial(_hung_on, session, plan))
    return failed


def _grown(session: Session) -> Iterator[str]:
    """Yield a notice where this render took the store past another 10 GB."""
    index = session.state.index
    rendered = sum(done.bytes for done in session.run.tasks.values() if done.status == "rendered")
    if rendered and (held := index.held()) // NOTICED > (held - rendered) // NOTICED:
        most = limit(index.store, held)
        yield f"the store holds {gb(held)}; at {gb(most.bytes)} it makes room by itself"
        yield "what it holds: doit cache stats; less of it: doit cache gc keep=5G"


def _hung_on(session: Session, plan: Plan) -> list[str] | None:
    """Return the clips, the engine and the finished files, compared now; None if one is another."""
    steps = [*session.footage.values(), *session.clips.probes.values(), *plan.steps.values()]
    state, places = session.state, [session.state.engine.path]
    for step in steps:
        entry = state.results().get(step.task)
        found = [state.library.place(digest) for digest in step.clips]
        if entry is None or None in found or not state.delivered(step, entry):
            return None
        clips = [place for place in found if place]
        places += [*clips, *(one for place in clips for one in run_of(place))]
        places += step.deliver.values()
    return sorted({str(place) for place in places})
