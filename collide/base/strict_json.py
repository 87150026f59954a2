"""A strict parser for untrusted JSON: Python's own accepts NaN, repeated names and deep nesting."""

import json
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import Any

from collide.base.errors import CONTROL, SHUT, InputError, not_permitted
from collide.base.json_slips import (
    MOST,
    QUOTES,
    Slip,
    ToJson,
    as_object,
    by_form,
    conflict,
    no_number,
    slip_at,
    tabbed,
)
from collide.base.words import shell_path

LARGEST = 1 << 20
DEEPEST = 8
MAX_DIGITS = 300  # the maximum number of digits of a whole number
BRACES = "it must begin with { and end with }"
BY_HAND = "open {file} and fix it there"
EMPTIED = "echo '{}' > {quoted}"


class NotJsonError(ValueError):
    """The error for text that is not plain JSON, with a fix that contains {file} or {quoted}."""

    def __init__(self, why: str, fix: str = BY_HAND) -> None:
        super().__init__(why)
        self.fix = fix


class _TwiceError(ValueError):
    """The error for a name that occurs twice in an object."""


class _NoNumberError(ValueError):
    """The error for a word where a number is expected, such as NaN."""


class _ControlError(ValueError):
    """The error for a string with a control character."""


def read_json(
    path: Path, *, label: str, to_json: ToJson = by_form, anew: Callable[[str], str] | None = None
) -> dict[str, Any]:
    """Read the object in a JSON file; raise an InputError about `label` if that is impossible.

    Args:
        to_json: finds the value for unquoted text, for the lines that the fix suggests.
        anew: returns the fix, given the text of a file whose lines cannot be corrected.
    """
    try:
        if path.is_dir():
            raise _in_the_way(label)
        if path.exists() and not path.is_file():
            raise OSError(0, "it is not a regular file")  # reading a pipe could block forever
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # an extra byte shows that the file is too large
    except OSError as error:
        shut = not_permitted(path, "").fix if error.errno in SHUT else ""
        raise InputError(
            f"{label} cannot be read",
            why=error.strerror or str(error),
            fix=shut or "check the file",
        ) from None
    try:
        return parse_json(data, to_json)
    except ValueError as error:
        fix = error.fix if isinstance(error, NotJsonError) else BY_HAND
        if anew and fix in (BY_HAND, EMPTIED):
            fix = anew(data.decode(errors="replace"))
        raise InputError(
            f"{label} is not JSON that collide can read",
            why=str(error),
            fix=fix.replace("{file}", label).replace("{quoted}", shell_path(label)),
        ) from None


def moved_away(label: str, so: str) -> Callable[[str], str]:
    """Return an `anew` for read_json that suggests moving the file away for the purpose `so`."""
    return lambda _: f"{so}: mv {shell_path(label)} {shell_path(label)}.old"


def _in_the_way(label: str) -> InputError:
    """Return the error for a folder where a JSON file should be."""
    quoted = shell_path(label)
    return InputError(
        f"{label} cannot be read",
        why="it is a folder, but must be a file",
        fix=f"move it away: mv {quoted} {quoted}.old",
    )


def parse_json(data: bytes, to_json: ToJson = by_form) -> dict[str, Any]:
    """Return the object in `data`; raise ValueError if it is not a plain JSON object.

    The data must be UTF-8, at most LARGEST bytes long and DEEPEST levels deep, without repeated
    names, control characters, or numbers that are infinite, NaN or too long.
    """
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    if kind := _other_encoding(data):
        convert = f"iconv -f {kind} -t UTF-8 {{quoted}} > {{quoted}}.utf8"
        raise NotJsonError(
            f"it is saved as {kind[:6]}, but JSON must be UTF-8",
            "save {file} as UTF-8 in the editor, or convert it:\n"
            f"{convert} && mv {{quoted}}.utf8 {{quoted}}",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} contains a byte that is not UTF-8") from None
    value = _decoded(text, to_json)
    if not isinstance(value, dict):
        raise ValueError(BRACES)
    try:
        _walk(value, 1)
    except _ControlError as error:
        if slip := tabbed(text):
            raise _slipped(text, slip, to_json) from None
        raise ValueError(str(error)) from None
    return value


def _decoded(text: str, to_json: ToJson) -> Any:
    """Return the value in JSON text; raise ValueError with the cause, and the location if known."""
    try:
        return _READER.decode(text)
    except RecursionError:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels") from None
    except json.JSONDecodeError as error:
        raise _not_json(error, to_json) from None
    except _NoNumberError as error:
        line, name = no_number(text, str(error))
        takes = to_json(name, str(error))[1]
        why = f"line {line}: {error} is not a number"
        raise ValueError(f"{why}; {takes}" if takes else why) from None
    except _TwiceError as error:
        lines = [n for n, row in enumerate(text.splitlines(), 1) if f'"{error}"' in row]
        where = f" (lines {', '.join(map(str, lines))})" if len(lines) > 1 else ""
        raise ValueError(f"'{error}' occurs twice{where}") from None


