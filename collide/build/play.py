"""A job in a private directory: run its commands, hear its answer, count its frames."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.build.bench import Bench
from collide.build.key import Job, Step
from collide.build.safety import Bounds, Source, pasteable, spelled
from collide.errors import TaskError, disk_full
from collide.hashing import digest_file
from collide.step import MASKS, Argv, number

Sources = Mapping[str, Source]

FULL = "No space left on device"  # as ffmpeg says it in the language that safety.py sets

# A NUT file below 64 kB has one sync point: a seek in it fails aloud and reads from the start,
# which gives the same frames (measured with each frame of files in raw, ffvhuff and ffv1).
HARMLESS = re.compile(
    r"\[in#\d+/nut @ \w+\] read_timestamp failed\.\n(\s*Last message repeated \d+ times\n)?"
)


def play(
    bench: Bench, step: Step, job: Job, sources: Sources, folder: Path
) -> tuple[dict[str, Path], dict[str, Any]]:
    """Do a job in `folder`; return the files it made, by name, and the facts it answers with.

    Raises:
        TaskError: a command failed, or what it made is not what it should have made.
    """
    lent = _lent(job, sources, folder)
    facts = _done(bench, step, job, sources, folder)
    ours = {*job.lists, *lent}
    files = {path.name: path for path in sorted(folder.iterdir()) if path.name not in ours}
    if job.answer:
        try:
            facts |= job.answer(files)
        except (ValueError, KeyError, IndexError, ZeroDivisionError) as error:
            raise TaskError(
                f"{step.task} gave no answer",
                why=str(error),
                fix="look at the clip, or leave it out",
            ) from None
    _count(bench, step, job, files)
    return {name: path for name, path in files.items() if name not in job.drop}, facts


def _done(bench: Bench, step: Step, job: Job, sources: Sources, folder: Path) -> dict[str, Any]:
    """Run what a job is: Python, one command, or several that wait for each other's report."""
    if job.analyze is not None:
        places = {token: source.path for token, source in sources.items()}
        return job.analyze({".": folder, **places})
    if job.passes is None:
        text = _run(bench, step, job, job.argv or [], sources=sources, folder=folder)
        # a damaged clip plays on with complaints: counted, and said, and no reason to stop
        return {"complaints": len(text.splitlines())} if text.strip() else {}
    passes, report = job.passes(), None
    try:
        while True:
            argv = next(passes) if report is None else passes.send(report)
            report = _run(bench, step, job, argv, sources=sources, folder=folder)
    except StopIteration as end:
        return dict(end.value)
    except ValueError as error:
        raise TaskError(
            f"{step.task} gave no answer", why=str(error), fix="look at the clip, or leave it out"
        ) from None


def _run(bench: Bench, step: Step, job: Job, argv: Argv, *, sources: Sources, folder: Path) -> str:
    """Run one command and return what it said."""
    if argv[0] == MASKS:
        return _masks(bench, step, job, argv[1:], sources=sources, folder=folder)
    known = {**sources, **_lists(job, sources, folder)}
    # `@@name` is a file that this job has just made
    known |= {word: Source(folder / word[2:], trusted=True) for word in argv if word[:2] == "@@"}
    command = spelled(bench.engine.path, argv, known)
    if bench.shown:
        bench.shown(step.task, pasteable(command))
    bounds = Bounds(seconds=60 + 2 * job.work + job.size / (20 << 20), size=job.size)
    try:
        text = bench.engine.run(command, cwd=folder, bounds=bounds, watch=_seen(bench, step, job))
    except TaskError as error:
        raise disk_full(bench.store.root) if FULL in error.why else error from None
    if FULL in text:  # a small file may fail when it is closed, and ffmpeg ends with 0
        raise disk_full(bench.store.root)
    ours = all(source.trusted for source in sources.values())
    if ours and HARMLESS.sub("", text).strip() and argv[-1] != "-":
        raise TaskError(
            f"{step.task}: ffmpeg was not content with our own files",
            why="\n".join(text.strip().splitlines()[-3:]),
            fix=f"paste this to see it again:\n{pasteable(command)}",
        )
    return text


def _seen(bench: Bench, step: Step, job: Job) -> Callable[[int], None]:
    """Return what is told how many frames are done."""

    def seen(frames: int) -> None:
        if bench.watch and job.work:
            bench.watch(step.task, min(1.0, frames / job.work))

    return seen


def _masks(
    bench: Bench, step: Step, job: Job, words: Argv, *, sources: Sources, folder: Path
) -> str:
    """Have masks made by rembg, in a process of its own, and return what it counted."""
    token, name, *rest = words
    model = sources[token].path
    # the largest models take seconds a picture, and more room than any clip
    bounds = Bounds(seconds=120 + 30 * job.work, size=job.size, memory=16 << 30)
    try:
        return bench.engine.work(
            "masks",
            [str(model), name, *rest],
            cwd=folder,
            bounds=bounds,
            env={"NUMBA_DISABLE_JIT": "1"},  # rembg compiles for 40 s what masks never use
            watch=_seen(bench, step, job),
        )
    except TaskError as error:
        raise TaskError(
            f"{step.task}: the model {name} made no masks",
            why=error.why,
            fix=f"fetch it anew: rm library/models/{name}.onnx && doit model name={name}",
        ) from None


def _lent(job: Job, sources: Sources, folder: Path) -> list[str]:
    """Lay the files that stand in no command beside it, under names of ours; return the names."""
    names = [name for name in sources if name[0] != "@"]
    for name in names:
        shutil.copyfile(sources[name].path, folder / name)
        if digest_file(folder / name) != job.inputs[name].digest:
            raise TaskError(
                f"{sources[name].path.name} changed while it was read",
                why="its content is another than when the render began",
                fix="render again when the file is at rest",
            )
    return names


def _lists(job: Job, sources: Sources, folder: Path) -> dict[str, Source]:
    """Write the lists of files that a job joins."""
    for name, tokens in job.lists.items():
        lines = [f"{line}\n" for line in listed(job, tokens, sources)]
        (folder / name).write_text("".join(lines))
    return {name: Source(folder / name, trusted=True, demuxer="concat") for name in job.lists}


def listed(job: Job, tokens: Sequence[str], sources: Sources) -> Iterator[str]:
    """Yield the lines of a list of files that a job joins."""
    for token in tokens:
        named = f"file:{sources[token].path}".replace("'", "'\\''")
        yield f"file '{named}'"
        if token in job.lasts:
            yield f"duration {number(job.lasts[token])}"


def _count(bench: Bench, step: Step, job: Job, files: Mapping[str, Path]) -> None:
    """Count the frames of every video: ffmpeg ends with 0 on half a clip, and on a full disk."""
    for name, expected in job.frames.items():
        found = bench.engine.count_frames(files[name]) if name in files else 0
        if found != expected:
            free = shutil.disk_usage(bench.store.root).free / 1e9
            raise TaskError(
                f"{step.task} made {found} frames of {name} and should have made {expected}",
                why=f"the clip ends early, or the disk is full ({free:.1f} GB are free)",
                fix="look at the clip and at the disk; nothing of it was kept",
            )
