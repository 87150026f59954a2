"""Reads JSON that a stranger wrote: small, plain, finite, and each name said once.

Python's own reader lets NaN, doubled names and nests of 100,000 brackets through.
"""

import json
from pathlib import Path
from typing import Any

from collide.errors import InputError
from collide.step import CONTROL

LARGEST = 1 << 20
DEEPEST = 8


def read_json(path: Path, *, shown: str) -> dict[str, Any]:
    """Return the object that a JSON file holds.

    Args:
        path: the file.
        shown: how the person calls it, for the error.

    Raises:
        InputError: it cannot be read, or is not one plain JSON object.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # one more is enough to know that it is too large
    except OSError as error:
        raise InputError(
            f"{shown} cannot be read", why=error.strerror or str(error), fix="check the file"
        ) from None
    try:
        return parse_json(data)
    except ValueError as error:
        raise InputError(
            f"{shown} is not JSON that collide reads",
            why=str(error),
            fix=f"mend {shown}, or take it away",
        ) from None


def parse_json(data: bytes) -> dict[str, Any]:
    """Return the object in `data`.

    Raises:
        ValueError: too large, too deep, not UTF-8, a doubled name, a number that is not finite,
            a control character in a text, or not an object.
    """
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    text = data.decode("utf-8-sig")
    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_once
        )
    except RecursionError:
        raise ValueError(f"it is nested deeper than {DEEPEST}") from None
    if not isinstance(value, dict):
        raise ValueError("it must begin with { and end with }")
    _walk(value, 1)
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands in it twice")
        found[name] = value
    return found


def _walk(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST}")
    if isinstance(value, str) and CONTROL.search(value):
        raise ValueError("a text in it has a control character")
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for item in inner:
            _walk(item, depth + 1)
