"""the piece in another form: as=prores4444, h265-10, vertical, stems, look, order, ffmpeg

as=look writes one small file to give away: `doit new from=FILE` takes it. as=ffmpeg prints the
piece as one plain command; colors and loudness are found for it, and no picture is rendered.
as=order writes what another machine makes it from: `python -m collide make ORDER.json`.
"""

import json

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.hashing import sha256_file
from collide.cli.optional_room import optional
from collide.cli.preflight import fitted
from collide.cli.request import Request
from collide.cli.variables import PIECE, Variable, toggle
from collide.limits import Choice
from collide.plan.exports import ENCODERS, STEMS, export_steps, output
from collide.plan.manifest import look_file
from collide.plan.planner import Plan
from collide.project.look_book import files_of, open_look
from collide.run.forecast import predict
from collide.run.session import Session
from collide.run.shell_lines import one_command

FORMS = ("prores4444", "h265-10", "vertical", "stems", "look", "order", "ffmpeg")
VARIABLES = {
    **PIECE,
    "as": Variable(Choice(FORMS), "the form", "ffmpeg", required=True),
    "scripts": toggle("whether an order may bring the scripts of its project, which are run"),
}
KNOBS = True

KNOWN_FIRST = (
    "levels", "keyframe", "matte", "color", "hear", "audio", "mix", "loudness", "plate",
)  # fmt: skip


def run(request: Request) -> int:
    """Make the form, and print where it is."""
    form = request.value("as")
    if form == "order":
        return int(optional("farm.by_argv").export_order(request))
    with request.open().aside("export") as session:
        if form in ENCODERS:
            _refuse_engine(session, form)
        plan = session.plan_now()
        if form == "ffmpeg":
            print(_one_command(session, plan))
        elif form == "look":
            print(_look(session, plan))
        else:
            print("\n".join(_rendered(session, plan, form)))
    return 0


def _refuse_engine(session: Session, form: str) -> None:
    encoder, engine = ENCODERS[form], session.state.engine
    if encoder and not engine.encodes(encoder):
        raise InputError(
            f"the ffmpeg at {engine.path} cannot write as={form}",
            why=f"it was built without {encoder}",
            fix="use the one that comes with collide: unset COLLIDE_FFMPEG (see: doit doctor)",
        )


def _rendered(session: Session, plan: Plan, form: str) -> list[str]:
    """Render an export with its dependencies, and return its path."""
    steps = export_steps(plan.piece, form)
    if not steps:
        raise InputError(
            f"{plan.piece.project.name} has no {form}",
            why="no layer of it sounds, and no bed lies under them",
            fix="let one sound: layer1.sound=on, or audio_beds=1",
        )
    with session.runner.showing(fitted(session, predict(session.state, plan))):
        session.bring(plan, steps)
    places = [path for step in steps for path in step.deliver.values()]
    if form == "stems":  # of an earlier export: all that lie there together are the mix
        for path in {path for name in STEMS for path in places[0].parent.glob(name)} - {*places}:
            path.unlink()
    root = session.workspace.root
    return [session.run.line(), *(str(path.relative_to(root)) for path in places)]


def _one_command(session: Session, plan: Plan) -> str:
    """Find colors and loudness, and return the piece as one command."""
    for step in plan.steps.values():
        if step.task.partition(":")[0] in KNOWN_FIRST:
            session.runner.run(step)
    name = f"{plan.piece.project.name}.mp4"
    return one_command(session.state, plan.piece, session.state.results(), name)


def _look(session: Session, plan: Plan) -> str:
    """Write the file of a look, and return its path."""
    piece, project = plan.piece, plan.piece.project
    data = json.loads(look_file(piece))
    known = open_look(project, piece.look) if piece.look in files_of(project) else None
    if known and known.video:
        data |= {"video": known.video, "release": known.release}
        video = session.state.store.verified(known.video)
        # xxh3 defends nothing: whoever gets the file can know that the video is the one meant
        data |= {"sha256": sha256_file(video)} if video else {}
    path = output(piece, piece.look, ".json")
    write_whole(path, (json.dumps(data, indent=1) + "\n").encode())
    shown = path.relative_to(session.workspace.root)
    return f"{shown}: look {piece.look}\nwho gets it: doit new from={path.name} project=x"
