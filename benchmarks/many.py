"""A piece with any number of empty tasks, to load and run in the current workspace.

    python -m benchmarks.many COUNT [objects]

With `objects`, each task stores an object of a few bytes. The command prints JSON: the milliseconds
to load all tasks into doit and to execute one task. Afterwards, all tasks are done and have a
stamp, so the next `doit render project=x` finds nothing to do.
"""

import io
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from doit.cmd_base import DodoTaskLoader
from doit.cmd_run import Run as DoitRun
from doit.control import TaskControl
from doit.doit_cmd import DoitMain

from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.cli.noop import COUNTS, NoopStamp
from collide.cli.tasks import Loader, Tasks
from collide.plan.planner import Plan
from collide.project.project import existing
from collide.run.record import Done, RunRecord
from collide.run.session import open_session
from collide.store.call import FOLDER
from collide.store.ledger import Ledger
from collide.store.step import Job, Log, Results, Step


def main(count: int) -> None:
    """Load and execute `count` tasks, print the times, and write a stamp."""
    house = Workspace(Path.cwd())
    session = open_session(house, existing(house, "x"), presets=[], typed={}, words=["render"])
    plan = session.plan_known()
    assert plan is not None
    steps = {step.task: step for step in map(_step, range(count))}
    steps["record"] = Step("record", _job(-1), tuple(steps), opens=False)
    session.state.catalog = Catalog({**shipped().instruments, NAME: sys.modules[__name__]})
    session.state.steps, session.runner.record = steps, RunRecord("x", ["render"])
    session.state.memo.let_go()
    found: dict[str, float] = {}
    began = time.perf_counter()
    loader = Loader(Tasks(house, session, Plan(plan.piece, steps)), DodoTaskLoader())
    loader.setup({"dodoFile": "dodo.py", "cwdPath": None, "seek_file": False})
    TaskControl(loader.load_tasks(DoitRun(task_loader=loader), []))
    found["load"] = 1000 * (time.perf_counter() - began)
    began = time.perf_counter()
    with session.runner.showing(stream=io.StringIO()):
        backend = {"BACKEND": {"written-through": "benchmarks.many:Backend"}}
        main = DoitMain(loader, config_filenames=(), extra_config=backend)
        code = main.run(["run", "render"])
    assert code == 0
    assert session.run.count("rendered") == count + 1, session.run.line()
    found["each"] = 1000 * (time.perf_counter() - began) / count
    time.sleep(0.1)  # a stamp does not accept files written just now
    run = RunRecord("x", ["render", "project=x"], {task: Done(task, "kept") for task in steps})
    NoopStamp(house, ["render", "project=x"]).remember(run, [COUNTS], list)
    print(json.dumps(found))


def analyze(*, folder: Path, number: int, run: int, objects: bool) -> dict[str, int]:
    """Return the number of the task, after writing a few bytes if `objects` is true."""
    if objects:
        (folder / "x").write_text(f"{number} {run}")
    return {"number": number}


def _step(number: int) -> Step:
    return Step(f"color:{number}", _job(number))


def _job(number: int) -> Callable[[Results, Log], Job]:
    # RUN makes the keys new, so no result is in the store yet
    given = {"folder": FOLDER, "number": number, "run": RUN, "objects": OBJECTS}
    return lambda *_: Job(NAME, "analyze", given)


NAME = "modes/many"
DEFAULTS: dict[str, object] = {}
LIMITS: dict[str, object] = {}
VERSION = 1

Backend = partial(Ledger, writes=True)
RUN = time.time_ns()
OBJECTS = sys.argv[2:] == ["objects"]

if __name__ == "__main__":
    main(int(sys.argv[1]))
