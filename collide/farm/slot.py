"""A slot: one worker process, `python -m collide.farm.slot`, that renders one piece at a time.

`doit work` starts slots and restarts a slot that fails or loses the farm. A task is JSON:
{"order": …, "store": URL or "", "compared": bool, "seconds": limit}. An empty URL stands for the
farm's own store.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic
from collide.base.dice import new_token
from collide.base.errors import Cancelled, CollideError
from collide.base.hashing import digest_file
from collide.base.strict_json import require_keys
from collide.engine.cancel import Cancel
from collide.engine.programs import find_engine
from collide.farm.answer import DONE, FAILED, REFUSED, STORE, Answer, in_brief
from collide.farm.clip_cache import ClipCache
from collide.farm.farm_place import NoFarmError, StrangerError
from collide.farm.machines import Machine
from collide.farm.making import Workshop
from collide.farm.order import LARGEST, code_digest, read_order
from collide.nights.child_render import MAX_SECONDS
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore

STOPPED = "this piece is no longer wanted"
ENDED = ("Connection refused", "Connection reset")  # words in errors about a store that has ended
STRANGER, GONE, ADDRESS = 4, 5, 6  # exit codes: a different key, the farm ended, no answer


class Slot:
    """One worker process, independent of the engine that delivers its tasks."""

    def __init__(self, folder: Path, name: str, store: str, *, tasks: int, idle: float) -> None:
        """Create an idle slot. Raise InputError if the farm key or ffmpeg is missing or unusable.

        Args:
            folder: the machine's cache; the slot works in its own folder there.
            name: the machine's name, with the number of the slot if it has several.
            store: the address of the farm's store.
            tasks: how many tasks of a piece run in parallel, 0 for one per core.
            idle: seconds without a piece until the slot leaves.
        """
        engine, _ = find_program_digest()
        self.machine = Machine(name, engine, code_digest(), tasks)
        self.token = new_token()[:6]
        self.key = FarmKey.read()
        self._folder, self._store, self._tasks = folder, store, tasks
        self._stores: dict[str, SharedStore] = {}
        self._cancel: Cancel | None = None
        self._own = False  # whether the last task used the farm's own store
        self._idle, self._since = idle, monotonic()

    def is_idle(self) -> bool:
        """Return whether the slot has been idle for too long."""
        return self._cancel is None and monotonic() - self._since > self._idle

    def stop(self) -> None:
        """Kill the slot's child processes; may be called from any thread."""
        if cancel := self._cancel:
            cancel.stop()

    def play(self, text: str, on_progress: Callable[[str], None]) -> str:
        """Render the order in a task and return the answer as JSON, even after an error."""
        self._cancel = Cancel()

        def listen(far: str) -> None:
            self.machine = replace(self.machine, far=far)
            on_progress(far)

        try:
            answer = self._played(text, listen)
        except (CollideError, OSError) as error:
            answer = Answer("", REFUSED, str(error), self.machine.name)
        except Cancelled:
            answer = Answer("", REFUSED, STOPPED, self.machine.name)
        except Exception as error:
            what = f"a bug in collide: {type(error).__name__}: {error}"
            answer = Answer("", FAILED, what, self.machine.name)
        finally:
            self._cancel, self._since = None, monotonic()
            self.machine = replace(self.machine, doing="", far="")
        if answer.status == REFUSED and answer.why != STOPPED:
            refused, trouble = self.machine.refused + 1, in_brief(answer.why)
            self.machine = replace(self.machine, refused=refused, trouble=trouble)
        if answer.status == DONE and not answer.looked_up:
            pieces, seconds = self.machine.pieces + 1, self.machine.seconds + answer.seconds
            self.machine = replace(self.machine, pieces=pieces, seconds=seconds)
        print(_result_line(answer, own_store=self._own), flush=True)
        return answer.text()

    def _played(self, text: str, on_progress: Callable[[str], None]) -> Answer:
        assert self._cancel
        task = read_task(text)
        order = read_order(json.dumps(task["order"]))
        self.machine = replace(self.machine, doing=order.name)
        shop = Workshop(
            self._folder / self.machine.name.replace("/", "-"),
            ClipCache(self._folder / "clips"),
            find_engine(self._cancel),
            self.machine.name,
            self._tasks,
        )
        self._own = not task["store"]
        store = self._opened(task["store"] or self._store)
        answer = shop.make(
            order, store, on_progress, compared=task["compared"], limit=float(task["seconds"])
        )
        return replace(answer, key=order.key)

    def _opened(self, url: str) -> SharedStore:
        if url not in self._stores:
            self._stores[url] = SharedStore(url, self.key)
        return self._stores[url]


def task_text(order: str, store: str, *, compared: bool, seconds: float = MAX_SECONDS) -> str:
    """Return the task that renders an order, as JSON."""
    return (
        f'{{"order":{order},"store":{json.dumps(store)},'
        f'"compared":{json.dumps(compared)},"seconds":{min(seconds, MAX_SECONDS):.0f}}}'
    )


def read_task(text: str) -> Mapping[str, Any]:
    """Return a task. Raise ValueError, KeyError or TypeError if it is invalid."""
    if len(text) > LARGEST + 4096:
        raise ValueError("it is too large for a task")
    task = json.loads(text)
    require_keys(task, ("order", "store", "compared", "seconds"))
    return dict(task)


def find_program_digest() -> tuple[str, Path]:
    """Return the digest of this machine's ffmpeg and its path."""
    path = find_engine().path
    return digest_file(path), path


def _result_line(answer: Answer, *, own_store: bool) -> str:
    """Return a piece's result as text, for the worker's terminal."""
    if answer.status == DONE and answer.looked_up:
        return f"found {answer.look} in the store, rendered by {answer.machine}"
    if answer.status == DONE:
        return f"rendered {answer.look} in {answer.seconds:.1f} s"
    if answer.why == STOPPED:
        return f"dropped: {STOPPED}"
    away = answer.status == REFUSED and answer.why.startswith(STORE)
    if own_store and away and any(sign in answer.why for sign in ENDED):
        return "dropped: the farm ended, and its store with it"
    return f"{answer.status}: {in_brief(answer.why)}"


def main(words: Sequence[str]) -> int:
    """Work until the connection ends or the slot idles too long; return an exit code.

    The arguments are the scheduler's address, the machine's folder, the worker's name, the address
    of the farm's store, the number of parallel tasks, and how many seconds a worker may idle.
    """
    engine = import_module("collide.farm.dask_engine")  # late, since dask_engine imports this file
    address, folder, name, store, tasks, idle = words
    os.environ.pop("COLLIDE_CACHE", None)  # the private workspace has its own cache
    try:
        slot = Slot(Path(folder), name, store, tasks=int(tasks), idle=float(idle))
        own = slot.machine
        joins = f"joined, with collide {own.code[:8]} and ffmpeg {own.engine[:8]}"
        engine.work(slot, address, slot.key.path, Path(folder), lambda: print(joins, flush=True))
        if not slot.is_idle():
            print("the farm ended, or dropped this worker because it was silent", file=sys.stderr)
    except NoFarmError as error:
        print(f"no farm answers: {error}", file=sys.stderr)
        return ADDRESS
    except StrangerError:
        print("the farm has a different key", file=sys.stderr)
        return STRANGER
    except CollideError as error:
        print(f"ERROR: {error}", flush=True)  # only the last line of stderr is kept
        print("it cannot join", file=sys.stderr)
        return error.code
    return 0 if slot.is_idle() else GONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
