"""Running a job in a private directory: its commands, its answer, and its frame counts."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collide.base.errors import DiskError, TaskError, disk_full
from collide.base.hashing import digest_file
from collide.base.words import several
from collide.engine.frame_count import count_each
from collide.engine.safety import Bounds, Source, pasteable, program, script, spelled
from collide.instrument import FAILED, MASKS, TRIED, Argv, number
from collide.run.build_state import BuildState
from collide.store.call import FOLDER, Call, parameters, plain
from collide.store.step import Job, Step

Sources = Mapping[str, Source]

MOST_LISTED = 1 << 30  # maximum bytes of a clip's packet list, added to a job's size limit
FULL = "No space left on device"  # ffmpeg's message in the language that safety.py sets

# A NUT file below 64 kB has a single sync point, so a seek reports an error and reads from the
# start. The frames are the same as after a seek (tested with every frame of raw, ffvhuff and ffv1
# files).
HARMLESS = re.compile(
    r"\[in#\d+/nut @ \w+\] read_timestamp failed\.\n(\s*Last message repeated \d+ times\n)?"
)


@dataclass
class _Work:
    """One running job: its folder, its files, and the number of commands begun."""

    state: BuildState
    step: Step
    job: Job
    sources: Sources
    folder: Path
    commands: int = 0

    def seen(self, frames: int) -> None:
        """Report how many frames are done."""
        if self.state.watch and self.job.work:
            self.state.watch(self.step.task, min(1.0, frames / self.job.work))

    def no_answer(self, error: Exception) -> TaskError:
        """Return the error for a function that does not find an answer in its input."""
        fix = "check the clip or remove it"
        return TaskError(f"{self.step.task} gave no answer", why=str(error), fix=fix)


def play(
    state: BuildState, step: Step, job: Job, sources: Sources, folder: Path, *, dry: bool = False
) -> tuple[dict[str, Path], dict[str, Any]]:
    """Run a job in `folder`; return the paths of its files, keyed by name, and its facts.

    Args:
        dry: whether the engine only records commands, without writing files.

    Raises:
        TaskError: a command failed, or its output is not as expected.
    """
    work = _Work(state, step, job, sources, folder)
    beside = {*job.lists, *_lent(work)}
    facts = _done(work)
    files = {path.name: path for path in sorted(folder.iterdir()) if path.name not in beside}
    for call in job.then:
        facts = _called(work, call, files=files, answer=facts)
    _count(work, files)
    answers = job.shape in ("analyze", "passes") or job.argv(state.catalog)[-1] == "-"
    if not (files or answers or dry):
        raise TaskError(
            f"{step.task} produced nothing",
            why="there is no picture or no sound in the part of the clip that is used",
            fix="check the clip or remove it",
        )
    return {name: path for name, path in files.items() if name not in job.drop}, facts


def _done(work: _Work) -> dict[str, Any]:
    """Run a job (a Python function, or one or more commands), and return its facts."""
    job, catalog = work.job, work.state.catalog
    if job.shape == "analyze":
        return _called(work, job, **job.unkeyed)
    if job.shape != "passes":
        text = _run(work, job.argv(catalog))
        # a damaged clip is used anyway, and its errors are counted and reported
        return {"complaints": len(text.splitlines())} if text.strip() else {}
    passes, report = job(catalog), None
    try:
        while True:
            report = _run(work, next(passes) if report is None else passes.send(report))
    except StopIteration as end:
        return dict(end.value)
    except ValueError as error:
        raise work.no_answer(error) from None


def _called(work: _Work, call: Call, **more: Any) -> dict[str, Any]:
    """Call a Python function that returns facts, with the arguments from `more` that it takes.

    Functions that need libraries run in a separate process, where imports can be cancelled.
    """
    state = work.state
    asks = parameters(getattr(state.catalog.instrument(call.play), call.shape))
    extras = {name: value for name, value in more.items() if name in asks}
    places = {FOLDER: work.folder, **{token: s.path for token, s in work.sources.items()}}
    try:
        if call.libraries(state.catalog):
            arguments = plain({**call.placed(places), **extras})
            scripts = state.catalog.scripts
            answer = state.engine.analyze(call.play, call.shape, arguments, scripts=scripts)
        else:
            answer = call(state.catalog, places, **extras)
    except (ValueError, KeyError, IndexError, ZeroDivisionError) as error:
        raise work.no_answer(error) from None
    return dict(answer) if "answer" in extras else {**more.get("answer", {}), **answer}


def _run(work: _Work, argv: Argv) -> str:
    """Run one command and return its report, which states whether a TRIED command failed."""
    if argv[0] == MASKS:
        return _masks(work, argv[1:])
    if argv[0] != TRIED:
        return _ran(work, argv)
    try:
        return _ran(work, argv[1:])
    except DiskError:
        raise
    except TaskError as error:
        return f"{FAILED}{error.why}"


def _ran(work: _Work, argv: Argv) -> str:
    """Run one ffmpeg command and return its report.

    Raises:
        TaskError: the command failed or reported errors in files that collide wrote.
    """
    state, job, folder, sources = work.state, work.job, work.folder, work.sources
    texts = lists_of(job, sources)
    all_sources = dict(sources)
    for name, lines in texts.items():
        (folder / name).write_text(lines)
        all_sources[name] = Source(folder / name, trusted=True, demuxer="concat")
    # `@@name` is a file that this job has just written
    all_sources |= {
        word: Source(folder / word[2:], trusted=True) for word in argv if word[:2] == "@@"
    }
    command = spelled(state.engine.path, argv, all_sources)
    if state.on_command:
        lent = {name: source.path for name, source in sources.items() if name[0] != "@"}
        text = script(command, folder, texts, lent, first=work.commands == 0)
        state.on_command(work.step.task, text)
    work.commands += 1
    clips = sum(_bytes(source.path) for source in sources.values() if not source.trusted)
    ours = sum(_bytes(source.path) for source in sources.values() if source.trusted)
    bounds = bounds_of(clips, size=job.size, work=job.work, ours=ours)
    try:
        text = state.engine.run(command, cwd=folder, bounds=bounds, watch=work.seen)
    except TaskError as error:
        raise disk_full(state.store.root) if FULL in error.why else error from None
    if FULL in text:  # ffmpeg exits with 0 even if closing a small file fails
        raise disk_full(state.store.root)
    ours = all(source.trusted for source in sources.values())
    if ours and HARMLESS.sub("", text).strip() and argv[-1] != "-":
        raise TaskError(
            f"{work.step.task}: ffmpeg reported errors in files that collide wrote",
            why="\n".join(text.strip().splitlines()[-3:]),
            fix=f"paste this to reproduce it:\n{pasteable(command)}",
        )
    return text


def _bytes(path: Path) -> int:
    """Return a file's size, or 0 if it is gone; ffmpeg will report the loss."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def bounds_of(clips: int, *, size: int, work: int = 0, ours: int = 0) -> Bounds:
    """Return the limits for a command that reads `clips` untrusted and `ours` trusted bytes.

    The processor time limit grows with `size`, the frames and all bytes. The size limit is `size`
    plus the untrusted bytes (at most MOST_LISTED), which leave room for a long clip's packet list.

    Args:
        size: the size limit for the files that the command writes, apart from packet lists.
        work: the number of frames that the command processes.
    """
    seconds = 60 + 8 * work + size / (5 << 20) + ours / (20 << 20) + clips / (2 << 20)
    return Bounds(seconds=seconds, size=size + min(clips, MOST_LISTED))


