"""The demo's own clips, made as tasks: a fresh clone has no footage, and needs none.

They are made before clips are chosen, since only what is there can be chosen. The photographs
are the two that scikit-learn ships; nothing is downloaded.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from collide.build.bench import Bench
from collide.build.key import Input, Job, Results, Step
from collide.build.perform import perform
from collide.build.record import Done, Run
from collide.catalog import instrument
from collide.errors import InputError
from collide.graph.project import Project
from collide.hashing import digest_file

PROJECT = "demo"  # the one project that makes its own clips


def footage_steps(project: Project) -> dict[str, Step]:
    """Return the steps that make the demo's clips, by name; any other project has none."""
    if project.name != PROJECT:
        return {}
    steps = (_step(project, shot) for shot in instrument("source/footage").SHOTS)
    return {step.task: step for step in steps}


def make_footage(
    bench: Bench, steps: Mapping[str, Step], run: Run, say: Callable[[str], None]
) -> None:
    """Make the clips that are missing or changed, and say a line for each.

    Raises:
        InputError: a photograph is not there.
        TaskError: a clip could not be made.
        OSError: the disk is full or fails.
    """
    stale = {task for task, step in steps.items() if not bench.fresh(step)}
    if stale:
        say(f"the {PROJECT} makes its own clips, {len(stale)} of them: some seconds, once")
    for task, step in steps.items():
        if task not in stale:
            run.add(Done(task, "kept"))
            continue
        done = perform(bench, step)
        run.add(done)
        say(f"{task:<16} {done.status:<8} {done.seconds:6.1f} s  {step.says['shows']}")


def _step(project: Project, name: str) -> Step:
    play = instrument("source/footage")
    shot = play.SHOTS[name]

    def job(_: Results) -> Job:
        path = _photograph(shot["photo"]) if shot["photo"] else None
        photo = {"@photo": Input(digest_file(path), demuxer="jpeg_pipe", path=path)} if path else {}
        argv, frames = play.command({}, shot=name), {"clip.mp4": shot["frames"]}
        return Job("source/footage", photo, argv=argv, frames=frames, work=shot["frames"])

    deliver = {"clip.mp4": project.path / "input" / f"{name}.mp4"}
    return Step(f"footage:{name}", job, says={"shows": shot["says"]}, deliver=deliver)


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
