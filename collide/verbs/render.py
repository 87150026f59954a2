"""render what changed of a piece, and write its video, manifest and look

Without project= it makes a project and names it. A knob typed here counts for this run.
"""

from functools import partial

from collide.base.sequences import run_of
from collide.cli import summary
from collide.cli.noop import COUNTS, NoopStamp
from collide.cli.preflight import engine_agreed, fitted
from collide.cli.request import Request
from collide.cli.variables import ENGINE, PIECE
from collide.plan.planner import Plan
from collide.project.project import named
from collide.run.forecast import Forecast, predict
from collide.run.session import Session
from collide.store.locks import sweep_folders

VARIABLES = {**PIECE, "engine": ENGINE}
KNOBS = True
WORDS = 99


def begin(request: Request) -> Session:
    """Open the project, saying so first where it has to be made."""
    project = named(request.workspace, request.project or request.workspace.unused_name())
    if project.exists():
        return request.open(project)
    session = request.open(project.drafted(project.draft(request.presets)), presets=False)
    print(f"making project {project.name} (projects/{project.name}/config.json)")
    return session


def begun(session: Session, plan: Plan, request: Request) -> Forecast | None:
    """Return what will render, and make room for it; None where another engine was declined."""
    forecast = predict(session.state, plan)
    if not engine_agreed(session, forecast, request):
        return None
    fitted(session, forecast)
    sweep_folders(session.state.store.ready() / "tmp")
    return forecast


def end(session: Session, plan: Plan, code: int, *, whole: bool, stamp: NoopStamp) -> int:
    """Say what was done and what to type next, and return the exit code."""
    run = session.run
    failed = run.code() or (code if code > 1 else 0)
    if failed:
        lines = [*session.notes, COUNTS]
    else:
        if whole:
            session.keep_starred(plan)
        lines = [*session.notes, *summary.layers(session, plan)]
        lines += [*(summary.look(session, plan) if whole else ()), COUNTS]
        lines += [*summary.keep(session), *summary.next_words(session, plan)]
    for text in lines:
        print(run.line() if text == COUNTS else text)
    if not failed and whole and run.count("kept") == len(run.tasks):
        stamp.remember(run, lines, partial(_hung_on, session, plan))
    return failed


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
