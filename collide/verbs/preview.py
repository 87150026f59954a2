"""quickly render a small video of a piece or of a part of it: from=10 for=5

The preview's shorter side has at most 360 pixels. A later render reuses the preview's analyses
and sound, and its pictures only if the piece is that small too.
"""

from dataclasses import replace

from collide.cli.outlook import expected_time
from collide.cli.request import Request
from collide.engine.machine import cores
from collide.instrument import Span
from collide.limits import Seconds
from collide.plan.preview_clip import preview_plan, preview_step, small
from collide.project.piece import refuse_late
from collide.run.estimate import rough_seconds
from collide.run.forecast import predict
from collide.syntax.variables import DAY, PIECE, Variable
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project} from=0:10 for=5",),
    variables={
        **PIECE,
        "from": Variable(
            Seconds(0.0, DAY),
            "the time in the piece where the preview begins",
            "0:10",
            default="0",
        ),
        "for": Variable(Seconds(0.00001, DAY), "the preview's length", "5", without="to the end"),
    },
    knobs=True,
)


def run(request: Request) -> int:
    """Render the preview and print its path."""
    path = request.existing().path / "preview.mp4"
    size = small(request.open().settings.piece()["output_size"])
    typed = replace(request, knobs={**request.knobs, "output_size": size})
    with typed.open().aside("preview") as session:
        refuse_late(session.settings, request.value("from"), "from")
        plan = session.plan_now(keep=False)
        piece = plan.piece
        first = piece.frame_at(request.value("from"), name="from")
        count = round(request.value("for", piece.seconds) * piece.fps)
        span = Span(first, max(1, min(piece.frames - first, count)))
        needed = preview_plan(plan, span)
        forecast = predict(session.state, needed)
        if forecast.of("render"):
            took = rough_seconds({**piece.knobs, "duration": span.count / piece.fps}, cores())
            print(f"{expected_time(took)}, judging by its size and length", flush=True)
        with session.runner.showing(forecast.expected):
            session.bring(needed, [preview_step(needed.piece, span, path)])
    for note in session.notes:
        print(note)
    began, took = piece.seconds_of(first), piece.seconds_of(span.count)
    place = f"projects/{session.project.name}/{path.name}"
    print(f"{took:g} s, starting at {began:g} s, {size} · {place}")
    print(session.run.line())
    return 0
