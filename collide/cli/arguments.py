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

from collide.base.errors import InputError, nearest
from collide.catalog import knobs
from collide.plan.planner import Plan, possible
from collide.project.settings import bare, renamed
from collide.run.session import Session

HERE = Path(__file__).parents[1] / "verbs"

# What other programs call a verb.
OTHER_VERBS = {
    "run": "render", "build": "render", "make": "render", "init": "new", "create": "new",
    "frame": "still", "screenshot": "still", "snapshot": "still", "show": "still",
    "play": "preview", "ls": "list", "config": "set", "settings": "knobs", "status": "plan",
    "explain": "why", "revert": "undo", "back": "undo", "random": "roll", "shuffle": "roll",
    "dice": "roll", "reroll": "roll", "fetch": "download", "import": "scan", "add": "scan",
    "history": "looks", "favorite": "star", "pin": "star", "delete": "clean", "remove": "clean",
    "gc": "cache", "version": "doctor", "compare": "diff", "serve": "tune", "edit": "tune",
    "live": "tune", "verify": "prove", "params": "knobs", "options": "knobs",
}  # fmt: skip

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


def page_asked(words: Sequence[str]) -> str | None:
    """Return the verb whose page `-h` or `--help` asks for, "" for the page of all; else None."""
    if not {"-h", "--help"} & {*words}:
        return None
    named = [word for word in words if word in verbs()]
    tasks = any(word.partition(":")[0] in KINDS for word in words)
    return named[0] if named else "render" if tasks else ""


def refuse_doubles(typed: Sequence[str]) -> None:
    """Refuse a variable that is typed twice; doit would take the last and say nothing."""
    said = [word for word in typed if "=" in word and not word.startswith("-")]
    names = [renamed(word.partition("=")[0])[0] for word in said]
    for name in names:
        if names.count(name) > 1:
            twice = [word for word, one in zip(said, names, strict=True) if one == name]
            lines = [_once(typed, twice, word) for word in twice]
            if name == "preset":
                values = [word.partition("=")[2] for word in twice]
                lines = [_once(typed, twice, f"preset={','.join(values)}")]
            raise InputError(
                f"{name}= is typed twice",
                why="only one of the two can be meant" if len(lines) > 1 else "it takes several",
                fix="\n".join(lines),
            )


def _once(typed: Sequence[str], twice: Sequence[str], kept: str) -> str:
    """Return a line in which one word stands for several."""
    at = min(typed.index(word) for word in twice)
    words = [kept if i == at else word for i, word in enumerate(typed)]
    return shlex.join(["doit", *(w for i, w in enumerate(words) if i == at or w not in twice)])


def _meant(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the line that was meant: a knob said as other programs take it, or doit's option."""
    name, _, value = words[at].lstrip("-").partition("=")
    after = [] if value else words[at + 1 : at + 2]
    value = value or "".join(after)
    takes = {*verb_module("render").VARIABLES, *knobs()}
    if bare(name) in takes and value:
        return line([*words[:at], *words[at + 1 + len(after) :]], {**typed, name: value})
    return line([*words[at:], *words[:at]], typed)


def refuse_strange_words(words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse words that are neither verb nor task, and options after one."""
    if not words:
        raise InputError(
            f"what should be done with {line([], typed).removeprefix('doit ')}?",
            why="there is no verb",
            fix=line(["render"], {_known(name): text for name, text in typed.items()}),
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
            raise InputError(
                f"no verb or task named {word!r}",
                why=f"verbs: {', '.join(verbs())}\ntasks: {', '.join(KINDS[:-1])}",
                fix=_mended_word(words, at, typed),
            )


def _known(name: str) -> str:
    """Return a name of render's, or the one that is nearest to it."""
    names = [*verb_module("render").VARIABLES, *knobs()]
    return name if bare(name) in names else nearest(name, names) or name


def _mended_word(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the fix of a word that is no verb and no task, with the line that was meant."""
    word, known = words[at], KINDS if at else [*verbs(), *KINDS]
    if near := OTHER_VERBS.get(word.lower()) or nearest(word, known):
        rest = [*dict.fromkeys([*words[:at], near, *words[at + 1 :]])]
        return f"did you mean {near!r}? {line(rest, typed)}"
    if at and "project" not in typed:  # doit render night-drive
        name = word.partition("projects/")[2].partition("/")[0] or word
        rest = [one for one in words if one != word]
        return f"did you mean project={name}? {line(rest, {'project': name, **typed})}"
    return "see what each does: doit list"


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
    """Return the known tasks of a kind."""
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
