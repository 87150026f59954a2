"""render a video again from its record and say whether the bytes are the same

`doit replay manifest=FILE` takes a manifest.json, a look file or a video.
"""

from dataclasses import replace
from shlex import quote
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.base.hashing import sha256_file
from collide.cli.preflight import fitted
from collide.cli.request import Request
from collide.plan.planner import Plan
from collide.project.adopt import adopt
from collide.project.differences import differences
from collide.project.look_book import Look
from collide.project.look_order import remember_look
from collide.project.project import Project, named
from collide.project.recipe import look_name, read_recipe
from collide.project.release import RELEASE, why_other_bytes
from collide.run.forecast import predict
from collide.run.record_files import missing, owners, read_record
from collide.run.session import Session
from collide.syntax.variables import ENGINE, PROJECT, RECORD
from collide.syntax.verb import Verb
from collide.verbs.prove import objects_of

VERB = Verb(
    examples=("manifest=projects/x/manifest.json",),
    variables={
        "manifest": replace(RECORD, required=True),
        "project": replace(PROJECT, without="the project that rendered it or a new project"),
        "engine": ENGINE,
    },
    without_project="none",
    creates=True,
)


def run(request: Request) -> int:
    """Render the record and print whether the bytes are the same."""
    with request.open_house() as house:
        look = read_record(house.state, request.value("manifest"), request.catalog)
        _refuse_missing(look, house)
        project, drawn = _project(request, look, house)
    kept = look.kept
    with request.open(project, look=look, knobs=kept) as session:
        session.selection.draws = drawn or session.selection.draws
        plan = session.plan_now(keep=False)
        _refuse_another(request, look, plan)
        if project.draft_config is not None:
            print(f"creating project {project.name} (projects/{project.name}/config.json)")
        project.make()
        session.selection.save()
        with session.runner.showing(fitted(session, predict(session.state, plan))):
            session.bring(plan, plan.steps.values())
        session.keep_starred(plan)
        remember_look(session.project, plan.piece.look)
    print(session.run.line())
    print(_compared(look, plan, session))
    return 0


def _refuse_missing(look: Look, house: Session) -> None:
    library = house.state.library
    if missing(look, library):
        house.clips.scan()
    lost = [
        f"{look.called(part.digest)} of {of} {n} (content {part.digest[:8]})"
        for of, n, part in missing(look, library)
    ]
    if lost:
        count = "a clip is" if len(lost) == 1 else f"{len(lost)} clips are"
        raise InputError(
            f"{count} missing: {', '.join(lost)}",
            why="no file with this content is in the library",
            fix="copy clips into library/video and sounds into library/audio, or add their folder: "
            "doit scan path=DIR\n"
            f"or start from it with other clips: doit new from={quote(look.label)} project=NAME",
        )


def _project(request: Request, look: Look, house: Session) -> tuple[Project, list[dict[str, Any]]]:
    """Return the project to render in: as requested, a project with this look, or look-NAME.

    A new project is not written yet and is returned together with the draws of its clips.
    """
    if request.project:
        project = named(request.workspace, request.project)
    elif matches := owners(request.workspace, look):
        project = matches[0][0]
    else:
        project = named(request.workspace, f"look-{look.name}")
    if project.exists():
        return project, []
    config, selection, _ = adopt(look, project, house.state.library)
    return project.drafted(config), selection.draws


def _refuse_another(request: Request, look: Look, plan: Plan) -> None:
    """Refuse a recipe that makes a different look here or needs `engine=new`."""
    if plan.piece.look == look.name:
        return
    theirs = {**plan.piece.recipe, "engine": look.recipe.data["engine"]}
    ours = read_recipe(plan.piece.recipe, look.label, plan.piece.project.catalog)
    moved = differences(look, replace(look, recipe=ours))
    if look_name(theirs) != look.name:
        raise InputError(
            f"{look.label} makes a different look here",
            why=", ".join(map(str, moved[:6])) or "collide would write its recipe differently",
            fix="replay it with the version of collide that rendered it",
        )
    if request.value("engine") != "new":
        raise InputError(
            f"{look.label} was rendered by a different ffmpeg",
            why=str(moved[0]),
            fix="render it with this ffmpeg, which writes different bytes: "
            f"{request.line(engine='new')}",
        )


def _compared(look: Look, plan: Plan, session: Session) -> str:
    """Return the result in words; raise TaskError if the bytes differ unexpectedly."""
    name, results = plan.piece.project.name, session.state.results()
    video = f"projects/{name}/output/{name}.mp4"
    tasks = [task for task in plan.steps if task in look.tasks]
    others = [t for t in tasks if look.tasks[t].objects != objects_of(results[t])]
    if look.video not in ("", results["mux"].objects["video.mp4"].digest):
        others.append("mux")
    if not others and look.sha256 not in ("", sha256_file(plan.piece.project.video)):
        others.append("mux")
    if others and plan.piece.look != look.name:  # engine=new changed the look
        return f"{video}: rendered by a different ffmpeg; the first difference is in {others[0]}"
    if others and look.release != RELEASE:
        return (
            f"the same look, {look.name}: {video}\n"
            f"its bytes cannot match: {look.label} is from {why_other_bytes(look.release)}"
        )
    if others:
        raise TaskError(
            f"{others[0]} differs from the record in {look.label}",
            why="it is the first task that differs; later tasks that depend on it may differ too",
            fix=f"to find the cause: doit prove project={name} look={look.name}",
        )
    if tasks:
        return f"the same bytes: all {len(tasks)} tasks of the record, and {video}"
    return f"the same bytes: {video}" if look.video else f"{video}; the record has no digest"
