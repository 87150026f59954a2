"""One function of one instrument and its arguments: plain data that JSON can hold, and a call.

Files stand among the arguments as `@name`, until it is known where they are.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from collide.base.media import Clip
from collide.catalog import Catalog
from collide.instrument import Read, Span

FOLDER = "@."  # in place of a file: the folder that the job works in


@dataclass(frozen=True)
class Call:
    """One function of one instrument, and its arguments as plain data.

    A text `@name` among the arguments stands for the path of that input.
    """

    play: str  # "blend/layer"
    shape: str  # the name of the function: "command", "passes", "analyze", "answer" …
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the arguments as JSON would give them back."""
        object.__setattr__(self, "arguments", plain(self.arguments))

    def __call__(
        self, catalog: Catalog, places: Mapping[str, Path] | None = None, **more: Any
    ) -> Any:
        """Call the function.

        Args:
            catalog: has the instrument.
            places: the path of every input, where the function opens some.
            more: arguments that only a run knows.
        """
        function = getattr(catalog.instrument(self.play), self.shape)
        given = self.placed(places) if places else self.arguments
        if "knobs" in parameters(function):
            given = {"knobs": {}, **given}
        wanted = _hints(function)
        return function(**{name: typed(wanted.get(name), v) for name, v in given.items()}, **more)

    def placed(self, places: Mapping[str, Path]) -> dict[str, Any]:
        """Return the arguments with a path in place of each input."""
        given = self.arguments.items()
        return {n: value if n == "knobs" else _placed(value, places) for n, value in given}

    def version(self, catalog: Catalog) -> int:
        """Return the VERSION of the instrument, 0 where it has none."""
        return int(getattr(catalog.instrument(self.play), "VERSION", 0))

    def libraries(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the packages whose versions its result depends on."""
        return tuple(getattr(catalog.instrument(self.play), "LIBRARIES", ()))


def plain(value: Any) -> Any:
    """Return arguments as JSON gives them back: lists, objects with text names, no types."""
    if isinstance(value, Span | Read):
        return [getattr(value, one.name) for one in fields(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def typed(hint: Any, value: Any) -> Any:
    """Return plain data as the type that a parameter asks for: Clip, Span, Read, tuples, numbers
    as names; numbers and texts stay as they are.
    """
    inner = get_args(hint)
    if NoneType in inner:
        (hint,) = (one for one in inner if one is not NoneType)
        return None if value is None else typed(hint, value)
    if hint is Clip:
        return Clip.of(value)
    if hint in (Span, Read):
        return hint(*value)
    if isinstance(value, list) and inner:
        if get_origin(hint) is tuple:
            return tuple(typed(one, item) for one, item in zip(inner, value, strict=True))
        return [typed(inner[0], item) for item in value]
    if isinstance(value, dict) and len(inner) == 2:
        names = int if inner[0] is int else str
        return {names(name): typed(inner[1], item) for name, item in value.items()}
    if hint is Path:
        return Path(value)
    return value


def without_files(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments but for those that stand for files: the inputs name them, by content."""
    return {n: value for n, value in arguments.items() if n == "knobs" or not _is_file(value)}


def _is_file(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(map(_is_file, value.values()))
    return isinstance(value, str) and value.startswith("@")


def _placed(value: Any, places: Mapping[str, Path]) -> Any:
    """Return an argument with the path in place of an input's name."""
    if isinstance(value, dict):
        return {name: _placed(item, places) for name, item in value.items()}
    return places.get(value, value) if isinstance(value, str) else value


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what a function asks for, by parameter."""
    return get_type_hints(function)


@cache
def parameters(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of a function's parameters; a script may leave its annotations away."""
    return frozenset(inspect.signature(function).parameters)
