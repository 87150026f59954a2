"""render what changed in a piece and write its video, manifest and look

Without project=, it renders the last project you used or creates one. A knob in the command applies
to this run only. With farm=HOST, a farm renders, which pays off for many pieces: project=a,b,c.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from collide.base.errors import InputError
from collide.base.sequences import run_of
from collide.cli import outlook, summary
from collide.cli.near_projects import no_project, projects_here, refuse_near
from collide.cli.noop import COUNTS, NoopStamp
from collide.cli.preflight import engine_agreed, fitted
from collide.cli.request import Request
from collide.cli.try_next import keep, kept_line, next_words
from collide.nights.hired import farm_of, hired
from collide.nights.queue import Many
from collide.plan.planner import Plan
from collide.project.look_order import remember_look
from collide.project.own_files import refuse_odd
from collide.project.project import Project, existing, named
from collide.run.forecast import Forecast, predict
from collide.run.record import RunRecord
from collide.run.runner import COMMANDS, unlisted
from collide.run.session import Session
from collide.store.eviction import gb, limit
from collide.store.locks import held_in_turn, suspended, sweep_folders
from collide.syntax.arguments import line
from collide.syntax.variables import ENGINE, FARMED, PIECE, PROJECT
from collide.syntax.verb import MANY, Verb
from collide.text_limits import Labels
from collide.views.engine_sheet import starred_by_both

NOTICED = 10 * 10**9  # bytes; print a notice whenever the store has grown by this much
VERB = Verb(
    examples=(
        "{project} layer2.similarity=0.3",
        "{project} preset=ink",
        "{project} look=4",
    ),
    variables={
        **PIECE,
        "project": replace(
            PROJECT,
            limit=Labels("project"),
            about="the project, or several projects joined by commas",
            without="a new project",
        ),
        "engine": ENGINE,
        **FARMED,
    },
    knobs=True,
    words=MANY,
    creates=True,
)
OF_ONE = {"single", "reporter", "pdb"}  # doit options that work only for a single piece


def is_many(request: Request) -> bool:
    """Return whether a command renders several pieces, or has `farm=` for one piece.

    COLLIDE_FARM alone does not send a single piece to the farm, because after a knob is turned,
    rendering the piece here is faster.
    """
    typed = "farm" in request.variables and bool(farm_of(request))
    return "," in (request.project or "") or bool(request.project and typed)


def many_pieces(request: Request, options: Mapping[str, Sequence[str]] = {}) -> int:
    """Render whole projects, one after another or on a farm, with the command's settings.

    `options` maps doit's own options to their words in the command; they apply to renders on this
    machine.
    """
    names = dict.fromkeys((request.project or "").split(","))
    _refuse_of_one(request, options, next(iter(names)))
    if request.words != ["render"] or {"look", "engine"} & request.variables.keys():
        typed = {name: text for name, text in request.turned.items() if name not in FARMED}
        raise InputError(
            f"{request.line()} takes a single piece",
            why="a task, look= and engine= apply to one project; on a farm or in a list of "
            "projects, only whole pieces are rendered",
            fix=line(request.spoken, {**typed, "project": next(iter(names))}),
        )
    pieces = [existing(request.workspace, name) for name in names]
    with hired(request) as hands:
        many = Many(RunRecord(request.project or "", request.typed()), hands=hands)
        many.presets, many.knobs = request.presets, request.knobs
        many.set_options(options, request.context.level)
        return many.run_all(pieces, request.workspace.cache / "runs", _kept(pieces, request))


def _kept(pieces: Sequence[Project], request: Request) -> Iterator[str]:
    for piece in pieces:
        settings = piece.settings(request.presets, request.knobs)
        yield from kept_line(piece, settings, request.presets)


def _refuse_of_one(request: Request, options: Mapping[str, Sequence[str]], name: str) -> None:
    """Refuse options of a single piece, and suggest the command for the first piece."""
    typed = {**request.turned, "project": name}
    for option in OF_ONE & options.keys():
        words = [*options[option], *request.spoken]
        raise InputError(
            f"{' '.join(options[option])} applies to one piece only",
            why="several pieces, or pieces on a farm, are rendered whole; each prints one line",
            fix=line(words, {n: t for n, t in typed.items() if n not in FARMED}),
        )


def begin(request: Request) -> Session:
    """Open the project; if it does not exist, draft it and print that it is created."""
    project = named(request.workspace, request.project or request.workspace.unused_name())
    if project.exists():
        refuse_odd(project)
        return request.open(project)
    project.refuse_lost()
    _refuse_renamed(request, project)
    refuse_near(request, project.name)
    session = request.open(project.drafted(project.draft(request.presets)), presets=False)
    print(f"creating project {project.name} (projects/{project.name}/config.json)")
    if request.project and (few := projects_here(request.workspace)):
        print(f"{few}; if you meant one of these: Ctrl-C, rm -r projects/{project.name}")
    return session


def _refuse_renamed(request: Request, project: Project) -> None:
    """Refuse to create a project whose folder was renamed; suggest commands for both names."""
    house, name = request.workspace, project.name
    every = (Project(house, one) for one in house.projects())
    moved = [one for one in every if not one.video.exists() and _made_as(one, name)]
    if moved:
        why = f"projects/{moved[0].name} was rendered as {name}: its folder was renamed"
        raise no_project(request, name, why, moved[0].name)


def _made_as(project: Project, name: str) -> bool:
    paths = (project.video.with_name(f"{name}.mp4"), project.path / "manifest.json")
    return all(path.exists() for path in paths)


def in_turn(project: Project) -> AbstractContextManager[None]:
    """Lock the project so that only one command at a time renders or cleans it.

    If another command holds the lock, print a note and wait.
    """

    def waits() -> None:
        if process := suspended(path):
            print(f"a render of {project.name} is suspended (Ctrl-Z?): waiting for it to finish")
            print(f"to resume it: kill -CONT {process}   (or, in its terminal: fg)", flush=True)
            return
        print(f"a render of {project.name} is running: waiting for it to finish", flush=True)

    path = project.path / "config.json"
    return held_in_turn(path, waits)


def begun(session: Session, plan: Plan, request: Request) -> Forecast | None:
    """Return the forecast of the render, or None if a changed engine was not accepted."""
    forecast = predict(session.state, plan)
    shows = partial(starred_by_both, request, session.project)
    if not engine_agreed(session, forecast, request, shows):
        return None
    fitted(session, forecast)
    if first := outlook.begins(session, plan, forecast):
        session.say(first)
    whole = request.words == ["render"] and not {"farm", "look"} & request.variables.keys()
    if whole and forecast.of("render") and (farm := farm_of(request)):
        on_farm = request.line(project=session.project.name, farm=farm)
        session.say(f"a single piece is rendered here; to use the farm:  {on_farm}")
    sweep_folders(session.state.store.ready() / "tmp")
    return forecast


def end(session: Session, plan: Plan, code: int, *, whole: bool, stamp: NoopStamp) -> int:
    """Print the summary, and commands to try next after a success; return the exit code.

    After a success, if `whole` is true, also pin the look if it is starred, remember it, and stamp
    the run if it found nothing to do.
    """
    run = session.run
    failed = run.code() or (code if code > 1 else 0)
    if failed:
        lines = [*session.notes, COUNTS]
    else:
        if whole:
            session.keep_starred(plan)
            remember_look(session.project, plan.piece.look)
        few = unlisted(run) if session.runner.level < COMMANDS else ()
        lines = [*few, *session.notes, *summary.layers(session, plan), COUNTS, *_grown(session)]
        lines += [*next_words(session, plan), *(kept := [*keep(session)])]
        lines += [f"to go back: doit render project={session.project.name}"] if kept else []
        lines += summary.look(session, plan) if whole else ()
    for text in lines:
        print(run.line() if text == COUNTS else text)
    if not failed and whole and run.count("kept") == len(run.tasks):
        stamp.remember(run, lines, partial(_compared_files, session, plan))
    return failed


def _grown(session: Session) -> Iterator[str]:
    """Yield a notice if this render took the store past a multiple of 10 GB."""
    index = session.state.index
    rendered = sum(done.bytes for done in session.run.tasks.values() if done.status == "rendered")
    if rendered and (held := index.held()) // NOTICED > (held - rendered) // NOTICED:
        most = limit(index.store, held)
        yield f"the store holds {gb(held)}; at {gb(most.bytes)} it frees space automatically"
        yield "to see its contents: doit cache stats; to shrink it: doit cache gc keep=5G"


def _compared_files(session: Session, plan: Plan) -> list[str] | None:
    """Return the paths of the engine, clips and delivered files.

    Return None if a result is unknown, or if a clip or a delivered file is missing or changed.
    """
    steps = [*session.footage.values(), *session.clips.probes.values(), *plan.steps.values()]
    state, places = session.state, [session.state.engine.path]
    for step in steps:
        entry = state.results().get(step.task)
        clip_places = [state.library.place(digest) for digest in step.clips]
        if entry is None or None in clip_places or not state.delivered(step, entry):
            return None
        clips = [place for place in clip_places if place]
        places += [*clips, *(one for place in clips for one in run_of(place))]
        places += step.deliver.values()
    return sorted({str(place) for place in places})
