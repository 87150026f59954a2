"""The words of a command line: verbs, tasks and options. Words without a meaning are refused.

doit takes the last of two equal variables, reads options in one place only, and answers an
unknown task in its own words; here each is a three-part error.
"""

import importlib
import shlex
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from collide.base.errors import InputError, did_you_mean
from collide.catalog import knobs
from collide.plan.planner import Plan, possible
from collide.project.settings import bare, renamed
from collide.run.session import Session

HERE = Path(__file__).parents[1] / "verbs"

# Kinds of tasks, in the order of the graph; `layer:2` is one of the kind layer.
KINDS = tuple(
    "footage probe select levels keyframe matte color layer presence hear audio mix loudness stack "
    "plate post encode mux record render".split()
)


@cache
def verbs() -> tuple[str, ...]:
    """Return the verbs, one for each file of collide/verbs."""
    return tuple(sorted(path.stem.replace("_", "-") for path in HERE.glob("[a-z]*.py")))


def verb_module(name: str) -> ModuleType:
    """Return the file of a verb."""
    return importlib.import_module(f"collide.verbs.{name.replace('-', '_')}")


def line(words: Sequence[str], typed: Mapping[str, str]) -> str:
    """Return a command line as it can be pasted."""
    return shlex.join(["doit", *words, *(f"{name}={value}" for name, value in typed.items())])


def refuse_doubles(typed: Sequence[str]) -> None:
    """Refuse a variable that is typed twice; doit would take the last and say nothing."""
    said = [word.partition("=")[0] for word in typed if "=" in word and not word.startswith("-")]
    names = [renamed(name)[0] for name in said]
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"{name}= was said twice",
                why="only one of the two can be meant",
                fix=f"say {name}= once",
            )


def _meant(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the line that was meant: a knob said as other programs take it, or doit's option."""
    name, _, value = words[at].lstrip("-").partition("=")
    value = value or "".join(words[at + 1 : at + 2])
    if bare(name) in knobs() and value:
        return line(words[:at], {**typed, name: value})
    return line([*words[at:], *words[:at]], typed)


def refuse_strange_words(words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse what is neither verb nor task, and options that stand after one."""
    if not words:
        raise InputError(
            f"what should be done with {line([], typed).removeprefix('doit ')}?",
            why="there is no verb",
            fix=line(["render"], typed),
        )
    for at, word in enumerate(words):
        if word.startswith("-"):
            raise InputError(
                f"{word} stands after the verb",
                why="doit reads its own options before the verb only",
                fix=_meant(words, at, typed),
            )
        if word in verbs() and word not in KINDS:
            raise InputError(
                f"doit {word} stands alone",
                why="options before a verb, and words beside it, are for tasks that render",
                fix=line([word], typed),
            )
        if word.partition(":")[0] not in KINDS:
            loose = at > 0 and "project" not in typed  # doit render night-drive
            other = f"did you mean project={word}?" if loose else "doit list says what each does"
            raise InputError(
                f"no verb or task named {word!r}",
                why=f"verbs: {', '.join(verbs())}\ntasks: {', '.join(KINDS[:-1])}",
                fix=did_you_mean(word, KINDS if at else [*verbs(), *KINDS], otherwise=other),
            )


def refuse_missing_tasks(words: Sequence[str], session: Session, plan: Plan | None) -> None:
    """Refuse `layer:9` where there are three layers; the pattern `layer:*` may stand for some.

    Without a plan, while clips are still to be chosen, a task that may come is let through.
    """
    for word in words:
        kind, colon, _ = word.partition(":")
        known = _tasks(kind, session, plan)
        if not colon or any(fnmatchcase(task, word) for task in known):
            continue
        few = ", ".join(known) if len(known) < 10 else f"{known[0]} to {known[-1]}"
        raise InputError(
            f"{session.project.name} has no task {word!r}",
            why=f"it has {few}" if known else f"nothing in it is a task of the kind {kind!r}",
            fix=line(["list", "--all"], {"project": session.project.name}),
        )


def _tasks(kind: str, session: Session, plan: Plan | None) -> list[str]:
    """Return the tasks of a kind, as far as they are known."""
    if kind == "probe":
        return [f"probe:{pick.digest[:8]}" for pick in plan.piece.picks] if plan else ["probe:*"]
    known = list(plan.steps) if plan else possible(session.project, session.settings)
    return [task for task in [*session.footage, *known] if task.startswith(f"{kind}:")]


def refuse_processes(options: Mapping[str, Any]) -> None:
    """Refuse doit's other way of running tasks side by side, and fewer than none of them."""
    if options.get("par_type") == "process":
        raise InputError(
            "-P process is not possible",
            why="a killed worker would leave ffmpeg running, and doit waiting for ever",
            fix="leave -P away: tasks run in threads, and ffmpeg beside them",
        )
    if options.get("num_process", 0) < 0:
        raise InputError(
            f"-n {options['num_process']} is not possible",
            why="it is how many tasks run at once",
            fix="say -n 1, or leave it away: as many as there are cores",
        )
