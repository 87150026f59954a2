"""Refuse tasks that the project does not have, and doit's own options for running tasks."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from collide.base.errors import InputError
from collide.plan.planner import Plan, possible
from collide.run.session import Session
from collide.syntax.arguments import line


def refuse_missing_tasks(words: Sequence[str], session: Session, plan: Plan | None) -> None:
    """Refuse a task or pattern that matches nothing, such as `layer:9` in a three-layer piece.

    If there is no plan (for instance, before clips are chosen), accept every task that may be
    planned.
    """
    for word in words:
        kind, colon, _ = word.partition(":")
        tasks = _tasks(kind, session, plan)
        if not colon or any(fnmatchcase(task, word) for task in tasks):
            continue
        few = ", ".join(tasks) if len(tasks) < 10 else f"{tasks[0]} to {tasks[-1]}"
        raise InputError(
            f"{session.project.name} has no task {word!r}",
            why=f"it has {few}" if tasks else f"it has no {kind} tasks",
            fix=line(["list", "--all"], {"project": session.project.name}),
        )


def _tasks(kind: str, session: Session, plan: Plan | None) -> list[str]:
    if kind == "probe":
        return [f"probe:{pick.digest[:8]}" for pick in plan.piece.picks] if plan else ["probe:*"]
    names = list(plan.steps) if plan else possible(session.project, session.settings)
    return [task for task in [*session.footage, *names] if task.startswith(f"{kind}:")]


def refuse_processes(options: Mapping[str, Any]) -> None:
    """Refuse doit's process mode and a negative number of tasks."""
    if options.get("par_type") == "process":
        raise InputError(
            "-P process is not supported",
            why="a killed worker would leave ffmpeg running and doit waiting forever",
            fix="leave out -P: tasks run in threads, with ffmpeg in child processes",
        )
    if options.get("num_process", 0) < 0:
        raise InputError(
            f"-n {options['num_process']} is not valid",
            why="-n is the number of tasks that run at once",
            fix="use -n 1, or leave it out to run one per core",
        )
