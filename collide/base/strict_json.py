"""A strict parser for untrusted JSON: Python's own accepts NaN, duplicate names, any depth."""

import json
import re
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from collide.base.errors import CONTROL, SHUT, InputError, not_permitted

LARGEST = 1 << 20
DEEPEST = 8
MAX_DIGITS = 300  # digits of a whole number
_QUOTES = "“”„‟‘’‚«»"


class _TwiceError(ValueError):
    """A name that occurs twice in an object."""


def read_json(path: Path, *, label: str) -> dict[str, Any]:
    """Return the object in a JSON file, or InputError about the file `label`."""
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is not a regular file")  # a pipe would never end
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # one byte more shows that it is too large
    except OSError as error:
        shut = not_permitted(path, "").fix if error.errno in SHUT else ""
        raise InputError(
            f"{label} cannot be read",
            why=error.strerror or str(error),
            fix=shut or "check the file",
        ) from None
    try:
        return parse_json(data)
    except ValueError as error:
        raise InputError(
            f"{label} is not JSON that collide can read",
            why=str(error),
            fix=f"open {label} and fix it there",
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
    except _TwiceError as error:
        lines = [n for n, row in enumerate(data.decode().splitlines(), 1) if f'"{error}"' in row]
        where = f" (lines {', '.join(map(str, lines))})" if len(lines) > 1 else ""
        raise ValueError(f"'{error}' occurs twice{where}") from None
    if not isinstance(value, dict):
        raise ValueError("it must begin with { and end with }")
    _walk(value, 1)
    return value


def _where(error: json.JSONDecodeError) -> str:
    """Return the location of a JSON error, and its cause."""
    text, at = error.doc, error.pos
    before, sign = text[:at].rstrip(), text[at : at + 1]
    if not text.strip():
        return "it is empty: write {} into it"
    ends = before.removesuffix("}").removesuffix("]").rstrip()
    if sign in ("}", "]", ",") and ends.endswith(","):
        at, said = len(ends) - 1, "a comma with no value after it"  # where Python looks on
    elif "\n" in text[len(before) : at] and "',' delimiter" in error.msg:
        return f"line {text.count(chr(10), 0, len(before)) + 1}: a comma is missing at its end"
    else:
        said = _slip(text, at) or error.msg[0].lower() + error.msg[1:]
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"line {line}, column {column}: {said}"


def _slip(text: str, at: int) -> str:
    """Return what other languages write at a place that is no JSON, "" for none of it."""
    if re.search(r"[0-9],$", text[:at]) and text[at].isdigit():
        return "a number has a decimal point, not a comma"
    if text[at : at + 1] in set(_QUOTES):
        return f"{text[at]} is a typographic quote: names and texts take plain ones"
    if text.startswith(("//", "/*", "#"), at):
        return "JSON has no comments: notes go into the README.md next to it"
    if text[at : at + 1] == "'":
        return """names and texts take double quotes: "a", not 'a'"""
    return ""


def require_keys(value: Any, must: Iterable[str], may: Container[str] = ()) -> None:
    """Check that a value is an object (TypeError) with all names of `must` (KeyError), and others
    only of `may` (ValueError).
    """
    if not isinstance(value, dict):
        raise TypeError("it is not an object")
    known = {name: value[name] for name in must}
    for name in value:
        if name not in known and name not in may:
            raise ValueError(f"{name[:40]!r} is not a known name here")


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
            raise _TwiceError(name)
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
