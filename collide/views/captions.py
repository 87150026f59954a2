"""Captions of looks (with the turned knobs) and the sheets on a gallery page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collide.limits import as_typed
from collide.project.look_book import Look
from collide.project.promote import FORM
from collide.project.settings import LOOK, TYPED, bare
from collide.project.sheets import LookSheet

# Captions omit these knobs, because they set a look's seed, clips and format, not its style.
UNSAID = (
    "seed",
    "dice",
    "clip",
    "take",
    "start",
    "storage",
    "min_resolution",
    "min_seconds",
    *FORM,
)


def turned(manifest: Mapping[str, Any]) -> list[str]:
    """Return the presets and knobs that were set for a look, as one would type them.

    Knobs in UNSAID are omitted. For a look opened by name, return only what the command adds.
    """
    values, origins = manifest.get("said", {}), manifest.get("origins", {})
    opened = any(str(origin).startswith(LOOK) for origin in origins.values())
    return list(dict.fromkeys(_words(values, origins, opened=opened)))


def _words(values: Mapping[str, Any], origins: Mapping[str, str], *, opened: bool) -> Iterator[str]:
    presets, knobs = list[str](), list[str]()
    for name, value in values.items():
        origin = str(origins.get(name, ""))
        if opened and origin != TYPED and not origin.endswith("(typed)"):
            continue
        if origin.startswith("preset "):
            presets.append(f"preset={origin.split()[1]}")
        elif bare(name) not in UNSAID:
            knobs.append(f"{name}={as_typed(value)}")
    yield from presets
    yield from knobs


def put_on(before: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
    """Return the presets of a look that the previous look did not use."""
    old, new = (
        [word.partition("=")[2] for word in turned(one) if word.startswith("preset=")]
        for one in (before, manifest)
    )
    return [name for name in new if name not in old]


def sheets_data(sheets: Sequence[LookSheet], looks: Sequence[Look]) -> list[dict[str, Any]]:
    """Return the sheets of a page, each with the cells whose looks exist.

    Only cells of the newest sheet have numbers, because `look=4` in the terminal refers to that
    sheet. Looks that were never rendered and are not on a sheet come from an older version of
    collide; they form a sheet of their own.
    """
    by_name = {look.name: look for look in looks}
    result, last = list[dict[str, Any]](), sheets[-1] if sheets else None
    for sheet in sheets:
        cells = [
            {
                "number": number if sheet is last else None,
                "look": cell.look,
                "turned": cell.turned,
            }
            for number, cell in enumerate(sheet.cells, start=1)
            if cell.look in by_name
        ]
        if cells:
            when = round(sheet.when) or round(by_name[str(cells[0]["look"])].when)
            result.append({"verb": sheet.verb, "when": when, "last": sheet is last, "cells": cells})
    inside = {cell.look for sheet in sheets for cell in sheet.cells}
    loose = [look for look in looks if not look.video and look.name not in inside]
    if loose:
        cells = [{"number": None, "look": look.name, "turned": ""} for look in loose]
        when, verb = round(max(look.when for look in loose)), "earlier sweeps and rolls"
        result.append({"verb": verb, "when": when, "last": False, "cells": cells})
    return result
