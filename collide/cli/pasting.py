"""Check each fix before it is printed: parse and correct every command in it."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from collide.base.errors import InputError
from collide.base.words import joined, nearest
from collide.base.workspace import LABEL, Workspace
from collide.cli.near_projects import refuse_near
from collide.cli.request import Request, understand
from collide.corrections.animations import refuse_animation
from collide.corrections.bad_values import NEAREST
from collide.corrections.corrected_lines import mended
from collide.corrections.earlier_looks import video_render
from collide.corrections.one_word import refuse_apart
from collide.corrections.refused_words import refuse_words
from collide.corrections.standing_piece import library_of
from collide.corrections.strange_words import refuse_doubles
from collide.corrections.topics import with_topics
from collide.project.asked_files import refuse_missing_files
from collide.project.layer_knobs import refuse_missing_layers
from collide.project.project import Project
from collide.project.selection import Selection
from collide.syntax.arguments import KINDS
from collide.syntax.verb import declaration, verbs

LINE = re.compile(r"(?P<before> *(?:.*[:?] )?(?:(?:(?!doit )[^:?])* && )?)(?P<line>doit .*)")
WITH_OPTIONS = ("list", "clean", "tabcompletion")  # verbs that also take doit's own options
NARROWS = re.compile(r"layer \d only: |choose \d+ to \d+: ")  # remarks to keep before a command
STEPS = r" only: $|^first|^collide names the file itself: $"  # remarks before several commands
FIXES = 4  # how often to replace a refused command with its own fix before giving up


def with_fix(workspace: Workspace, error: InputError, argv: Sequence[str]) -> InputError:
    """Return the error for a command with a checked fix, or with related topics."""
    checked = proven(workspace, error, argv)
    related = with_topics(workspace, checked, argv)
    return checked if related is checked else proven(workspace, related, argv)


def proven(workspace: Workspace, error: InputError, typed: Sequence[str] = ()) -> InputError:
    """Return the error with a fix whose commands collide would all accept.

    A command that would be refused is replaced with its own fix, or left out. If this corrects
    further mistakes in the refused command, the reason names each mistake.

    Args:
        typed: the refused command, which the fix may repeat only after another command.
    """
    lines, also = list[str](), list[str]()
    for text in error.fix.splitlines():
        match = LINE.fullmatch(text)
        if not match or not _is_command(match["line"]):
            lines.append(text)
            continue
        right = _corrected(workspace, match["line"], later="&&" in match["before"])
        again = shlex.split(right.text)[1:] == [*typed]
        again = again and "&&" not in match["before"]
        right.text = right.text and _with_project(workspace, right.text)
        if right.text and (not again or any(map(LINE.fullmatch, lines))):
            about, render = right.about(match["before"]), video_render(workspace, right.text)
            if render and not any(one.endswith(render) for one in lines):
                lines.append(f"{about}first, because a cell has no video yet: {render}")
                about = "then: "
            lines.append(about + right.text)
            lines += [_with_right_command(workspace, one) for one in right.rest()]
            also += right.also(typed)
    fix = "\n".join(_once(lines))
    if fix == error.fix:
        return error
    same = " is not a valid value"  # error.what may name the same mistake without this ending
    also = [one for one in dict.fromkeys(also) if one.removesuffix(same) not in error.what]
    why = "\n".join([error.why, *(f"also: {one}" for one in also)])
    fix = fix or _help(typed)
    return error.because(why, fix)


def _with_project(workspace: Workspace, text: str) -> str:
    """Return a command with the project used last, if it would otherwise depend on that project.

    Another command may have used another project by the time the command is pasted.
    """
    argv = shlex.split(text)[1:]
    with suppress(InputError):
        request = read_line(workspace, argv)
        typed = {word.partition("=")[0] for word in argv}
        omits = not typed & {"project", "look"} and request.project
        if omits and declaration(request.verb).without_project == "last":
            at = next((at for at, word in enumerate(argv) if "=" in word), len(argv))
            return shlex.join(["doit", *argv[:at], f"project={request.project}", *argv[at:]])
    return text


def _with_right_command(workspace: Workspace, text: str) -> str:
    """Return a line of a fix with its command corrected, if it is a valid command then."""
    match = LINE.fullmatch(text)
    right = _corrected(workspace, match["line"]).text if match else ""
    return match["before"] + right if match and right else text


def _once(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a fix, except a line whose command an earlier line has, too."""
    seen = set[str]()
    for text in lines:
        match = LINE.fullmatch(text)
        command = match["line"] if match and "&&" not in text else text
        if command not in seen:
            yield text
        seen.add(command)


def _is_of(mistake: str, typed: Sequence[str]) -> bool:
    """Return whether a mistake is in the refused command, not only in a suggested command."""
    parts = {part.lstrip("-#") for word in typed for part in re.split("[=,]", word)}
    parts -= {"", *verbs()}
    return any(re.search(rf"(?<![\w.]){re.escape(one)}(?![\w.])", mistake) for one in parts)


def _help(typed: Sequence[str]) -> str:
    verb = next((word for word in typed if word in verbs()), "")
    return f"see what it takes: doit help {verb}" if verb else "see the verbs: doit list"


