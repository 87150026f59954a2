"""Calls to instruments as plain data: a function's name and its arguments, storable as JSON."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from collide.base.media import Clip
from collide.catalog import Catalog
from collide.instrument import Read, Round, Span

FRACTION = re.compile(r"[0-9]+/[0-9]+")
NUMBERS = (int, float, Fraction)
FOLDER = "@."  # placeholder for the job's working folder


@dataclass(frozen=True)
class Call:
    """A call to an instrument's function, where an argument `@name` stands for an input's path."""

    play: str  # the instrument's name, for example "blend/layer"
    shape: str  # the function's name: "command", "passes", "analyze", "answer" …
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Normalize the arguments to plain data."""
        object.__setattr__(self, "arguments", plain(self.arguments))

    def __call__(
        self, catalog: Catalog, places: Mapping[str, Path] | None = None, **more: Any
    ) -> Any:
        """Call the function with the paths in `places` as inputs, and the arguments in `more`."""
        function = getattr(catalog.instrument(self.play), self.shape)
        arguments = self.placed(places) if places else self.arguments
        if "knobs" in parameters(function):
            arguments = {"knobs": {}, **arguments}
        wanted = _hints(function)
        return function(
            **{name: typed(wanted.get(name), v) for name, v in arguments.items()}, **more
        )

    def placed(self, places: Mapping[str, Path]) -> dict[str, Any]:
        """Return the arguments, with each `@name` outside the knobs replaced by its path."""
        items = self.arguments.items()
        return {n: value if n == "knobs" else _placed(value, places) for n, value in items}

    def version(self, catalog: Catalog) -> int:
        """Return the instrument's VERSION, or 0 if it declares no VERSION."""
        return int(getattr(catalog.instrument(self.play), "VERSION", 0))

    def libraries(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the instrument's LIBRARIES, the packages its results depend on."""
        return tuple(getattr(catalog.instrument(self.play), "LIBRARIES", ()))


def plain(value: Any) -> Any:
    """Return a value as JSON would load it: tuples as lists, paths and fractions as strings."""
    if isinstance(value, Span | Read | Round):
        return [getattr(value, one.name) for one in fields(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path | Fraction) else value


def typed(hint: Any, value: Any) -> Any:
    """Convert a value returned by `plain` back to the type of a parameter.

    A string such as "24000/1001" becomes a Fraction if the parameter is a number or untyped.
    """
    inner = get_args(hint)
    if NoneType in inner:
        (hint,) = (one for one in inner if one is not NoneType)
        return None if value is None else typed(hint, value)
    if isinstance(value, str) and FRACTION.fullmatch(value):
        counts = hint is None or any(one in NUMBERS for one in (hint, *inner))
        return Fraction(value) if counts else value
    if hint is Clip:
        return Clip.of(value)
    if hint in (Span, Read, Round):
        return hint(*value)
    if isinstance(value, list) and inner:
        if get_origin(hint) is tuple:
            return tuple(typed(one, item) for one, item in zip(inner, value, strict=True))
        return [typed(inner[0], item) for item in value]
    if isinstance(value, dict) and len(inner) == 2:
        names = int if inner[0] is int else str
        return {names(name): typed(inner[1], item) for name, item in value.items()}
    return Path(value) if hint is Path else value


def without_files(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments without files, since a key identifies files by content."""
    return {n: value for n, value in arguments.items() if n == "knobs" or not _is_file(value)}


def _is_file(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(map(_is_file, value.values()))
    return isinstance(value, str) and value.startswith("@")


def _placed(value: Any, places: Mapping[str, Path]) -> Any:
    if isinstance(value, dict):
        return {name: _placed(item, places) for name, item in value.items()}
    return places.get(value, value) if isinstance(value, str) else value


_hints = cache(get_type_hints)


@cache
def parameters(function: Callable[..., Any]) -> frozenset[str]:
    """Return a function's parameter names, annotated or not."""
    return frozenset(inspect.signature(function).parameters)
