"""render what changed of a piece, and write its video, manifest and look

Without project= it makes a project and names it. A knob typed here counts for this run.
"""

from functools import partial

from collide.cli import summary
from collide.cli.noop import COUNTS, Stamp
from collide.cli.preflight import engine_agreed
from collide.cli.request import Said
from collide.cli.variables import ENGINE, PIECE
from collide.plan.planner import Plan
from collide.project.project import named
from collide.run.fitting import fitted
from collide.run.forecast import predict
from collide.run.session import Session
from collide.store.locks import sweep_folders

VARIABLES = {**PIECE, "engine": ENGINE}
KNOBS = True
WORDS = 99


def begin(said: Said) -> Session:
    """Open the project, saying so first where it has to be made."""
    project = named(said.house, said.project or said.house.unused_name())
    if project.exists():
        return said.open(project)
    session = said.open(project.drafted(project.draft(said.presets)), presets=False)
    print(f"making project {project.name} (projects/{project.name}/config.json)")
    return session


def begun(session: Session, plan: Plan, said: Said) -> dict[str, float] | None:
    """Return the seconds of each task that will render, None where it is better not begun.

    Raises:
        InputError: it does not fit, or the engine is another one and nobody said that it may be.
    """
    forecast = predict(session.bench, plan)
    if not engine_agreed(session, forecast, said):
        return None
    expected = fitted(session, forecast)
    sweep_folders(session.bench.store.ready() / "tmp")
    return expected


def end(session: Session, plan: Plan, code: int, *, whole: bool, stamp: Stamp) -> int:
    """Say what was done and what to type next, and return the exit code."""
    run = session.run
    failed = run.code() or (code if code > 1 else 0)
    lines = [*session.notes, *([] if failed else summary.layers(session, plan))]
    if not failed and whole:
        lines += summary.look(session, plan)
    lines += [COUNTS]
    if not failed:
        lines += [*summary.keep(session), *summary.next_words(session, plan)]
    for text in lines:
        print(run.line() if text == COUNTS else text)
    if not failed and whole and run.count("kept") == len(run.tasks):
        stamp.remember(run, lines, partial(_hung_on, session, plan))
    return failed


def _hung_on(session: Session, plan: Plan) -> list[str] | None:
    """Return the clips, the engine and the finished files, compared now; None if one is another."""
    steps = [*session.footage.values(), *session.clips.probes.values(), *plan.steps.values()]
    bench, places = session.bench, [session.bench.engine.path]
    for step in steps:
        entry = bench.results().get(step.task)
        found = [bench.library.place(digest) for digest in step.clips]
        if entry is None or None in found or not bench.delivered(step, entry):
            return None
        places += [*filter(None, found), *step.deliver.values()]
    return sorted({str(place) for place in places})
