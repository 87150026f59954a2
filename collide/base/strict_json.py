"""A strict parser for untrusted JSON: Python's own accepts NaN, duplicate names, any depth."""

import json
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from collide.base.errors import CONTROL, InputError

LARGEST = 1 << 20
DEEPEST = 8
MAX_DIGITS = 300  # digits of a whole number


def read_json(path: Path, *, label: str) -> dict[str, Any]:
    """Return the object in a JSON file, or InputError about the file `label`."""
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is not a regular file")  # a pipe would never end
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # one more is enough to know that it is too large
    except OSError as error:
        raise InputError(
            f"{label} cannot be read", why=error.strerror or str(error), fix="check the file"
        ) from None
    try:
        return parse_json(data)
    except ValueError as error:
        raise InputError(
            f"{label} is not JSON that collide reads",
            why=str(error),
            fix=f"open {label} and mend it there",
        ) from None


def parse_json(data: bytes) -> dict[str, Any]:
    """Return the object in `data`, or ValueError: too large, too deep, not UTF-8, a duplicate name,
    a number that is not finite, a control character, or not an object.
    """
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    try:
        value = _READER.decode(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError(f"it is nested deeper than {DEEPEST}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} has a byte that is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(_where(error)) from None
    if not isinstance(value, dict):
        raise ValueError("it must begin with { and end with }")
    _walk(value, 1)
    return value


def _where(error: json.JSONDecodeError) -> str:
    """Return the place of what is no JSON, and what is wrong there."""
    before = error.doc[: error.pos].rstrip().removesuffix("}").removesuffix("]").rstrip()
    if error.doc[error.pos : error.pos + 1] in ("}", "]", ",") and before.endswith(","):
        at, said = len(before) - 1, "a comma with no value behind it"  # where Python looks on
    else:
        at, said = error.pos, error.msg[0].lower() + error.msg[1:]
    if error.doc[at : at + 1] == "'":
        said = """names and texts stand in double quotes: "a", not 'a'"""
    line, column = error.doc.count("\n", 0, at) + 1, at - error.doc.rfind("\n", 0, at)
    return f"line {line}, column {column}: {said}"


def require_keys(value: Any, must: Iterable[str], may: Container[str] = ()) -> None:
    """Check that a value is an object (TypeError) with all names of `must` (KeyError), and others
    only of `may` (ValueError).
    """
    if not isinstance(value, dict):
        raise TypeError("it is no object")
    known = {name: value[name] for name in must}
    for name in value:
        if name not in known and name not in may:
            raise ValueError(f"{name[:40]!r} has no meaning in it")


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


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
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands in it twice")
        found[name] = value
    return found


_READER = json.JSONDecoder(
    parse_constant=_refuse, parse_float=_finite, parse_int=_short, object_pairs_hook=_once
)


def _walk(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST}")
    if isinstance(value, str) and CONTROL.search(value):
        raise ValueError("a text in it has a control character")
    if isinstance(value, dict | list):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _walk(item, depth + 1)
