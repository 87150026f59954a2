"""which ingredient of each task moved since it last ran, old and new value"""

from collide.predict import predict
from collide.said import Said
from collide.summary import made_of

VARIABLES = {"project": "which piece", "preset": "presets, in order: a,b"}
KNOBS = True


def run(said: Said) -> int:
    """Print one line for each task that is not as it was."""
    session = said.open()
    plan = session.plan_known()
    if plan is None:
        print(made_of(session))
        return 0
    lines = [f"{g.task}: {g.why}" for g in predict(session.bench, plan) if g.verdict != "keep"]
    print("\n".join(lines) or "nothing moved: a render would do nothing")
    return 0
