"""A private workspace that renders orders with `doit render` in a child process.

The workspace and its cache are reused for the next order: steps that two pieces share run once.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import collide
from collide import __version__
from collide.base.clock import monotonic
from collide.base.errors import CollideError, InputError, printable
from collide.base.files import write_whole
from collide.base.strict_json import read_json
from collide.engine.programs import Engine
from collide.farm.answer import (
    DONE,
    FAILED,
    REFUSED,
    STORE,
    VIDEO,
    Answer,
    first_difference,
    in_brief,
    outcome_of,
    read_answer,
)
from collide.farm.clip_cache import ClipCache
from collide.farm.order import Order, code_digest
from collide.nights.child_render import MAX_SECONDS, SHARE, recorded_tasks, why_failed
from collide.shared.door import DoorError
from collide.shared.shared_store import Missing, SharedStore
from collide.store.digests import MEMO, Memo
from collide.store.entry import Entry
from collide.store.eviction import gb
from collide.store.objects import Store
from collide.store.step import library_version

OWN = ("dodo.py", "pyproject.toml")  # files in collide's folder that doit needs
AWAY = "unreachable"  # the `reason` of Missing if the store does not answer
FULL = ("no space", "disk is full", "not fit")
LOCAL = (
    *FULL,
    "cannot be written",
    "cannot be started",
    "out of memory",
    "signal SIGKILL",
)


class RenderFailedError(Exception):
    """Raised if a render in the child process fails, with the reason as its message."""


@dataclass
class Workshop:
    """One process's private workspace for rendering pieces."""

    root: Path  # the folder of the workspace
    clips: ClipCache  # shared by the workers of the machine
    engine: Engine
    machine: str
    tasks: int = 0  # how many tasks run in parallel, 0 for one per core

    def make(
        self,
        order: Order,
        store: SharedStore,
        on_progress: Callable[[str], None] = lambda _: None,
        *,
        compared: bool = False,
        limit: float = MAX_SECONDS,
    ) -> Answer:
        """Render an order and return the answer, even for a failure. Raise Cancelled if stopped.

        Args:
            order: the piece to be rendered.
            store: the shared store, for the order's files and the results.
            on_progress: called with the progress of the render, as text.
            compared: whether two machines render the piece, to compare the results. If so, an
                answer already in the store is ignored, and the client publishes the new answer.
            limit: seconds until the render is stopped.
        """
        began = monotonic()
        plain = Answer(order.key, REFUSED, machine=self.machine)
        try:
            self._refuse_strangers(order)
            if not compared and (old_answer := stored_answer(order, store)):
                return old_answer
            files, entries = self._render(order, store, on_progress, limit)
            answer = self._answered(order, store, files, entries)
        except (CollideError, RenderFailedError, Missing, OSError) as error:
            return replace(self._without(plain, error), seconds=monotonic() - began)
        answer = replace(answer, seconds=round(monotonic() - began, 3))
        return answer if compared else published(order, answer, store)

    def _without(self, plain: Answer, error: Exception) -> Answer:
        """Return the answer for an error: FAILED if the order is at fault, otherwise REFUSED."""
        text = str(error)
        if isinstance(error, InputError):
            return replace(plain, why=text)
        if isinstance(error, DoorError):
            return replace(plain, why=f"{STORE}: {error.strerror or text}")
        if isinstance(error, Missing):
            lacks = f"one of the order's files is missing or damaged in {STORE}: {text}"
            return replace(plain, why=f"{STORE}: {text}" if error.reason == AWAY else lacks)
        if isinstance(error, OSError):
            text = f"{error.filename or self.root}: {error.strerror or text}"
        elif not _local(text):
            return replace(plain, status=FAILED, why=text)
        return replace(plain, why=f"{in_brief(text)}{self._space(text)}")

    def _space(self, why: str) -> str:
        """Return the free disk space as text if a full disk is the cause, or ""."""
        if not any(words in why.lower() for words in FULL):
            return ""
        with suppress(OSError):
            disk = shutil.disk_usage(self.root)
            return f"; {self.root} has {gb(disk.free)} free of {gb(disk.total)}"
        return ""

    def _refuse_strangers(self, order: Order) -> None:
        """Raise InputError if the installation here does not match the order."""
        if order.collide != __version__ or order.code != code_digest():
            raise InputError(
                f"{self.machine} has a different version of collide",
                why=f"it has {__version__} ({code_digest()[:8]}), but the order needs "
                f"{order.collide} ({order.code[:8]})",
                fix="update the older version: git pull\nthen run doit work again",
            )
        if (engine := self._engine_digest()) != order.engine:
            raise InputError(
                f"{self.machine} has a different version of ffmpeg",
                why=f"it has {engine[:8]}; the order needs {order.engine[:8]}",
                fix="install the pinned version there: pip install -c constraints.txt -e .",
            )
        if others := {n: v for n, v in order.libraries.items() if installed(n) != v}:
            held = ", ".join(f"{n} {installed(n) or 'missing'}" for n in others)
            raise InputError(
                f"{self.machine} has different packages ({held})",
                why="the order needs " + ", ".join(f"{n} {v}" for n, v in others.items()),
                fix="install them there: pip install -c constraints.txt -e '.[farm]'",
            )

    def _engine_digest(self) -> str:
        """Return the digest of ffmpeg, and read ffmpeg again only if its stat has changed."""
        with closing(Memo(self.root / "cache" / MEMO)) as memo:
            return memo.digest(self.engine.path)

    def _render(
        self, order: Order, store: SharedStore, on_progress: Callable[[str], None], limit: float
    ) -> tuple[Path, dict[str, Entry]]:
        """Render an order; return the video's path and the stored entries of its tasks."""
        self._lay_out(order, store)
        runs = self.root / "cache" / "runs"
        shutil.rmtree(runs, ignore_errors=True)

        def listen(text: str) -> None:
            if SHARE.fullmatch(text):
                on_progress(text.strip())

        at_once = ["-n", str(self.tasks)] if self.tasks else []
        how, text = self.engine.doit(
            [*at_once, *order.words], root=self.root, seconds=limit, on_output=listen
        )
        if how:
            tasks = recorded_tasks(order.name, {*runs.glob("*.json")})
            raise RenderFailedError(why_failed(tasks, how, text))
        manifest = read_json(
            self.root / "projects" / order.name / "manifest.json", label="the manifest"
        )
        if manifest["look"] != order.look:
            raise CollideError(
                f"{self.machine} rendered look {printable(str(manifest['look']))}, "
                f"not {order.look}",
                why="the order lacks something that the piece depends on",
                fix=f"render it here: doit render project={order.name}",
            )
        kept = Store(self.root / "cache")
        results = {task: kept.find(one["key"]) for task, one in manifest["tasks"].items()}
        entries = {task: entry for task, entry in results.items() if entry}
        return self._video(order, kept, entries), entries

    def _video(self, order: Order, kept: Store, entries: Mapping[str, Entry]) -> Path:
        """Return the rendered video's path; raise CollideError if the cache has no entry for it."""
        if "mux" not in entries:
            raise CollideError(
                f"{self.machine} rendered {order.name}, but its cache lacks the video",
                why="the entry of the video is missing or damaged",
                fix=f"render it here: doit render project={order.name}",
            )
        return kept.object(entries["mux"].objects[VIDEO].digest)

    def _answered(
        self, order: Order, store: SharedStore, video: Path, entries: Mapping[str, Entry]
    ) -> Answer:
        """Put the results into the shared store and return the answer."""
        listed = self.root / "cache" / "entries.json"
        data = {task: entry.data() for task, entry in entries.items()}
        write_whole(listed, json.dumps(data).encode(), lasting=False)
        return Answer(
            order.key,
            DONE,
            machine=self.machine,
            look=order.look,
            objects={VIDEO: store.put(video)},
            entries=store.put(listed),
            tasks={task: outcome_of(entry) for task, entry in entries.items()},
        )

    def _lay_out(self, order: Order, store: SharedStore) -> None:
        """Put an order's files into the workspace, replacing those of the previous order."""
        self.root.mkdir(parents=True, exist_ok=True)
        for name in OWN:
            shutil.copyfile(_own(name), self.root / name)
        for place in ("projects", "presets", "cache/receipts", "cache/doit"):
            shutil.rmtree(self.root / place, ignore_errors=True)
        _prune(self.root / "library", {self.root / path for path in order.files})
        (self.root / "library" / "video").mkdir(parents=True, exist_ok=True)
        self.clips.lay(order.files, self.root, store)
        project = self.root / "projects" / order.name
        write_whole(project / "config.json", _json(order.config), lasting=False)
        write_whole(project / "selection.json", _json(order.selection), lasting=False)
        kept = Store(self.root / "cache")
        for fact in order.facts:
            kept.note(fact)


