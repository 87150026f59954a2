"""The demo's own clips, made as tasks: a fresh clone has no footage, and needs none.

They are made before clips are chosen, since only what is there can be chosen. The photographs
are the two that scikit-learn ships; nothing is downloaded.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from collide.bench import Bench
from collide.catalog import instrument
from collide.errors import InputError
from collide.hashing import digest_file
from collide.key import Input, Job, Step
from collide.perform import perform
from collide.project import Project
from collide.record import Done, Run

PROJECT = "demo"  # the one project that makes its own clips


def footage_steps(project: Project) -> list[Step]:
    """Return the steps that make the clips of `project`, one for each shot.

    Raises:
        InputError: a photograph is not where its package keeps it.
    """
    return [_step(project, shot) for shot in instrument("source/footage").SHOTS]


def make_footage(bench: Bench, run: Run, say: Callable[[str], None]) -> dict[str, Step]:
    """Make what is missing of the clips, a line for each, and return their steps by name.

    Raises:
        InputError: a photograph is not there.
        TaskError: a clip could not be made.
        OSError: the disk is full or fails.
    """
    steps = footage_steps(bench.project)
    stale = {step.task for step in steps if not bench.fresh(step)}
    if stale:
        say(f"the {PROJECT} makes its own clips, {len(stale)} of them: some seconds, once")
    for step in steps:
        if step.task not in stale:
            run.add(Done(step.task, "kept"))
            continue
        done = perform(bench, step)
        run.add(done)
        say(f"{step.task:<16} {done.status:<8} {done.seconds:6.1f} s  {step.says['shows']}")
    return {step.task: step for step in steps}


def _step(project: Project, name: str) -> Step:
    play = instrument("source/footage")
    shot = play.SHOTS[name]
    inputs = {}
    if shot.photo:
        path = _photograph(shot.photo)
        inputs["@photo"] = Input(digest_file(path), demuxer="jpeg_pipe", path=path)
    argv, frames = play.command({}, shot=name), {"clip.mp4": shot.frames}
    job = Job("source/footage", inputs, argv=argv, frames=frames, work=shot.frames)
    deliver = {"clip.mp4": project.path / "input" / f"{name}.mp4"}
    return Step(f"footage:{name}", lambda _: job, says={"shows": shot.says}, deliver=deliver)


def _photograph(name: str) -> Path:
    """Return where scikit-learn keeps a photograph; importing it would cost a second."""
    spec = find_spec("sklearn")
    homes = spec.submodule_search_locations or [] if spec else []
    for home in homes:
        path = Path(home, "datasets", "images", name)
        if path.is_file():
            return path
    raise InputError(
        f"the photograph {name} is not here",
        why="the demo moves over two photographs that come with scikit-learn",
        fix="pip install --force-reinstall scikit-learn",
    )
