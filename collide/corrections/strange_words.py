"""Refusals of words that are not a verb, task or option, or are in the wrong place.

doit takes the last of two variables with the same name, accepts options in one place only, and
reports an unknown task in its own words. collide raises a three-part error for each of these.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import knobs
from collide.library.folders import kind
from collide.plan.planner import Plan, possible
from collide.project.settings import bare, renamed
from collide.run.session import Session
from collide.syntax.arguments import ALL, KINDS, line, verb_module, verbs

# Other programs' names for a verb, or for a verb with a word; some also set variables.
OTHER_VERBS = {
    "run": "render", "build": "render", "make": "render", "init": "new", "create": "new",
    "frame": "still", "screenshot": "still", "snapshot": "still", "show": "still",
    "play": "preview", "ls": "list", "config": "set", "settings": "knobs", "status": "plan",
    "explain": "why", "revert": "undo", "back": "undo", "random": "roll", "shuffle": "roll",
    "dice": "roll", "reroll": "roll", "fetch": "download", "import": "scan", "add": "scan",
    "history": "looks", "favorite": "star", "pin": "star",
    "gc": "cache gc", "version": "doctor", "compare": "diff", "serve": "tune", "edit": "tune",
    "live": "tune", "verify": "prove", "params": "knobs", "options": "knobs",
    "unstar": "star off=true", "unpin": "star off=true", "unfavorite": "star off=true",
    "prune": "cache gc", "purge": "cache gc",
    "clean cache": "cache gc keep=0", "clear cache": "cache gc keep=0",
    "cache clear": "cache gc keep=0", "cache clean": "cache gc keep=0",
    "cache empty": "cache gc keep=0", "cache purge": "cache gc keep=0",
    "cache delete": "cache gc keep=0", "cache remove": "cache gc keep=0",
    "shot": "still", "shots": "still", "image": "still", "clip": "clips", "keep": "star",
    "save": "star or save-preset", "reset": "undo", "log": "looks", "commit": "star", "tag": "star",
    "install": "doctor", "setup": "doctor", "update": "doctor", "upgrade": "doctor",
    "thumbnail": "still", "grid": "sheet", "variations": "roll",
    "cache prune": "cache gc", "cache check": "cache verify", "cache list": "cache stats",
}  # fmt: skip


def refuse_doubles(typed: Sequence[str]) -> None:
    """Refuse a variable that is typed twice; doit would silently take the last value."""
    said = [word for word in typed if "=" in word and word[0] not in "-="]
    names = [renamed(word.partition("=")[0])[0] for word in said]
    for name in names:
        if names.count(name) > 1:
            twice = [word for word, one in zip(said, names, strict=True) if one == name]
            lines = [_once(typed, twice, word) for word in twice]
            if name == "preset" or "sweep" in typed:  # a shell expands similarity={0.2,0.3} to two
                values = [word.partition("=")[2] for word in twice]
                lines = [_once(typed, twice, f"{name}={','.join(values)}")]
            raise InputError(
                f"{name}= is typed twice",
                why="the line can mean only one of them"
                if len(lines) > 1
                else "it takes several values",
                fix="\n".join(lines),
            )


def _once(typed: Sequence[str], twice: Sequence[str], kept: str) -> str:
    """Return the typed line with `kept` in place of the words in `twice`."""
    at = min(typed.index(word) for word in twice)
    words = [kept if i == at else word for i, word in enumerate(typed)]
    return shlex.join(["doit", *(w for i, w in enumerate(words) if i == at or w not in twice)])


def _meant(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the line meant by a misplaced option, which is a knob, a variable or doit's own."""
    name, _, value = words[at].lstrip("-").partition("=")
    after = [] if value else words[at + 1 : at + 2]
    value = value or "".join(after)
    takes = {*verb_module("render").VARIABLES, *knobs()}
    if bare(name) in takes and value:
        return line([*words[:at], *words[at + 1 + len(after) :]], {**typed, name: value})
    return line([*words[at:], *words[:at]], typed)


