"""Checks of fixes: each `doit` line of a fix is parsed before it is printed, as if pasted."""

import re
import shlex
from collections.abc import Sequence

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.request import Request, understand
from collide.corrections.bad_values import NEAREST
from collide.corrections.one_word import refuse_apart
from collide.corrections.refused_words import refuse_words
from collide.corrections.strange_words import refuse_doubles
from collide.syntax.arguments import KINDS
from collide.syntax.verb import verbs

LINE = re.compile(r"(?P<before> *(?:.*[:?] )?)(?P<line>doit .*)")
WITH_OPTIONS = ("list", "clean", "tabcompletion")  # verbs with options of doit's own
FIXES = 4  # the maximum number of times that a refused line is replaced by its fix


def proven(workspace: Workspace, error: InputError) -> InputError:
    """Return an error whose fix contains no line that would itself be refused.

    Such a line is replaced by its own fix, or left out. If that fix has a different verb, the
    reason names the corrected line and its second mistake.
    """
    lines, why = list[str](), error.why
    for text in error.fix.splitlines():
        found = LINE.fullmatch(text)
        if not found or not _is_command(found["line"]):
            lines.append(text)
        elif (read := _taken(workspace, found["line"]))[1]:
            about, taken = read
            lines.append((found["before"] or about) + taken)
            verb = "".join(found["line"].split()[1:2])
            if verb in verbs() and verb != taken.split()[1]:
                second = refusal(workspace, found["line"]) or error
                why += f"\n{found['line']} is refused too: {second.what}; {second.why}"
    fix = "\n".join(dict.fromkeys(lines))
    if fix == error.fix:
        return error
    fix = fix or "see the verbs: doit list"
    return error.fixed(fix) if why == error.why else InputError(error.what, why=why, fix=fix)


def _is_command(text: str) -> bool:
    """Return whether text is one whole command, and not the beginning of a sentence."""
    try:
        words = shlex.split(text)
    except ValueError:
        return False
    return not any(
        word in ("or", "and", "&&") or word[-1:] in (",", ")") or word[:1] == "(" or word == "-"
        for word in words
    )


def _taken(workspace: Workspace, text: str) -> tuple[str, str]:
    """Return the line if it is valid, else one that its refusal proposes; "" if none is valid.

    Before the line, return the words for a value that is only the nearest one, else "".
    """
    about = ""
    for _ in range(FIXES):
        error = refusal(workspace, text)
        if error is None:
            return about, text
        found = next(filter(None, map(LINE.fullmatch, error.fix.splitlines())), None)
        if found is None or not _is_command(found["line"]):
            break
        about, text = found["before"] if found["before"] == NEAREST else about, found["line"]
    return "", ""


def refusal(workspace: Workspace, text: str) -> InputError | None:
    """Return the error that a line causes; None if it is valid."""
    try:
        read_line(workspace, shlex.split(text)[1:])
    except InputError as error:
        return error
    return None


def read_line(workspace: Workspace, argv: Sequence[str]) -> Request:
    """Return the request of a line without `doit`; InputError if it would be refused."""
    words = [word for word in argv if "=" not in word or word[0] == "-"]
    typed = dict(word.split("=", 1) for word in argv if "=" in word and word[0] != "-")
    while words[:1] in (["-n"], ["-v"]):  # doit's options, each with a number
        words = words[2:]
    at = next((at for at, word in enumerate(words) if word in verbs()), 0)
    words = words[at:] if words[:1] and words[0][0] == "-" else words  # without other options
    verb = words[0] if words and words[0] in verbs() and words[0] not in KINDS else "render"
    if verb in WITH_OPTIONS:
        words = [word for word in words if word[0] != "-"]
    refuse_doubles(argv)
    refuse_apart(argv)
    if verb == "render":
        refuse_words(words, typed, workspace)
    return understand(workspace, verb, words[verb != "render" :], typed)
