"""Render a small piece under a tracer and mark the beginning and end of each step.

`test_traced.py` runs this program under `strace -f`, with the workspace and the output file as
arguments.
"""

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from collide.base.workspace import Workspace
from collide.plan.planner import Plan
from collide.plan.still_frame import still_steps
from collide.project.project import Project
from collide.run import perform
from collide.run.session import Session, open_session
from collide.store.step import Step

MARK = "/no such folder/"  # opening a file in it fails, but marks a moment in the trace

KNOBS = {
    "seed": 7, "num_videos": 3, "output_size": "64x36", "fps": 10, "duration": 1.0,
    "min_resolution": 0, "layer1.clip": "a.mp4", "layer2.clip": "b.mp4", "layer3.clip": "a.mp4",
    "layer2.mode": "kmeans", "layer3.mode": "rembg", "layer1.sound": "on", "coverage": "0.2..0.6",
    "post": "analog,stabilize", "matte_rate": 2, "matte_size": 64,
}  # fmt: skip


def mark(word: str) -> None:
    """Write a word into the trace."""
    with suppress(OSError):
        os.open(MARK + word, os.O_RDONLY)


def one_by_one(session: Session, plan: Plan, steps: Iterable[Step]) -> None:
    """Bring steps up to date one at a time, to keep their opened files apart."""
    done: list[Step] = []
    for step in steps:
        done.append(step)
        session.bring(plan, done)


def main(root: str, steps: str) -> None:
    """Render the piece and one of its stills, and record the files that each step may open."""
    playing = perform.play

    def play(state: Any, step: Step, job: Any, sources: Any, folder: Path) -> Any:
        libraries = sorted({name for call in job.calls for name in call.libraries(state.catalog)})
        line = {
            "task": step.task,
            "inputs": [str(source.path) for source in sources.values()],
            "folder": str(folder),
            "libraries": libraries,
        }
        with Path(steps).open("a") as file:
            file.write(json.dumps(line) + "\n")
        mark(f"begins {step.task}")
        try:
            return playing(state, step, job, sources, folder)
        finally:
            mark("ends")

    perform.play = play
    house = Workspace(Path(root))
    project = Project(house, "x")
    with open_session(house, project, presets=[], typed=KNOBS, words=[]) as session:
        session.state.require_engine()
        plan = session.plan_now()
        one_by_one(session, plan, plan.steps.values())
    # With an effect on the whole piece, a still shows the effect's result instead of the clips.
    typed = {**KNOBS, "post": "analog"}
    with open_session(house, project, presets=[], typed=typed, words=[]) as session:
        plan = session.plan_now()
        one_by_one(session, plan, still_steps(plan.piece, 4))


if __name__ == "__main__":
    main(*sys.argv[1:])
