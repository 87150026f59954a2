"""Refuse arguments that are not a verb, a task or an option, or that are in the wrong position.

doit takes the last of two variables with the same name, accepts options in one position only, and
reports an unknown task in its own words. collide raises a three-part error for each of these.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path, PurePath

from collide.base.errors import InputError
from collide.base.words import joined, nearest
from collide.base.workspace import LABEL, Workspace
from collide.catalog import knobs
from collide.corrections.foreign_options import OF_DOIT, OPTIONS, would_run
from collide.corrections.one_word import layered
from collide.corrections.other_verbs import (
    OTHER_VERBS,
    SETS,
    layer_line,
    main_verbs,
    meant_verbs,
    near_verb,
    other_lines,
)
from collide.corrections.output_names import copied_lines
from collide.corrections.output_words import OTHER_FORMS
from collide.corrections.shell_words import COPIES, MOVES, shell_lines, why_shell
from collide.corrections.standing_piece import project_of
from collide.corrections.still_times import stills
from collide.library.folders import kind
from collide.limits import Chain, Several
from collide.project.settings import bare, renamed
from collide.syntax.arguments import ALL, KINDS, TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration, verbs
from collide.text_limits import Labels, Names


def refuse_doubles(typed: Sequence[str]) -> None:
    """Refuse a variable that is given twice, because doit would silently take the last value."""
    typed = layered(typed)  # layer 2 opacity=0.5 layer 3 opacity=0.2
    said = [word for word in typed if "=" in word and word[0] not in "-="]
    _refuse_moved(typed)
    names = [renamed(word.partition("=")[0])[0] for word in said]
    for name in names:
        if names.count(name) > 1:
            twice = [word for word, one in zip(said, names, strict=True) if one == name]
            values = [word.partition("=")[2] for word in twice]
            # a shell expands similarity={0.2,0.3} to two arguments
            whole = ",".join(values) if "sweep" in typed else _all_of(typed, name, values)
            kept = [f"{twice[0].partition('=')[0]}={whole}"] if whole else twice
            lines = [_each_named(typed, twice)] if name == "look" and not whole else []
            lines = [one for one in lines if one] or [_once(typed, twice, word) for word in kept]
            why = "only one of them can apply" if len(lines) > 1 else "it takes several values"
            raise InputError(
                f"{name}= is typed twice",
                why=why if whole or len(lines) > 1 else "each look needs its own variable",
                fix="\n".join(lines),
            )


def _each_named(typed: Sequence[str], twice: Sequence[str]) -> str:
    """Return the command with each look under its own variable (diff a=1 b=3), or ""."""
    verb = next((word for word in typed if word in verbs()), "render")
    own = [name for name, one in declaration(verb).variables.items() if one.limit.of == "look"]
    if "look" in own or len(own) != len(twice):
        return ""
    named = [f"{n}={word.partition('=')[2]}" for n, word in zip(own, twice, strict=True)]
    return shlex.join(["doit", *(word for word in typed if word not in twice), *named])


def _all_of(typed: Sequence[str], name: str, values: Sequence[str]) -> str:
    """Return the values joined into one list, or "" if the variable or knob refuses this list."""
    verb = next((word for word in typed if word in verbs()), "render")
    variable, knob = declaration(verb).variables.get(name), knobs().get(bare(name))
    limit = variable.limit if variable else knob.limit if knob else None
    if not isinstance(limit, Chain | Several | Labels | Names):
        return ""
    whole = ",".join(dict.fromkeys(part for text in values for part in text.split(",")))
    with suppress(ValueError):
        limit.read(whole)
        return whole
    return ""


def _refuse_moved(typed: Sequence[str]) -> None:
    """Refuse `mv project=x project=z`, where the second project is the new name."""
    head = next((word for word in typed if "=" not in word and word[0] != "-"), "")
    names = [word.partition("=")[2] for word in typed if word.startswith("project=")]
    if head.lower() in (*MOVES, *COPIES) and len(names) > 1:
        lines = shell_lines(Workspace(Path.cwd()), [head, *names], {})
        raise InputError(
            f"no verb or task named {head!r}", why=why_shell(lines), fix="\n".join(lines)
        )


def _once(typed: Sequence[str], twice: Sequence[str], kept: str) -> str:
    """Return the command with `kept` instead of the arguments in `twice`."""
    at = min(typed.index(word) for word in twice)
    words = [kept if i == at else word for i, word in enumerate(typed)]
    return shlex.join(["doit", *(w for i, w in enumerate(words) if i == at or w not in twice)])


def _meant(words: Sequence[str], at: int, typed: Mapping[str, str]) -> str:
    """Return the corrected command for a misplaced knob, variable, or doit option."""
    name, _, value = words[at].lstrip("-").partition("=")
    after = [] if value else words[at + 1 : at + 2]
    value = value or "".join(after)
    if bare(name) in _takes() and value:
        return line([*words[:at], *words[at + 1 + len(after) :]], {**typed, name: value})
    return line([*words[at:], *words[:at]], typed)


def _option(words: Sequence[str], at: int, typed: Mapping[str, str]) -> InputError:
    """Return the error for an option after the verb, whether or not doit knows the option."""
    word, fix = words[at], _meant(words, at, typed)
    name = word.lstrip("-").partition("=")[0]
    if word[:2] != "--" or name in OF_DOIT or bare(name) in _takes():
        why = "doit's own options go before the verb"
        if words == ["render", "-n"]:
            fix = f"{would_run(typed)}\nto render: {line(['render'], typed)}"
        return InputError(f"{word} comes after the verb", why=why, fix=fix)
    rest = line([*words[:at], *words[at + 1 :]], typed)
    why = "neither doit nor collide has an option of that name"
    return InputError(f"{word} is unknown", why=why, fix=f"leave it out: {rest}")


def _takes() -> set[str]:
    """Return the variables and the knobs that render takes."""
    return {*declaration("render").variables, *knobs()}


def refuse_output(workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse `-o film.mp4`, because doit would write its own output into that file."""
    for at, word in enumerate(words):
        if option := re.fullmatch(r"(?:-o|--output-file=?)(.*)", word, re.DOTALL):
            name = option[1] or "".join(words[at + 1 : at + 2])
            rest = [*words[:at], *words[at + 1 + (not option[1]) :]]
            own = {**_project_in(workspace, rest), **typed}
            project = project_of(workspace, own, last_used(workspace) or "x").name
            if kind(name) or Path(name).exists():
                raise InputError(
                    f"-o {name} does not name the video",
                    why=f"-o names a file for doit's text; the video is always "
                    f"projects/{project}/output/{project}.mp4",
                    fix="\n".join(_named_video(workspace, own, project, name)),
                )


