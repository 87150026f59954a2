"""export a piece: as=prores4444, h265-10, vertical, stems, look, order or ffmpeg

as=look writes a small file to share; `doit new from=FILE` starts a project from it. as=ffmpeg
analyzes colors and loudness, and prints the piece as one plain command. as=order writes a file for
rendering the piece on another machine: `python -m collide make ORDER.json`.
"""

import json

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.hashing import sha256_file
from collide.cli.optional_room import optional
from collide.cli.preflight import fitted
from collide.cli.request import Request
from collide.cli.summary import let_sound
from collide.corrections.output_words import OTHER_FORMS
from collide.limits import Choice
from collide.plan.exports import ENCODERS, STEMS, export_steps, output
from collide.plan.manifest import look_file
from collide.plan.planner import Plan
from collide.project.look_book import files_of, open_look
from collide.project.piece import Piece
from collide.run.forecast import predict
from collide.run.session import Session
from collide.run.shell_lines import one_command
from collide.syntax.variables import PIECE, Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import Size, wide_and_high

FORMS = ("prores4444", "h265-10", "vertical", "stems", "look", "order", "ffmpeg")
VERB = Verb(
    variables={
        **PIECE,
        "as": Variable(Choice(FORMS), "the format", "ffmpeg", required=True, others=OTHER_FORMS),
        "scripts": toggle(
            "whether an order may include the project's scripts, which the worker runs"
        ),
    },
    knobs=True,
)

KNOWN_FIRST = (
    "levels", "keyframe", "matte", "color", "hear", "audio", "mix", "loudness", "plate",
)  # fmt: skip


def run(request: Request) -> int:
    """Export the piece and print the paths; for `as=ffmpeg`, print the command."""
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
            fix="use the ffmpeg that comes with collide: unset COLLIDE_FFMPEG\n"
            "see which one is used: doit doctor",
        )


def _rendered(session: Session, plan: Plan, form: str) -> list[str]:
    steps = export_steps(plan.piece, form)
    if not steps:
        raise InputError(
            f"{plan.piece.project.name} has no {form}",
            why="no layer is audible, and there is no bed",
            fix=let_sound(session, plan),
        )
    if form == "vertical":
        print("\n".join(_upright(plan.piece)), flush=True)
    with session.runner.showing(fitted(session, predict(session.state, plan))):
        session.bring(plan, steps)
    places = [path for step in steps for path in step.deliver.values()]
    if form == "stems":  # delete older stems, since all stems in the folder must add up to the mix
        for path in {path for name in STEMS for path in places[0].parent.glob(name)} - {*places}:
            path.unlink()
    root = session.workspace.root
    return [session.run.line(), *(str(path.relative_to(root)) for path in places)]


def _upright(piece: Piece) -> list[str]:
    """Return a note for a piece that is too wide to fill the upright video."""
    size = wide_and_high(piece.knobs["output_size"])
    wide, high = piece.catalog.instrument("blend/upright").upright(*size)
    beyond = high - size[1] * wide / size[0]  # a pixel or two is a rounding error
    if beyond <= 2 or piece.knobs["upright_fill"] == "crop":
        return []
    return [
        "the whole picture is shown as a band over a blurred copy of itself",
        "to fill the frame without its sides: upright_fill=crop",
        f"to make the piece itself upright: output_size={Size().near(f'{wide}x{high}')}",
    ]


def _one_command(session: Session, plan: Plan) -> str:
    """Analyze colors and loudness, and return the piece as one command."""
    for step in plan.steps.values():
        if step.task.partition(":")[0] in KNOWN_FIRST:
            session.runner.run(step)
    name = f"{plan.piece.project.name}.mp4"
    return one_command(session.state, plan.piece, session.state.results(), name)


def _look(session: Session, plan: Plan) -> str:
    """Write a look file and return the lines to print."""
    piece, project = plan.piece, plan.piece.project
    data = json.loads(look_file(piece))
    recorded = open_look(project, piece.look) if piece.look in files_of(project) else None
    if recorded and recorded.video:
        data |= {"video": recorded.video, "release": recorded.release}
        video = session.state.store.verified(recorded.video)
        # xxh3 can be forged, so let recipients check the video with SHA-256
        data |= {"sha256": sha256_file(video)} if video else {}
    path = output(piece, piece.look, ".json")
    write_whole(path, (json.dumps(data, indent=1) + "\n").encode())
    place = path.relative_to(session.workspace.root)
    start = f"to start a project from it: doit new from={path.name} project=NAME"
    return f"{place}: look {piece.look}\n{start}"
