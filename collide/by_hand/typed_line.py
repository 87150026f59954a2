"""The command line of `python -m collide`, parsed: an instrument, its files, and its knobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collide.base.errors import InputError
from collide.project.settings import MOST_LAYERS, renamed


@dataclass
class HandRequest:
    """One command line, parsed."""

    name: str = ""
    inputs: list[Path] = field(default_factory=list)
    output: Path | None = None
    presets: list[str] = field(default_factory=list)
    project: str = ""
    layer: int = 2
    shows: bool = False
    helps: bool = False
    knobs: dict[str, str] = field(default_factory=dict)


def read(words: Sequence[str]) -> HandRequest:
    """Return what a command line asks for; values are checked later, when the project is open.

    Raises:
        InputError: a flag without a value, one that is not there, or a word too many.
    """
    request, rest = HandRequest(), iter(words)
    for word in rest:
        if word in ("-h", "--help"):
            request.helps = True
        elif word == "--show":
            request.shows = True
        elif word.startswith("-"):
            flag, joined, value = word.partition("=")
            _take(request, flag, value if joined else _next(rest, flag))
        elif request.name:
            raise InputError(
                f"one instrument at a time: what is {word!r}?",
                why=f"it stands after {request.name}, and belongs to no flag",
                fix=f"an input? say -i {word}",
            )
        else:
            request.name = word
    return request


def _next(rest: Iterator[str], flag: str) -> str:
    value = next(rest, None)
    if value is None:
        raise InputError(
            f"{flag} has no value", why="it is the last word", fix=f"say what: {flag} …"
        )
    return value


def _take(request: HandRequest, flag: str, value: str) -> None:
    name = renamed(flag.lstrip("-").replace("-", "_"))[0]
    if flag == "-i":
        request.inputs.append(Path(value))
    elif flag == "-o":
        request.output = Path(value)
    elif name == "preset":
        request.presets += [one for one in value.split(",") if one]
    elif name == "project":
        request.project = value
    elif name == "layer":
        if not (value.isdigit() and 1 <= int(value) <= MOST_LAYERS):
            raise InputError(
                f"--layer {value} is not a valid value",
                why=f"layers are 1 to {MOST_LAYERS}, and 1 has no key",
                fix="say --layer 2",
            )
        request.layer = int(value)
    elif name in request.knobs:
        raise InputError(
            f"{flag} was said twice", why="only one of the two can be meant", fix="say it once"
        )
    else:
        request.knobs[name] = value


def refuse_loss(request: HandRequest) -> None:
    """Refuse to write over a file that is read, or into a folder that is not there.

    Raises:
        InputError: with what is in the way.
    """
    out = request.output
    if out is None:
        return
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(
            f"{out} cannot be written",
            why="it is a folder" if out.is_dir() else "there is no such folder",
            fix="give -o the name of a file, in a folder that is there",
        )
    if any(path.exists() and out.exists() and path.samefile(out) for path in request.inputs):
        raise InputError(
            f"{out} would be written over itself",
            why="it is read and written",
            fix="give -o another name",
        )