def _project_in(workspace: Workspace, words: Sequence[str]) -> dict[str, str]:
    """Return the project that the words name (`-p x`, `--project x` or `x`) as a variable, or {}.

    A name after `-p` or `--project` need not be an existing project's.
    """
    names = ("project=", "--project")
    named = [after for word, after in pairwise(words) if OPTIONS.get(word, word) in names]
    named += [word for word in words if word in workspace.projects()]
    return {"project": named[0]} if named else {}


def _named_video(
    workspace: Workspace, typed: Mapping[str, str], project: str, name: str
) -> list[str]:
    """Return the commands that write the video in the format, folder or name of a file."""
    path = PurePath(name)
    apart = OTHER_FORMS.get(path.suffix[1:].lower()) != "doit render"  # not an MP4
    away = (apart or path.name != name) and "project" in typed
    if away and (lines := copied_lines(workspace, ["render"], typed, name)):
        return lines
    star = line(["star"], {"project": project, "name": path.stem})
    return [line(["render"], typed), *([f"to keep it under this name: {star}"] if name else [])]


def refuse_strange_words(
    workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]
) -> None:
    """Refuse options after the verb, and arguments that are neither verbs nor tasks."""
    if not words:
        raise InputError(
            f"no verb in: {line([], typed)}",
            why="doit needs a verb or a task",
            fix=line(["render"], typed),
        )
    for at, word in enumerate(words):
        if word.startswith("-"):
            raise _option(words, at, typed)
        if word in verbs() and word not in KINDS:
            raise InputError(
                f"doit {word} must stand alone",
                why="no word, and no option except -v, may come before it",
                fix=line([word], typed),
            )
        if word.partition(":")[0] not in KINDS:
            raise _stranger(workspace, words, at, typed)


def _stranger(
    workspace: Workspace, words: Sequence[str], at: int, typed: Mapping[str, str]
) -> InputError:
    """Return the error for a word that is neither a verb nor a task."""
    word, why = words[at], "no verb has that name; doit list prints the verbs"
    fix = _mended_word(workspace, words, at, typed)
    for one in meant_verbs(words[at:])[0]:  # unstar
        pairs = [f"{name}={text}" for name, text in one.turned.items()]
        why = f"doit {one.verb} does that with {joined(pairs)}" if pairs else why
    if not fix and at and "project" not in typed:  # doit render night-drive
        fix = _as_project(workspace, words, word, typed)
        why = "projects here: " + (", ".join(workspace.projects()) or "none yet")
    return InputError(
        f"no verb or task named {word!r}",
        why=why if fix else main_verbs(),
        fix=fix or "see what each does: doit list",
    )


def _mended_word(
    workspace: Workspace, words: Sequence[str], at: int, typed: Mapping[str, str]
) -> str:
    """Return the fix for a word that is neither a verb nor a task, or ""."""
    word, after = words[at], words[at + 1 : at + 2]
    if not at and not words[1:] and word in knobs():  # start alone is not a typo of star
        return line(["knobs", word], {n: text for n, text in typed.items() if n == "project"})
    verbal = {word, " ".join(words[:2])} & {*OTHER_VERBS}  # clip rain, start over
    pairs = {*declaration("render").variables, *(() if verbal else knobs())}
    if not at and after and bare(word) in pairs and word not in SETS:
        return line(["render", *words[at + 2 :]], {word: after[0], **typed})  # preset ink
    if layer := layer_line("render", word, typed):
        return layer
    if others := other_lines(words[at:], typed):
        verb = re.match(r"doit (\S+)", others[0])
        still = TypedLine(workspace, verb[1] if verb else "", ["still"], typed)
        others = next(filter(None, (stills(still, name) for name in typed)), others)
        return (f"did you mean {verb[1]!r}? " if verb else "") + "\n".join(others)
    if near := (near_verb(word) if not at else None) or nearest(word, KINDS):
        rest = [*dict.fromkeys([*words[:at], near, *words[at + 1 :]])]
        return f"did you mean {near!r}? {line(rest, typed)}"
    return ""


def _as_project(
    workspace: Workspace, words: Sequence[str], word: str, typed: Mapping[str, str]
) -> str:
    """Return the fix for a word that may be a project's name, or ""."""
    name = word.partition("projects/")[2].partition("/")[0] or word
    there = workspace.projects()
    near = name if name in (*ALL, *there) else nearest(name, there)
    rest = [one for one in words if one != word]
    if near:
        fix = line(rest, {"project": near, **typed})
        return fix if near in ALL else f"did you mean project={near}? {fix}"
    if not LABEL.fullmatch(name) or "look" in typed:
        return ""
    return f"to begin a project of that name: {line(['new'], {'project': name, **typed})}"
