"""The scheduler, which runs as many tasks at once as fit and starts the longest chains first.

Its caller (doit's dispatcher in a render, `run_steps` elsewhere) offers only ready tasks.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self

from collide.base import segments
from collide.base.errors import CollideError
from collide.engine.cancel import Cancel
from collide.engine.machine import cores, free_memory
from collide.instrument import wide_and_high
from collide.project.piece import Piece, depth
from collide.store.step import Step

PATIENCE = 5.0  # seconds for stopped tasks to delete their working folders

# A process needs PROCESS bytes for up to three layers at 1280x720, and LAYER bytes for each
# additional layer; both grow with the number of pixels. A process that makes masks needs memory for
# its model, whatever the size of the pictures.
HD, PROCESS, LAYER, MASKS = 1280 * 720, 350e6, 75e6, 1.5e9
LEAST = 100e6  # bytes that every step is assumed to need


def memory(step: Step, piece: Piece) -> int:
    """Return the likely peak memory of a step, in bytes."""
    if step.kind == "matte":
        return round(MASKS)
    width, height = wide_and_high(piece.knobs["output_size"])
    clips = [one.probed for one in piece.layers if one.pick.digest in step.clips]
    pixels = max([width * height, *(clip.width * clip.height for clip in clips)])
    more = 0 if step.clips else max(0, len(piece.layers) - 3)  # a step with clips reads one layer
    held = 0.0
    if step.kind == "stack":
        turned = [one for one in piece.layers if one.course.turned]
        each = sum(depth(piece.chroma_of(one)) + len(one.planes) for one in turned)
        held = each * width * height * segments.length(piece.fps)
    return round(max(LEAST, (PROCESS + more * LAYER) * pixels / HD) + held)


@dataclass(frozen=True)
class _Ended:
    task: str
    outcome: Any = None
    error: BaseException | None = None


class Scheduler:
    """A scheduler that runs each task in a thread, since child processes do most of the work.

    Args:
        chains: for each task, the duration of the longest chain it begins. The longest chain starts
            first, and chains of the same length start in the given order.
        memory: the bytes that each task needs. A single task may always run; further tasks
            start only if they fit.
        cancel: the token that stops the processes of the tasks.
        single: tasks that run one at a time, because they all use the same worker.
        workers: the maximum number of tasks that run at once, or 0 for one per core.
        free: returns the bytes of memory that are free now.
    """

    def __init__(
        self,
        chains: Mapping[str, float],
        memory: Mapping[str, int],
        cancel: Cancel,
        *,
        single: Set[str] = frozenset(),
        workers: int = 0,
        free: Callable[[], int] = free_memory,
    ) -> None:
        self._rank = {task: (-chain, at) for at, (task, chain) in enumerate(chains.items())}
        self._memory, self._cancel, self._free = memory, cancel, free
        self._single, self._workers = single, workers or cores()
        self._ready: dict[str, Callable[[], Any]] = {}
        self._running: set[str] = set()
        self._ended: SimpleQueue[_Ended] = SimpleQueue()
        self._room = 0  # free memory when a task last started alone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_raised: object) -> None:
        """If the run was interrupted, stop its tasks and wait a little for them to end."""
        if kind and issubclass(kind, KeyboardInterrupt):
            self._cancel.stop()
            with suppress(Empty):  # a task whose start was interrupted never ends
                for _task in self._running:
                    self._ended.get(timeout=PATIENCE)

    @property
    def busy(self) -> bool:
        """Return whether anything is running or waiting to run."""
        return bool(self._ready or self._running)

    def offer(self, task: str, act: Callable[[], Any]) -> None:
        """Accept a ready task, which `wait` starts as soon as it fits."""
        self._ready[task] = act

    def withdraw(self) -> None:
        """Discard the offered tasks that have not started."""
        self._ready.clear()

    def wait(self) -> tuple[str, Any]:
        """Start the tasks that fit; return the next to end and its result, or raise its error."""
        self._begin()
        ended = self._ended.get()
        self._running.remove(ended.task)
        if ended.error:
            raise ended.error
        return ended.task, ended.outcome

    def _begin(self) -> None:
        for task in sorted(self._ready, key=lambda task: self._rank.get(task, (0.0, 0))):
            if len(self._running) == self._workers:
                return
            if self._fits(task):
                self._running.add(task)
                Thread(target=self._act, args=(task, self._ready.pop(task)), daemon=True).start()

    def _fits(self, task: str) -> bool:
        """Return whether a task fits next to the running tasks, whose memory may still grow."""
        free, size = self._free(), self._memory.get(task, 0)
        if not self._running:
            self._room = free
            return True
        if task in self._single and self._single & self._running:
            return False
        taken = sum(self._memory.get(other, 0) for other in self._running)
        return taken + size <= self._room and size <= free

    def _act(self, task: str, act: Callable[[], Any]) -> None:
        try:
            self._ended.put(_Ended(task, act()))
        except BaseException as error:  # raised again in the waiting thread
            self._ended.put(_Ended(task, error=error))


def run_steps(steps: Iterable[Step], run: Callable[[Step], Any], scheduler: Scheduler) -> None:
    """Run steps in dependency order.

    After a failure, no more steps start. When the running steps have ended, the first error is
    raised.
    """
    by_task = {step.task: step for step in steps}
    graph = TopologicalSorter({t: {*step.needs} & by_task.keys() for t, step in by_task.items()})
    graph.prepare()
    failed: CollideError | OSError | None = None
    with scheduler:
        while True:
            for task in () if failed else graph.get_ready():
                scheduler.offer(task, partial(run, by_task[task]))
            if not scheduler.busy:
                break
            try:
                graph.done(scheduler.wait()[0])
            except (CollideError, OSError) as error:
                failed = failed or error
                scheduler.withdraw()
    if failed:
        raise failed