def refuse_output(words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse `-o film.mp4`: doit would overwrite that file with its own lines of text."""
    for at, word in enumerate(words):
        if option := re.fullmatch(r"(?:-o|--output-file=?)(.*)", word, re.DOTALL):
            name = option[1] or "".join(words[at + 1 : at + 2])
            path, project = Path(name), typed.get("project", "x")
            if kind(name) or path.exists():
                raise InputError(
                    f"-o {name} does not name the video",
                    why=f"-o names a file for doit's text; the video is always "
                    f"projects/{project}/output/{project}.mp4",
                    fix=f"{line(['render'], typed)}\nto keep it under this name: "
                    f"{line(['star'], {'project': project, 'name': path.stem})}",
                )


def refuse_strange_words(words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse words that are neither a verb nor a task, and options after the verb."""
    if not words:
        raise InputError(
            f"no verb in: {line([], typed)}",
            why="doit needs a verb or a task",
            fix=line(["render"], {_known(name): text for name, text in typed.items()}),
        )
    refuse_output(words, typed)
    for at, word in enumerate(words):
        if word.startswith("-"):
            raise InputError(
                f"{word} comes after the verb",
                why="doit's own options go before the verb",
                fix=_meant(words, at, typed),
            )
        if word in verbs() and word not in KINDS:
            raise InputError(
                f"doit {word} must stand alone",
                why="only render and tasks take options before them, or more words after them",
                fix=line([word], typed),
            )
        if word.partition(":")[0] not in KINDS:
            fix = _mended_word(words, at, typed)
            every = f"verbs: {', '.join(verbs())}\ntasks: {', '.join(KINDS[:-1])}"
            raise InputError(
                f"no verb or task named {word!r}",
                why=every if fix.startswith("see ") else "doit list prints the verbs",
                fix=fix,
            )


def other_lines(words: Sequence[str], typed: Mapping[str, str]) -> list[str]:
    """Return a line for each verb that other programs call by the first one or two `words`."""
    for count in (2, 1):
        dashed = "-".join(words[:count]) if count > 1 else ""  # save preset
        meant = OTHER_VERBS.get(" ".join(words[:count]).lower(), "")
        meant = dashed if dashed in verbs() else meant
        if meant and len(words) >= count:
            lines = []
            for one in meant.split(" or "):
                own = [word for word in one.split() if "=" not in word]
                turned = dict(word.split("=", 1) for word in one.split() if "=" in word)
                lines.append(line([*own, *words[count:]], {**_taken(own[0], typed), **turned}))
            return lines
    return []


def _known(name: str) -> str:
    """Return the variable or knob of render that is nearest to a name, else the name itself."""
    names = [*verb_module("render").VARIABLES, *knobs()]
    return name if bare(name) in names else nearest(name, names) or name


def _mended_word(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the fix for a word that is neither a verb nor a task, with the intended lines."""
    word = words[at]
    if at == 0 and (others := other_lines(words, typed)):
        return f"did you mean {shlex.split(others[0])[1]!r}? " + "\n".join(others)
    if near := (_near_verb(word) if not at else None) or nearest(word, KINDS):
        rest = [*dict.fromkeys([*words[:at], near, *words[at + 1 :]])]
        return f"did you mean {near!r}? {line(rest, _taken(rest[0], typed))}"
    if at and "project" not in typed:  # doit render night-drive
        name = word.partition("projects/")[2].partition("/")[0] or word
        rest = [one for one in words if one != word]
        fix = line(rest, {"project": name, **typed})
        return fix if name in ALL else f"did you mean project={name}? {fix}"
    return "see what each does: doit list"


def _near_verb(word: str) -> str | None:
    """Return the verb that a word resembles, or is a form of: worker, rendering."""
    stem = re.sub(r"(ers?|ing|ed)$", "", word.lower())
    forms = [one for one in (stem, f"{stem}e") if one in verbs()]
    return nearest(word, verbs()) or next(iter(forms), None)


def _taken(verb: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed variables and knobs that a verb takes."""
    module = verb_module(verb if verb in verbs() else "render")
    if getattr(module, "KNOBS", False):
        return dict(typed)
    return {name: text for name, text in typed.items() if name in module.VARIABLES}


def refuse_missing_tasks(words: Sequence[str], session: Session, plan: Plan | None) -> None:
    """Refuse a task or pattern that matches no task, such as `layer:9` if there are three layers.

    Until clips are chosen there is no plan; then every task that a plan may contain is accepted.
    """
    for word in words:
        kind, colon, _ = word.partition(":")
        known = _tasks(kind, session, plan)
        if not colon or any(fnmatchcase(task, word) for task in known):
            continue
        few = ", ".join(known) if len(known) < 10 else f"{known[0]} to {known[-1]}"
        raise InputError(
            f"{session.project.name} has no task {word!r}",
            why=f"it has {few}" if known else f"it has no {kind} tasks",
            fix=line(["list", "--all"], {"project": session.project.name}),
        )


def _tasks(kind: str, session: Session, plan: Plan | None) -> list[str]:
    """Return the known tasks of a kind."""
    if kind == "probe":
        return [f"probe:{pick.digest[:8]}" for pick in plan.piece.picks] if plan else ["probe:*"]
    known = list(plan.steps) if plan else possible(session.project, session.settings)
    return [task for task in [*session.footage, *known] if task.startswith(f"{kind}:")]


def refuse_processes(options: Mapping[str, Any]) -> None:
    """Refuse doit's process mode, and a negative number of tasks."""
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
