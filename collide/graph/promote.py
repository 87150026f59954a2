"""Knobs of a look, or of a project, as a person writes them into a config or a preset."""

from collections.abc import Mapping
from typing import Any

from collide.catalog import knobs
from collide.graph.knobs import parse


def plainly(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return knobs as a person would write them: no default, one word where all layers agree.

    Args:
        said: of a recipe; every layer that has a knob says it.
    """
    groups: dict[str, dict[str, Any]] = {}
    for name, value in said.items():
        groups.setdefault(name.rpartition(".")[2], {})[name] = value
    written: dict[str, Any] = {}
    for bare, values in groups.items():
        told = list(values.values())
        if told == [told[0]] * len(told) and bare not in ("sound", "dice"):
            written |= {bare: told[0]}
        else:
            written |= values
    # a seed is written in any case: another project's would be another
    return {name: v for name, v in written.items() if name == "seed" or not _default(name, v)}


def _default(name: str, value: Any) -> bool:
    return bool(parse(name, knobs()[name.rpartition(".")[2]].default) == value)