def _masks(work: _Work, words: Argv) -> str:
    """Make masks with rembg in a separate process and return the counts of masks."""
    token, name, *rest = words
    state, job, task = work.state, work.job, work.step.task
    arguments = [str(work.sources[token].path), name, *rest]
    if state.on_command:
        state.on_command(task, pasteable(program("engine.masks", arguments)))
    # the largest models take seconds per frame and more memory than any clip
    bounds = Bounds(seconds=120 + 120 * job.work, size=job.size, memory=16 << 30)
    try:
        return state.engine.work(
            "engine.masks",
            arguments,
            cwd=work.folder,
            bounds=bounds,
            env={"NUMBA_DISABLE_JIT": "1"},  # saves 40 s of compiling unused code
            watch=work.seen,
        )
    except TaskError as error:
        raise TaskError(
            f"{task}: the model {name} produced no masks",
            why=error.why,
            fix=f"download it again: rm library/models/{name}.onnx && doit model name={name}",
        ) from None


def _lent(work: _Work) -> list[str]:
    """Copy the files (such as tables) that a command reads by name, and return the names."""
    names = [name for name in work.sources if name[0] != "@"]
    for name in names:
        source, copy = work.sources[name].path, work.folder / name
        shutil.copyfile(source, copy)
        if digest_file(copy) != work.job.inputs[name].digest:
            raise TaskError(
                f"{source.name} changed while it was being read",
                why="its content has changed since the render began",
                fix="render again once the file has stopped changing",
            )
    return names


def lists_of(job: Job, sources: Sources) -> dict[str, str]:
    """Map the names of a job's file lists to their contents."""

    def listed(token: str) -> str:
        named = f"file:{sources[token].path}".replace("'", "'\\''")
        lasts = f"duration {number(job.lasts[token])}\n" if token in job.lasts else ""
        return f"file '{named}'\n{lasts}"

    return {name: "".join(map(listed, tokens)) for name, tokens in job.lists.items()}


def _count(work: _Work, files: Mapping[str, Path]) -> None:
    """Check the frame count of each video, because ffmpeg may exit with 0 after half a clip."""
    state, frames = work.state, work.job.frames
    there = [name for name in frames if name in files]
    counted = dict(zip(there, count_each(state.engine, [files[n] for n in there]), strict=True))
    for name, expected in frames.items():
        if (count := counted.get(name, 0)) != expected:
            free = shutil.disk_usage(state.store.root).free / 1e9
            raise TaskError(
                f"{work.step.task} wrote {several(count, 'frame')} of {name} instead of {expected}",
                why=f"the clip ends early, or the disk is full ({free:.1f} GB are free)",
                fix="check the clip and the disk; no part of this result was kept",
            )
