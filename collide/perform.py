"""One step: key → look up → single-flight → render → verify → publish → receipt.

A receipt (cache/receipts/x/TASK.json) is what doit sees of a task: the key and what it made.
The media stay in the store. An object that was evicted is made again only when a step that
really renders must read it.
"""

import json
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide import engine as door
from collide.engine import Bounds, Engine, Source
from collide.errors import TaskError
from collide.key import Input, Job, Step
from collide.library import Library
from collide.memo import Memo
from collide.project import Project
from collide.record import Done, now
from collide.store import Entry, Store, copy_out, read_entry, write_whole

Watch = Callable[[str, float], None]  # task, share done


@dataclass
class Bench:
    """Where steps are performed: the store, the engine, the clips, and what is known so far."""

    project: Project
    store: Store
    memo: Memo
    library: Library
    engine: Engine
    steps: dict[str, Step] = field(default_factory=dict)
    watch: Watch | None = None
    shown: Callable[[str, str], None] | None = None  # task, command
    engine_version: str = ""  # as the engine check recorded it; "" before the first render
    known: dict[str, Entry | None] = field(default_factory=dict)  # of this run
    _digest: str = ""
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def engine_digest(self) -> str:
        """Return the digest of the ffmpeg program."""
        if not self._digest:
            self._digest = self.memo.digest(self.engine.path)
        return self._digest

    def receipt_path(self, task: str) -> Path:
        """Return where the receipt of a task is."""
        return self.project.receipts / f"{task.replace(':', '-')}.json"

    def receipt(self, task: str) -> tuple[Entry, dict[str, Any]] | None:
        """Return what a task made last and what it said then; None where it never ran."""
        try:
            data = json.loads(self.receipt_path(task).read_bytes())
            return read_entry(data), dict(data["says"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def results(self) -> Mapping[str, Entry]:
        """Return what is known of tasks, their receipts read when asked for."""
        return _Known(self)

    def ready(self, step: Step) -> Job | None:
        """Return the job of a step, None while something before it is not known."""
        try:
            return step.job(self.results())
        except KeyError:
            return None

    def fresh(self, step: Step) -> bool:
        """Return whether the receipt of a step is what it would make now, and is delivered."""
        job, said = self.ready(step), self.receipt(step.task)
        if job is None or said is None or said[0].key != job.key(self.engine_digest):
            return False
        return self._delivered(step, said[0])

    def why(self, step: Step, *, own: bool = False) -> str:
        """Return what moved since a step last ran, "" for nothing.

        Args:
            own: leave out what came from the steps before.
        """
        said = self.receipt(step.task)
        now_ = self._says(step)
        if said is None:
            return "never rendered"
        if own:
            names = [name for name in now_ if not name.startswith("from ")]
            return reason({n: said[1].get(n) for n in names}, {n: now_[n] for n in names}, otherwise="")
        return reason(said[1], now_)

    def forget(self, task: str) -> None:
        """Take what a task makes as not known, whatever its receipt says: it would run again."""
        self.known[task] = None

    def assume(self, task: str, entry: Entry) -> None:
        """Take `entry` as what a task made."""
        self.known[task] = entry

    def _delivered(self, step: Step, entry: Entry) -> bool:
        for role, path in step.deliver.items():
            if self.library.content(path) != entry.objects[role].digest:
                return False
        return True

    def perform(self, step: Step) -> Done:
        """Bring one step up to date, and say what that took.

        Raises:
            TaskError: it failed; nothing of it was published.
        """
        began, job = now(), step.job(self.results())
        key, before = job.key(self.engine_digest), self.receipt(step.task)
        why = reason(before[1] if before else None, self._says(step))
        entry, status = self.store.find(key), "restored"
        if entry is None:
            entry, status = self._make(step, job, key)
        elif before and before[0].key == key:
            status = "kept"
        if not self._delivered(step, entry):
            entry = self._deliver(step, job, entry)
        self._sign(step, entry)
        size = sum(made.size for made in entry.objects.values())
        return Done(step.task, status, "" if status == "kept" else why, key, round(now() - began, 3), size)

    def _sign(self, step: Step, entry: Entry) -> None:
        """Write the receipt, unless it stands there already."""
        self.known[step.task] = entry
        data = {**entry.data(), "says": self._says(step)}
        known = self.receipt(step.task)
        if known is None or known != (entry, data["says"]):
            write_whole(self.receipt_path(step.task), json.dumps(data, sort_keys=True).encode())

    def _says(self, step: Step) -> dict[str, Any]:
        """Return the ingredients of a step as `why` compares them."""
        said: dict[str, Any] = dict(step.says)
        for task in step.needs:
            if task in self.results():
                entry = self.results()[task]
                made = sorted(made.digest for made in entry.objects.values())
                said[f"from {task}"] = [made, entry.facts] if not made else made
        said["engine"] = self.engine_version
        return json.loads(json.dumps(said))  # type: ignore[no-any-return]

    def _deliver(self, step: Step, job: Job, entry: Entry) -> Entry:
        """Copy what people see out of the store, making again what was evicted or damaged."""
        for role, path in step.deliver.items():
            source = self.store.verified(entry.objects[role])
            if source is None:
                entry, _ = self._make(step, job, entry.key, again=True)
                source = self.store.object(entry.objects[role].digest)
            copy_out(source, path)
        return entry

    def _make(self, step: Step, job: Job, key: str, *, again: bool = False) -> tuple[Entry, str]:
        """Render a step unless somebody else has just done it; return what it made."""
        with self.store.claim(key):
            entry = self.store.find(key)
            if entry and (not again or self.store.complete(entry)):
                return entry, "restored"
            sources = {token: self._source(source) for token, source in job.inputs.items()}
            with self.store.workdir() as folder:
                return self._render(step, job, key, sources, folder), "rendered"

    def make_with(self, step: Step, sources: dict[str, Source]) -> Entry:
        """Return what a step makes of files that stand outside any project: the probe of a scan."""
        job = step.job({})
        key = job.key(self.engine_digest)
        entry = self.store.find(key)
        if entry is None:
            with self.store.claim(key), self.store.workdir() as folder:
                entry = self._render(step, job, key, sources, folder)
        return entry

    def _source(self, source: Input) -> Source:
        """Return a job's input as a file to open: verified if ours, looked up if a clip."""
        if source.task is None:
            path = self.library.place(source.digest)
            if path is None:
                raise TaskError(
                    "a clip it needs is not here",
                    why=f"no file has the content {source.digest[:8]} any more: deleted, or on a disk not plugged in",
                    fix="bring the clip back, or roll the layer anew (see: doit knobs take)",
                )
            return Source(path, trusted=False)
        from collide.store import Made

        made = Made(source.digest, source.size)
        path = self.store.verified(made)
        if path is None:
            self._again(source.task)
            path = self.store.verified(made)
        if path is None:
            raise TaskError(
                f"{source.task} made other bytes than before",
                why="what it made was evicted or damaged, and making it again gave something else",
                fix="render once more: everything after it follows the new bytes",
            )
        return Source(path, trusted=True, demuxer=source.demuxer)

    def _again(self, task: str) -> None:
        """Make the objects of an earlier step again."""
        step = self.steps[task]
        job = step.job(self.results())
        entry, _ = self._make(step, job, job.key(self.engine_digest), again=True)
        self._sign(step, entry)

    def _render(self, step: Step, job: Job, key: str, sources: dict[str, Source], folder: Path) -> Entry:
        began = now()
        lines = self._play(step, job, sources, folder)
        files = {path.name: path for path in sorted(folder.iterdir()) if path.name not in job.lists}
        facts = dict(lines)
        if job.answer:
            try:
                facts |= job.answer(files)
            except (ValueError, KeyError, IndexError) as error:
                raise TaskError(f"{step.task} gave no answer", why=str(error), fix="leave that clip out") from None
        self._verify(step, job, files)
        for token, source in sources.items():
            if not source.trusted and self.library.content(source.path) != job.inputs[token].digest:
                raise TaskError(
                    f"{source.path.name} changed while it was read",
                    why="what was rendered is neither the old clip nor the new one, and was thrown away",
                    fix="render again when the file is at rest",
                )
        kept = {name: path for name, path in files.items() if name not in job.drop}
        preimage = job.ingredients(self.engine_digest)
        return self.store.publish(key, kept, facts=facts, preimage=preimage, seconds=now() - began)

    def _play(self, step: Step, job: Job, sources: dict[str, Source], folder: Path) -> dict[str, Any]:
        """Run what a job is: one command, several, or Python; return the facts it answers with."""
        if job.analyze is not None:
            return job.analyze({".": folder, **{token: s.path for token, s in sources.items()}})
        if job.argv is not None:
            text = self._run(step, job, job.argv, sources, folder)
            ours = all(source.trusted for source in sources.values())
            return {} if ours or not text.strip() else {"complaints": len(text.splitlines())}
        assert job.passes is not None  # noqa: S101 - a job is one of three
        passes, report = job.passes(), None
        try:
            while True:
                argv = next(passes) if report is None else passes.send(report)
                report = self._run(step, job, argv, sources, folder)
        except StopIteration as end:
            return dict(end.value)

    def _run(self, step: Step, job: Job, argv: list[str], sources: dict[str, Source], folder: Path) -> str:
        known = dict(sources)
        for name, tokens in job.lists.items():
            path = folder / name
            path.write_text("".join(f"file '{_quoted(sources[token].path)}'\n" for token in tokens))
            known[name] = Source(path, trusted=True, demuxer="concat")
        for word in argv:
            if word.startswith("@@"):  # a file this job made just before
                known[word] = Source(folder / word[2:], trusted=True)
        command = door.spelled(self.engine, argv, known)
        if self.shown:
            self.shown(step.task, door.pasteable(command))
        bounds = Bounds(seconds=60 + 2 * job.work + job.size / (20 << 20), size=job.size)

        def seen(frames: int) -> None:
            if self.watch and job.work:
                self.watch(step.task, min(1.0, frames / job.work))

        text = door.run(command, cwd=folder, bounds=bounds, watch=seen)
        ours = all(source.trusted for source in sources.values())
        if ours and text.strip() and argv[-1] != "-":
            raise TaskError(
                f"{step.task}: ffmpeg was not content with our own files",
                why="\n".join(text.strip().splitlines()[-3:]),
                fix=f"paste this to see it again:\n{door.pasteable(command)}",
            )
        return text

    def _verify(self, step: Step, job: Job, files: Mapping[str, Path]) -> None:
        """Count the frames of every video file: ffmpeg ends with 0 on half a clip, and a full disk."""
        for name, expected in job.frames.items():
            found = door.count_frames(self.engine, files[name]) if name in files else 0
            if found != expected:
                raise TaskError(
                    f"{step.task} made {found} frames of {name} and should have made {expected}",
                    why="the clip ends early, or the disk is full: " + _free(self.store.root),
                    fix="look at the clip and at the disk; nothing of it was kept",
                )


class _Known(Mapping[str, Entry]):
    """What tasks made, by name: of this run, else of their receipts."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def __getitem__(self, task: str) -> Entry:
        if task in self.bench.known:
            found = self.bench.known[task]
        else:
            receipt = self.bench.receipt(task)
            found = receipt[0] if receipt else None
        if found is None:
            raise KeyError(task)
        return found

    def __iter__(self) -> Any:
        return iter(self.bench.steps)

    def __len__(self) -> int:
        return len(self.bench.steps)


def _quoted(path: Path) -> str:
    return f"file:{path}".replace("'", "'\\''")


def _free(path: Path) -> str:
    return f"{shutil.disk_usage(path).free / 1e9:.1f} GB are free"


def reason(
    before: Mapping[str, Any] | None,
    now_: Mapping[str, Any],
    *,
    otherwise: str = "it was not here any more",
) -> str:
    """Return in an artist's words what moved between two sets of ingredients."""
    if before is None:
        return "never rendered"
    moved = []
    for name in [*now_, *(n for n in before if n not in now_)]:
        old, new = before.get(name), now_.get(name)
        if old == new:
            continue
        if name.startswith("from "):
            moved.append(f"{name[5:].replace(':', ' ')} changed")
        elif name == "clip":
            moved.append("the clip changed")
        else:
            moved.append(f"{name} {_word(old)} → {_word(new)}")
    return ", ".join(moved[:4]) + (f" and {len(moved) - 4} more" if len(moved) > 4 else "") or otherwise


def _word(value: Any) -> str:
    return "unset" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