def published(order: Order, answer: Answer, store: SharedStore) -> Answer:
    """Publish an answer and return it, or a FAILED answer if another machine's results differ."""
    try:
        first = store.publish(order.entry, answer.data())
        return answer if first is None else unequal(read_answer(first), answer)
    except (OSError, InputError):
        return answer  # accepted even if the store is unreachable or the answer in it is unreadable


def unequal(one: Answer, other: Answer) -> Answer:
    """Return a failed answer that names the first task with different results on two machines."""
    task = first_difference(one, other)
    why = f"{task} differs between {one.machine} and {other.machine}: neither is used"
    return replace(other, status=FAILED, why=why)


def stored_answer(order: Order, store: SharedStore) -> Answer | None:
    """Return the shared store's answer, or None if the store fails or has no valid answer."""
    with suppress(InputError, OSError):
        body = store.entry(order.entry)
        answer = read_answer(body) if body else None
        if answer and answer.key == order.key and answer.status == DONE:
            return replace(answer, looked_up=True)
    return None


def installed(package: str) -> str:
    """Return an installed package's version, or "" if the package is missing."""
    try:
        return library_version(package)
    except PackageNotFoundError:
        return ""


def _own(name: str) -> Path:
    """Return a file in collide's folder or the current folder. Raise InputError if missing."""
    for folder in (Path(collide.__file__).parents[1], Path.cwd()):
        if (folder / name).is_file():
            return folder / name
    raise InputError(
        f"{name} is not here",
        why="it is in collide's folder, but collide was installed without that folder",
        fix="run the command in collide's folder, where dodo.py is",
    )


def _prune(folder: Path, stay: set[Path]) -> None:
    """Delete all files in a folder except JSON files and the files in `stay`."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file() and path not in stay and path.suffix != ".json":
            path.unlink()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode()


def is_at_fault(answer: Answer) -> bool:
    """Return whether a machine refused an order because of its own disk, memory or programs."""
    return answer.status == REFUSED and _local(answer.why)


def _local(text: str) -> bool:
    """Return whether an error text blames the machine, not the order."""
    return any(words in text.lower() for words in map(str.lower, LOCAL))
