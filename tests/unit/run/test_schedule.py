"""schedule: which task starts first, which run together, and what a failure or Ctrl-C does."""

from collections.abc import Callable, Mapping
from threading import Barrier, Event, Lock
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import Cancelled, TaskError
from collide.engine.cancel import Cancel
from collide.instrument import Course, Run
from collide.run.schedule import Scheduler, memory, run_steps
from collide.store.step import Step
from tests.patience import HANGS


def nothing() -> None:
    """Stand in for the job of a step, which no test computes."""


def step(task: str, *needs: str) -> Step:
    """Return a step with this name and these dependencies."""
    return Step(task, lambda _results, _log: nothing(), needs)  # type: ignore[arg-type]


def scheduler(chains: Mapping[str, float], sizes: Mapping[str, int] = {}, **more: Any) -> Scheduler:
    """Return a scheduler on a machine with a hundred bytes of memory."""
    return Scheduler(chains, sizes, Cancel(), **{"free": lambda: 100, **more})


def order(steps: list[Step], chains: Mapping[str, float]) -> list[str]:
    """Return the steps in the order in which they begin, one at a time."""
    begun: list[str] = []
    run_steps(steps, lambda one: begun.append(one.task), scheduler(chains, workers=1))
    return begun


def most_at_once(tasks: list[str], planned: Scheduler, pairs: int = 0) -> int:
    """Return the most tasks at once if the first `pairs` tasks wait for each other."""
    lock, running, most = Lock(), set[str](), [0]
    barrier = Barrier(max(1, pairs))

    def act(one: Step) -> None:
        with lock:
            running.add(one.task)
            most[0] = max(most[0], len(running))
        if one.task in tasks[:pairs]:
            barrier.wait(HANGS)
        with lock:
            running.remove(one.task)

    run_steps([step(task) for task in tasks], act, planned)
    return most[0]


def test_the_longest_chain_begins_first() -> None:
    """The task with the longest chain, including its own duration, begins first."""
    steps = [step("a"), step("b"), step("c"), step("d", "c")]
    assert order(steps, {"a": 1.0, "b": 2.0, "c": 3.0, "d": 0.5}) == ["c", "b", "a", "d"]


def test_equal_chains_begin_in_the_order_of_the_plan() -> None:
    """If chains are equal, the first in the plan begins first, so early segments end early."""
    tasks = [f"encode:{n}" for n in (0, 1, 2, 10)]
    assert order([step(task) for task in reversed(tasks)], dict.fromkeys(tasks, 1.0)) == tasks


def test_newly_ready_tasks_compete_before_another_begins() -> None:
    """When a task ends, the tasks that become ready compete before any other begins."""
    steps = [step("x"), step("a"), step("b", "a")]
    assert order(steps, {"x": 1.0, "a": 9.0, "b": 8.0}) == ["a", "b", "x"]


def test_a_step_begins_after_its_dependencies() -> None:
    """A step begins after its dependencies, but does not wait for dependencies outside the run."""
    steps = [step("d", "b", "c"), step("b", "a"), step("c", "a", "elsewhere"), step("a")]
    assert order(steps, {}) in (["a", "b", "c", "d"], ["a", "c", "b", "d"])


def test_the_requested_number_of_tasks_run_at_once() -> None:
    """Three workers run three tasks at once, and one worker runs one task at a time."""
    assert most_at_once([*"abc"], scheduler({}, workers=3), pairs=3) == 3
    assert most_at_once([*"abc"], scheduler({}, workers=1)) == 1


def test_others_pass_a_task_that_does_not_fit_into_memory() -> None:
    """A task that does not fit into memory waits; other tasks pass it. A lone task always runs."""
    sizes = {"mask:1": 60, "mask:2": 60, "small": 30, "huge": 900}
    both = {"mask:1": 2.0, "mask:2": 2.0}
    assert most_at_once(["mask:1", "mask:2"], scheduler(both, sizes, workers=4)) == 1
    beside = scheduler({**both, "small": 1.0}, sizes, workers=4)
    assert most_at_once(["mask:1", "small", "mask:2"], beside, pairs=2) == 2
    assert most_at_once(["huge", "small"], scheduler({"huge": 1.0}, sizes, workers=4)) == 1