def _other_encoding(data: bytes) -> str:
    """Return the encoding of data that an editor saved as UTF-16 or UTF-32, or ""."""
    kind = json.detect_encoding(data)
    try:
        return "" if kind.startswith("utf-8") or "{" not in data.decode(kind) else _iconv(kind)
    except UnicodeDecodeError:
        return ""


def _iconv(kind: str) -> str:
    return kind.upper().replace("-LE", "LE").replace("-BE", "BE")


def _not_json(error: json.JSONDecodeError, to_json: ToJson) -> NotJsonError:
    """Return the error for text that is not JSON, with corrected lines if they are known."""
    text = error.doc
    if merge := conflict(text):
        return NotJsonError(merge)
    slip = slip_at(text, error.pos, error.msg, to_json)
    if slip:
        return _slipped(text, slip, to_json)
    if not text.strip():
        return NotJsonError("it is empty", EMPTIED)
    bare = text.lstrip()[0] not in "{[" and to_json is not by_form  # perhaps `knob: value` lines
    if whole := as_object(text, to_json) if bare else "":
        return NotJsonError(BRACES, f"open {{file}} and write\n{whole}")
    return NotJsonError(_where(error))


def _slipped(text: str, slip: Slip, to_json: ToJson) -> NotJsonError:
    """Return the error for a slip, with a fix that also corrects later slips."""
    lines = set[int]()
    next_slip: Slip | None = slip
    column = slip.start - text.rfind("\n", 0, slip.start)
    why = f"line {_line(text, slip)}, column {column}: {slip.why}"
    while next_slip and next_slip.right is not None and len(lines) < MOST:
        lines.add(_line(text, next_slip))
        text = text[: next_slip.start] + next_slip.right + text[next_slip.end :]
        next_slip = _next_slip(text, to_json)
    rows = {at: row.strip() for at, row in enumerate(text.split("\n"), 1) if at in lines}
    written = [f"line {at} as  {row}" if row else f"without line {at}" for at, row in rows.items()]
    if not written:
        return NotJsonError(why)
    return NotJsonError(why, "open {file} and write\n" + "\n".join(written))


def _next_slip(text: str, to_json: ToJson) -> Slip | None:
    """Return the next slip in text, or None if the text is valid JSON or beyond repair."""
    try:
        _READER.decode(text)
    except json.JSONDecodeError as error:
        ends = text[: error.pos].rstrip().removesuffix("}").removesuffix("]").rstrip()
        if text[error.pos : error.pos + 1] in ("}", "]", ",") and ends.endswith(","):
            return Slip(len(ends) - 1, len(ends), "", "a comma with no value after it")
        return slip_at(text, error.pos, error.msg, to_json)
    except (ValueError, RecursionError):
        return None
    return None


def _line(text: str, slip: Slip) -> int:
    return text.count("\n", 0, slip.start) + 1


def _where(error: json.JSONDecodeError) -> str:
    """Return the location and the cause of a JSON error, or BRACES if the text lacks braces."""
    text, at = error.doc, error.pos
    before, sign = text[:at].rstrip(), text[at : at + 1]
    ends = before.removesuffix("}").removesuffix("]").rstrip()
    if sign in ("}", "]", ",") and ends.endswith(","):
        at, cause = len(ends) - 1, "a comma with no value after it"  # Python stops further on
    elif "\n" in text[len(before) : at] and "',' delimiter" in error.msg:
        return f"line {text.count(chr(10), 0, len(before)) + 1}: a comma is missing at its end"
    else:
        cause = _slip(text, at)
        if not cause and text.lstrip()[0] not in "{[":
            return BRACES
        cause = cause or error.msg[0].lower() + error.msg[1:]
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"line {line}, column {column}: {cause}"


def _slip(text: str, at: int) -> str:
    """Return a note on a wrong or missing quote, or on a comment, at this position."""
    if text[at : at + 1] in set(QUOTES):
        return f"{text[at]} is a typographic quote: names and strings need plain quotes"
    if text.startswith(("//", "/*", "#"), at):
        return "JSON allows no comments: put notes into a README.md next to the file"
    if text[at : at + 1] == "'":
        return """names and strings need double quotes: "a", not 'a'"""
    if text[at : at + 1] == "\n":
        return "a string lacks its closing quote"
    return ""


def require_keys(value: Any, must: Iterable[str], may: Container[str] = ()) -> None:
    """Check that a value is an object with all names in `must`, and otherwise only names in `may`.

    Raise TypeError if it is not an object, KeyError if a name is missing, and ValueError if a name
    is unknown.
    """
    if not isinstance(value, dict):
        raise TypeError("it is not an object")
    required = {name: value[name] for name in must}
    for name in value:
        if name not in required and name not in may:
            raise ValueError(f"{name[:40]!r} is not a known name here")


def _refuse(name: str) -> Any:
    raise _NoNumberError(name)


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return value


def _short(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"{text[:12]}… is too large")
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise _TwiceError(name)
        result[name] = value
    return result


_READER = json.JSONDecoder(
    parse_constant=_refuse, parse_float=_finite, parse_int=_short, object_pairs_hook=_once
)


def _walk(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    if isinstance(value, str) and CONTROL.search(value):
        raise _ControlError("a string in it contains a control character")
    if isinstance(value, dict | list):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _walk(item, depth + 1)
