"""A piece of as many tasks as one likes, each of which does nothing: run in a house's folder.

    python -m benchmarks.many COUNT [objects]

With `objects` each keeps a file of a few bytes. Prints JSON: milliseconds to load them all into
doit, and for each one executed. Leaves them done, with a stamp, so that the next
`doit render project=x` finds nothing to do.
"""

import contextlib
import inspect
import io
import json
import runpy
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from doit import loader
from doit.cmd_base import ModuleTaskLoader
from doit.control import TaskControl
from doit.doit_cmd import DoitMain

from collide.build.key import Job, Step
from collide.build.ledger import Ledger
from collide.build.record import Done, Run
from collide.desk.stamp import COUNTS, Stamp
from collide.graph.plan import Plan
from collide.graph.project import existing
from collide.house import House
from collide.tasks import Open
from collide.work.report import Reporter
from collide.work.session import open_session


def main(count: int) -> None:
    """Load, execute, and stamp."""
    house = House(Path.cwd())
    session = open_session(house, existing(house, "x"), presets=[], typed={}, words=["render"])
    plan = session.plan_known()
    assert plan is not None
    steps = {step.task: step for step in map(_step, range(count))}
    steps["record"] = Step("record", lambda _: _job(-1), tuple(steps), opens=False)
    Open.session, Open.plan = session, Plan(plan.piece, steps)
    session.bench.steps, session.run = steps, Run("x", ["render"])
    session.bench.memo.let_go()
    Reporter.run, Ledger.writes = session.run, True
    found: dict[str, float] = {}
    began = time.perf_counter()
    members = dict(inspect.getmembers(_Module(runpy.run_path("dodo.py"))))
    TaskControl(loader.load_tasks(members))
    found["load"] = 1000 * (time.perf_counter() - began)
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        backend = {"BACKEND": {"written-through": "collide.build.ledger:Ledger"}}
        main = DoitMain(ModuleTaskLoader(members), config_filenames=(), extra_config=backend)
        code = main.run(["run", "render"])
    assert code == 0
    assert session.run.count("rendered") == count + 1, session.run.line()
    found["each"] = 1000 * (time.perf_counter() - began) / count
    time.sleep(0.1)  # what was written just now is too young for a stamp
    run = Run("x", ["render", "project=x"], {task: Done(task, "kept") for task in steps})
    Stamp(house, ["render", "project=x"]).remember(run, [COUNTS], list)
    print(json.dumps(found))


def _step(number: int) -> Step:
    return Step(f"color:{number}", lambda _: _job(number))


def _job(number: int) -> Job:
    def analyze(files: Mapping[str, Path]) -> dict[str, int]:
        if OBJECTS:
            (files["."] / "x").write_text(f"{number} {RUN}")
        return {"number": number}

    given = {"number": number, "run": RUN}  # of this run: nothing of it is in the store
    return Job("modes/fixed", given=given, version=1, analyze=analyze)


class _Module:
    def __init__(self, members: dict[str, object]) -> None:
        self.__dict__.update(members)


RUN = time.time_ns()
OBJECTS = sys.argv[2:] == ["objects"]

if __name__ == "__main__":
    main(int(sys.argv[1]))