def _is_command(text: str) -> bool:
    """Return whether a text is a whole command and not the beginning of a sentence."""
    try:
        words = shlex.split(text)
    except ValueError:
        return False
    return not any(
        word in ("or", "and", "&&") or word[-1:] in (",", ")") or word[:1] == "(" or word == "-"
        for word in words
    )


@dataclass
class _Correction:
    """A suggested command, corrected until it is valid."""

    text: str  # "" if no correction is valid
    mistakes: list[InputError] = field(default_factory=list)  # the error of each refused form
    remarks: list[str] = field(default_factory=list)  # the remark before each correction
    leads_away: bool = False  # whether the last correction changed the verb

    def also(self, typed: Sequence[str]) -> list[str]:
        """Return the refused command's other mistakes, with their reasons if the verb changes."""
        mistakes = [one for one in self.mistakes if _is_of(one.what, typed)]
        return [f"{one.what}; {one.why}" if self.leads_away else one.what for one in mistakes]

    def about(self, before: str) -> str:
        """Return the remark to print before the command, which names the arguments left out."""
        left = [_left_out(*one) for one in zip(self.mistakes, self.remarks, strict=True)]
        if any(left):
            rest = "" if _left_out(None, before) else before
            names = [name for name in [_left_out(None, before), *left] if name]
            return f"{rest}without {joined(list(dict.fromkeys(names)))}: "
        if self.leads_away or (self.remarks and NARROWS.fullmatch(self.remarks[-1])):
            return before + self.remarks[-1]
        return before or (NEAREST if NEAREST in self.remarks else "")

    def rest(self) -> list[str]:
        """Return the other commands of a fix with a command per layer, or with several steps."""
        several = self.remarks and re.search(STEPS, self.remarks[-1])
        return self.mistakes[-1].fix.splitlines()[1:] if several else []


def _left_out(mistake: InputError | None, remark: str) -> str:
    """Return the arguments that a command omits, as its remark says, or ""."""
    match = re.fullmatch(r"(?:leave out|without) ([^;]+?)(?:;.*)?: ", remark)
    away = mistake and remark.startswith("leave it out")
    quoted = re.search(r"'([^']+)'", mistake.what) if mistake and away else None
    return match[1] if match else quoted[1] if quoted else ""


def _corrected(workspace: Workspace, text: str, *, later: bool = False) -> _Correction:
    """Replace a refused command with its own fix, up to FIXES times, until it is valid.

    Args:
        later: whether a shell command before it, such as `cp`, may make it valid.
    """
    done = _Correction(text)
    for _ in range(FIXES):
        error = refusal(workspace, done.text)
        if error is None:
            return done
        match = next(filter(None, map(LINE.fullmatch, error.fix.splitlines())), None)
        if later and match and "&&" in match["before"]:
            return done
        copies = match and " && cp " in match["line"]  # the command, and then a copy of its file
        if match is None or not (copies or _is_command(match["line"])):
            break
        done.mistakes.append(error)
        done.remarks.append(match["before"])
        if copies:
            done.text = match["line"]
            return done
        done.leads_away = match["line"].split()[1:2] != done.text.split()[1:2]
        done.text = match["line"]
    done.text = ""
    return done


def refusal(workspace: Workspace, text: str) -> InputError | None:
    """Return the error that a command causes, or None if the command is valid."""
    request = None
    try:
        request = read_line(workspace, shlex.split(text)[1:])
        _refuse_in_project(request)
        declaration(request.verb).refuses(request)
    except InputError as error:
        return mended(error, request.spoken, request.turned) if request else error
    return None


def _refuse_in_project(request: Request) -> None:
    """Refuse what parsing accepts: a missing project, layer or file, and a `set` without knobs."""
    name, takes = request.project or "", declaration(request.verb)
    project = Project(request.workspace, name if LABEL.fullmatch(name) else "_")
    if name == project.name and not project.exists():
        if takes.creates and request.verb not in ("new", "batch"):
            refuse_near(request, name)
        elif not takes.creates and nearest(name, request.workspace.projects()):
            request.existing()
    knobs = {n: text for n, text in request.knobs.items() if text and request.verb != "sweep"}
    if not _is_readable(project):  # a bare `doit set` may then remove invalid names
        return
    refuse_missing_layers(project.settings(request.presets, knobs), knobs)
    _refuse_lost(request, project, knobs)
    empty = not request.knobs and not {*request.raw} - {"project"}
    if takes.unsets and not takes.creates and empty:
        raise InputError("nothing to set", why="no knob was typed", fix=_help([request.verb]))


def _refuse_lost(request: Request, project: Project, knobs: Mapping[str, str]) -> None:
    """Refuse an unknown look, and a missing file whose name may be misspelled."""
    if isinstance(request.variables.get("look"), str):
        request.look(project)
    try:
        library = library_of(request.workspace)
        refuse_missing_files(knobs, project, library, Selection(project))
    except InputError as error:
        if error.meant:
            raise


def _is_readable(project: Project) -> bool:
    """Return whether a project's own settings are valid, so that only the command can be wrong."""
    with suppress(InputError):
        project.settings([], {})
        return True
    return False


def read_line(workspace: Workspace, argv: Sequence[str]) -> Request:
    """Parse a command without its `doit`; raise InputError if collide would refuse it."""
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
    refuse_animation(workspace, argv)
    refuse_apart(argv)
    if verb == "render":
        refuse_words(words, typed, workspace)
    return understand(workspace, verb, words[verb != "render" :], typed)
