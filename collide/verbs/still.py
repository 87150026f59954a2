"""render one frame, exactly as in the video before encoding; at=12.5

The clips' frames are kept, so after you turn a knob, another still at the same time usually
takes only a moment. A later render reuses the still's analyses.
"""

from collide.cli.request import Request
from collide.cli.try_next import keep
from collide.plan.still_frame import still_steps
from collide.project.piece import refuse_late
from collide.run.terminal import show_picture
from collide.syntax.variables import AT, PIECE
from collide.syntax.verb import Verb

VERB = Verb(
    variables={**PIECE, "at": AT},
    knobs=True,
)


def run(request: Request) -> int:
    """Render the still, show it if the terminal can, and print its path."""
    path = request.existing().path / "still.png"
    with request.open().aside("still") as session:
        refuse_late(session.settings, request.value("at", 0.0))
        plan = session.plan_now()
        piece = plan.piece
        at = piece.frame_at(request.value("at", piece.seconds_of(piece.frames // 2)))
        with session.runner.showing():
            session.bring(plan, still_steps(piece, at, {"still.png": path}))
    show_picture(path)
    for note in [*session.notes, *keep(session)]:
        print(note)
    where = f"projects/{session.project.name}/{path.name}"
    recorded = (session.project.path / "looks" / f"{piece.look}.json").exists()
    named = f"look {piece.look} " if recorded else ""  # only recorded looks can be opened
    print(f"{named}at {piece.seconds_of(at):g} s · {where}")
    print(session.run.line())
    return 0
