"""forecast: the critical path from each task, and the wall time of a render."""

from typing import Any

from collide.plan.planner import Plan
from collide.run.forecast import UNKNOWN, Forecast, Guess, folded
from collide.store.reasons import Cause, Reason, sentence
from collide.store.step import Step


def forecast(**tasks: tuple[float | None, str]) -> Forecast:
    """Return the forecast of tasks with given dependencies and seconds, where 0 s means kept."""
    nothing: Any = None
    named = {task.replace("_", ":"): value for task, value in tasks.items()}
    steps = {t: Step(t, nothing, tuple(needs.split())) for t, (_, needs) in named.items()}
    guesses = {
        task: Guess(task, "keep" if seconds == 0 else "render", (), seconds)
        for task, (seconds, _) in named.items()
    }
    return Forecast(Plan(nothing, steps), guesses, set())


def test_a_chain_includes_the_longest_chain_of_dependents() -> None:
    """A task's chain includes the longest chain of its dependents; kept tasks take no time."""
    found = forecast(a=(1.0, ""), b=(2.0, "a"), c=(5.0, "a"), d=(0, "b c"), e=(1.0, "d"))
    assert found.chains() == {"a": 7.0, "b": 3.0, "c": 6.0, "d": 1.0, "e": 1.0}


def test_segments_have_equal_chains_however_long_each_took() -> None:
    """Segments have equal chains; otherwise a slower second segment would begin first."""
    found = forecast(encode_0=(1.0, ""), encode_1=(3.0, ""), mux=(1.0, "encode:0 encode:1"))
    assert found.chains() == {"encode:0": 3.0, "encode:1": 3.0, "mux": 1.0}


def test_steps_that_never_ran_count_the_same() -> None:
    """Tasks that never ran count equally, so the longest chain is the one with the most steps."""
    found = forecast(a=(None, ""), b=(None, "a"))
    assert found.chains() == {"a": 2 * UNKNOWN, "b": UNKNOWN}


def test_wall_time_counts_parallel_tasks_once() -> None:
    """With several workers, parallel tasks share the wall time, and later tasks add to it."""
    found = forecast(a=(3.0, ""), b=(3.0, ""), c=(1.0, "a b"), d=(0, ""))
    assert [found.wall(workers) for workers in (1, 2, 8)] == [7.0, 4.0, 4.0]
    assert found.seconds == 7.0
    assert forecast(a=(0, "")).wall(2) == 0.0


def test_reasons_of_costly_fetches_are_folded() -> None:
    """If rendering several stacks is faster than fetching them, one line gives the reason."""
    guesses = [
        Guess(
            f"stack:{at}", "render", (Reason(Cause.DEARER, f"encode:{at}", f"{at} s", "9 s"),), 1.0
        )
        for at in range(3)
    ]
    (one,) = folded(guesses[:1])
    reads = "encode 0 reads it: rendering it takes 0 s, fetching it would take 9 s"
    assert sentence(one.why) == reads
    (all_three,) = folded(guesses)
    assert all_three.task == "stack:0-2"
    assert sentence(all_three.why) == ("encode reads it: rendering it is faster than fetching it")
