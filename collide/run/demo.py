"""The demo's own clips, which are rendered as tasks because a fresh clone has no footage.

These clips are rendered before the clips of a piece are chosen, because only existing clips can be
chosen. Their two photographs come with scikit-learn, so nothing is downloaded.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.words import several
from collide.catalog import instrument, shipped
from collide.project.project import Project
from collide.run.record import Done
from collide.run.runner import Runner
from collide.run.schedule import Scheduler, run_steps
from collide.store.step import Input, Job, Log, Results, Step, command_job

PROJECT = "demo"  # the only project whose own clips are rendered


def footage_steps(project: Project) -> dict[str, Step]:
    """Map the tasks that render the demo's clips to their steps; {} for any other project."""
    if project.name != PROJECT:
        return {}
    steps = (_step(project, shot) for shot in instrument("source/footage").SHOTS)
    return {step.task: step for step in steps}


def make_footage(runner: Runner, steps: Mapping[str, Step], say: Callable[[str], None]) -> None:
    """Render or restore the clips that are not up to date, and print a line for each."""
    stale = {task for task, step in steps.items() if not runner.state.fresh(step)}
    if stale:
        say(f"rendering {several(len(stale), 'clip')} for the {PROJECT} first (a few seconds)")
    for task in steps.keys() - stale:
        runner.record.add(Done(task, "kept"))
    lock = Lock()

    def make(step: Step) -> None:
        done = runner.run(step)
        shot = instrument("source/footage").SHOTS[step.task.partition(":")[2]]
        with lock:
            say(f"{step.task:<16} {done.status:<8} {done.seconds:6.1f} s  {shot['says']}")

    scheduler = Scheduler(dict.fromkeys(steps, 0.0), {}, runner.state.engine.cancel)
    run_steps((step for task, step in steps.items() if task in stale), make, scheduler)


def _step(project: Project, name: str) -> Step:
    shot = instrument("source/footage").SHOTS[name]

    def job(_: Results, log: Log) -> Job:
        log["shot"] = name
        path = _photograph(shot["photo"]) if shot["photo"] else None
        photo = {"@photo": Input(digest_file(path), demuxer="jpeg_pipe", path=path)} if path else {}
        counted = {"frames": {"clip.mp4": shot["frames"]}, "work": shot["frames"]}
        arguments = {"shot": name}
        return command_job(shipped(), "source/footage", {}, arguments, inputs=photo, **counted)

    deliver = {"clip.mp4": project.path / "input" / f"{name}.mp4"}
    return Step(f"footage:{name}", job, deliver=deliver)


def _photograph(name: str) -> Path:
    """Return the path of a photograph in scikit-learn, without the slow import of scikit-learn."""
    spec = find_spec("sklearn")
    homes = spec.submodule_search_locations or [] if spec else []
    for home in homes:
        path = Path(home, "datasets", "images", name)
        if path.is_file():
            return path
    raise InputError(
        f"the photograph {name} is missing",
        why="the demo pans across two photographs that come with scikit-learn",
        fix="pip install --force-reinstall scikit-learn",
    )