def test_only_memory_that_is_free_now_is_used() -> None:
    """Only memory that is free now is used, even if more was free when the run began."""
    free = iter([100, *[20] * 99])
    sizes = {"a": 30, "b": 30}
    planned = scheduler({}, sizes, workers=2, free=lambda: next(free))
    assert most_at_once(["a", "b"], planned) == 1


def test_tasks_of_the_analysis_worker_run_one_at_a_time() -> None:
    """Tasks that need the analysis worker run one at a time, alongside other tasks."""
    planned = scheduler({"color:1": 2.0, "color:2": 2.0}, single={"color:1", "color:2"}, workers=2)
    assert most_at_once(["color:1", "layer:1", "color:2"], planned, pairs=2) == 2
    planned = scheduler({}, single={"color:1", "color:2"}, workers=2)
    assert most_at_once(["color:1", "color:2"], planned) == 1


def test_after_a_failure_only_running_steps_are_finished() -> None:
    """If one of two running steps fails, the other finishes, and no more steps start."""
    both, done, failed = Barrier(2), [], Event()

    def act(one: Step) -> None:
        if one.task in "ab":
            both.wait(HANGS)
        if one.task == "a":
            failed.set()
            raise TaskError("a failed", why="why", fix="fix")
        failed.wait(HANGS)
        done.append(one.task)

    steps = [step("a"), step("b"), step("c"), step("d", "b"), step("e", "a")]
    with pytest.raises(TaskError, match="a failed"):
        run_steps(steps, act, scheduler({"a": 2.0, "b": 2.0, "c": 1.0}, workers=2))
    assert done == ["b"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, Cancelled])
def test_a_stop_cancels_running_tasks_and_waits_for_them(error: type[BaseException]) -> None:
    """A stop cancels all running tasks and waits until they have ended."""
    cancel, left, begun = Cancel(), [], Event()

    def waits() -> None:
        begun.set()
        while not cancel.stopped:
            pass
        left.append("waits")

    def ends() -> None:
        begun.wait(HANGS)
        raise error

    planned = Scheduler({}, {}, cancel, workers=2, free=lambda: 100)
    acts: dict[str, Callable[[], None]] = {"waits": waits, "ends": ends}

    def run() -> None:
        with planned:
            for task, act in acts.items():
                planned.offer(task, act)
            planned.wait()

    with pytest.raises(error):
        run()
    assert left == ["waits"]


def piece(
    size: str, count: int, clip: tuple[int, int] = (640, 360), *, turned: bool = False
) -> Any:
    """Return a stub piece with the attributes that an estimate reads."""
    course = Course((Run(9, 10, turned),))
    probed = SimpleNamespace(width=clip[0], height=clip[1])
    pick, planes = SimpleNamespace(digest="c"), ("cut",)
    layer = SimpleNamespace(pick=pick, probed=probed, course=course, planes=planes)
    more = {"chroma_of": lambda _: "420", "fps": 24}
    return SimpleNamespace(knobs={"output_size": size}, layers=[layer] * count, **more)


def test_memory_estimates_grow_with_layers_and_pixels() -> None:
    """The memory estimate grows with layers and pixels; for masks, it is fixed.

    A reversed layer's segment is kept in memory while stacking.
    """
    stack = step("stack:0")
    layer = Step("layer:1", stack.job, clips=("c",))
    assert memory(stack, piece("1280x720", 3)) == 350e6
    assert memory(stack, piece("1280x720", 5)) == 500e6
    assert memory(stack, piece("2560x1440", 3)) == 1400e6
    assert memory(layer, piece("1280x720", 5)) == 350e6
    assert memory(layer, piece("1280x720", 3, clip=(3840, 2160))) == 9 * 350e6
    assert memory(stack, piece("128x72", 3)) == 100e6
    assert memory(layer, piece("1280x720", 1, turned=True)) == 350e6
    held = 2.5 * 1280 * 720 * 120  # colors and cut of a segment
    assert memory(stack, piece("1280x720", 2, turned=True)) == 350e6 + 2 * held
    assert memory(step("matte:2.0"), piece("128x72", 3)) == 1500e6
