"""one frame of a piece, equal to that frame of its render before the encoder; at=12.5

A frame of each clip is kept: the next still at the same time, with another knob turned, is there at
once. What was analyzed for it is not done again by the render.
"""

import sys

from collide.errors import TaskError
from collide.graph.plan import Plan
from collide.graph.still import still_steps
from collide.making import make
from collide.said import Said
from collide.session import Session
from collide.summary import keep
from collide.terminal import show_picture

VARIABLES = {
    "project": "which piece",
    "preset": "presets, in order: a,b",
    "at": "which second of it: 12.5 or 1:05; its middle where it is not said",
}
KNOBS = True


def run(said: Said) -> int:
    """Make the still, show it where a terminal can, and say where it is."""
    session = said.open()
    try:
        plan = session.plan_now()
        frame = moment(said, plan)
        picture = {"still.png": plan.piece.project.path / "still.png"}
        make(session, plan, still_steps(plan.piece, frame, picture))
    except TaskError as error:
        session.end()
        print(f"{session.run.line()}\nERROR: {error}", file=sys.stderr)
        return error.code
    session.end()
    told(session, plan, frame)
    return 0


def moment(said: Said, plan: Plan) -> int:
    """Return the frame that `at=` means; without it, the one in the middle.

    Raises:
        InputError: it is no time, or the piece is over by then.
    """
    piece = plan.piece
    seconds = said.seconds("at", default=piece.frames // 2 / piece.fps)
    return piece.frame_at(seconds)


def told(session: Session, plan: Plan, frame: int) -> None:
    """Show a still that was made, and say what it is and what making it took."""
    piece = plan.piece
    path = piece.project.path / "still.png"
    show_picture(path)
    for note in [*session.notes, *keep(session)]:
        print(note)
    print(f"look {piece.look} at {frame / piece.fps:g} s · projects/{piece.project.name}/still.png")
    print(session.run.line())
