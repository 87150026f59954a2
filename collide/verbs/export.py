"""the piece in another form; as=ffmpeg: one plain command on one line

What must be known for that, colors and loudness, is found first; no picture is rendered.
"""

from collide.build.perform import perform
from collide.errors import InputError, did_you_mean
from collide.graph.oneline import one_command
from collide.said import Said

VARIABLES = {"project": "which piece", "as": "ffmpeg", "preset": "presets, in order: a,b"}
KNOBS = True

FORMS = ("ffmpeg",)
KNOWN_FIRST = ("keyframe", "matte", "color", "hear", "audio", "mix", "loudness", "plate")


def run(said: Said) -> int:
    """Print the export."""
    form = said.variables.get("as", "")
    if form not in FORMS:
        raise InputError(
            f"cannot export as={form}" if form else "export as what?",
            why="there is as=" + ", as=".join(FORMS),
            fix=did_you_mean(
                form, FORMS, otherwise=f"doit export project={said.project or 'x'} as=ffmpeg"
            ),
        )
    session = said.open()
    plan = session.plan_now()
    for step in plan.steps.values():
        if step.task.partition(":")[0] in KNOWN_FIRST:
            session.run.add(perform(session.bench, step))
    session.run.write(session.house.cache / "runs")
    print(
        one_command(
            session.bench, plan.piece, session.bench.results(), f"{plan.piece.project.name}.mp4"
        )
    )
    return 0
