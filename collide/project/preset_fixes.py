"""Errors for a hand-written preset with groups, notes, other presets, or invalid values."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from collide.base.errors import InputError
from collide.base.words import joined
from collide.catalog import Catalog
from collide.limits import BadValueError
from collide.project.config_fixes import (
    PRESET,
    SIDE_BY_SIDE,
    Fixes,
    is_derived,
    is_note,
    names_preset,
    refuse_config,
)
from collide.project.config_groups import is_group
from collide.project.file_values import listed
from collide.project.settings import CONFIG, current, parse, renamed


def refuse_files(
    project: str,
    sources: Iterable[tuple[str, str, Mapping[str, Any]]],
    catalog: Catalog,
    there: Collection[str],
) -> None:
    """Raise InputError for a mistake in a preset or config.json, with the fix for that file.

    Args:
        project: the project's name.
        sources: the description, the file and the values of each source.
        catalog: the instruments of the project.
        there: the names of the presets that the project can use.
    """
    for origin, file, values in sources:
        if origin.startswith("preset "):
            refuse_preset(file, values, catalog)
        elif origin == CONFIG:
            refuse_config(project, values, catalog, there)


def refuse_preset(file: str, values: Mapping[str, Any], catalog: Catalog) -> None:
    """Raise InputError for a group, a note, another preset or an invalid value in a preset."""
    faults = {name: error for name in values if (error := _fault(name, values[name], catalog))}
    if len(faults) > 1:
        raise _of_all(file, values, faults, catalog)
    for name, error in faults.items():
        _refuse_one(file, values, name, error, catalog)


def _refuse_one(
    file: str, values: Mapping[str, Any], name: str, error: InputError, catalog: Catalog
) -> None:
    """Raise InputError for the only mistake in a preset, if the correction is known."""
    value, fixes = values[name], Fixes("", values, catalog, ())
    group, bad = is_group(name, value, catalog), isinstance(error, BadValueError)
    if not group and not (_means(name, value, catalog) if bad else _is_beside(name)):
        return
    fixes.correct(name, value, error, later=False)
    lines, why = fixes.in_json(), error.why
    if group:
        why = SIDE_BY_SIDE
        fix = [f'open {file} and replace "{name}" with:', *lines]
    elif bad:
        if not lines:
            return
        fix = [f"open {file} and write", *lines]
    elif names_preset(name):
        why, fixes.lost = "a preset cannot contain presets; a project can use several", []
        fix = [f"remove it from {file}, and use both: preset={listed(value)},{_stem(file)}"]
    else:
        why = 'besides its knobs, a preset contains one note, "about"'
        about = json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)
        fix = [f'open {file} and replace "{name}" with:', f'"about": {about}']
    raise InputError(f"{file}: {error.what}", why=fixes.why(why), fix="\n".join(fix))


def _fault(name: str, value: Any, catalog: Catalog) -> InputError | None:
    """Return the error for one knob of a preset, or None if the knob is valid."""
    try:
        parse(renamed(name)[0], value, catalog)
    except InputError as error:
        return error
    return None


def _of_all(
    file: str, values: Mapping[str, Any], faults: Mapping[str, InputError], catalog: Catalog
) -> InputError:
    """Return one error for all mistakes in a preset, with the lines that replace them."""
    fixes = Fixes("", values, catalog, ())
    for name, error in faults.items():
        fixes.correct(name, values[name], error, later=True)
    fixes.turns.pop(PRESET, None)  # a preset cannot contain presets
    lines = fixes.in_json() if any(fixes.turns.values()) else []
    if fixes.notes and "about" not in values:
        lines = [f'"about": {json.dumps(fixes.notes[0], ensure_ascii=False)},', *lines]
    gone = joined([f'"{name}"' for name in faults if not fixes.turns.get(name)])
    steps = [*([f"remove {gone}"] if gone else []), *(["write"] if lines else [])]
    return InputError(
        f"{file} has {len(faults)} mistakes",
        why="\n".join(f"{error.what}: {error.why}" for error in faults.values()),
        fix="\n".join([f"open {file} and {', and '.join(steps)}", *lines]),
    )


def _means(name: str, value: Any, catalog: Catalog) -> bool:
    """Return whether a valid value can be derived from a refused value (never from None)."""
    limit = catalog.knobs[current(name)].limit
    return value is not None and is_derived(value, limit)


def _is_beside(name: str) -> bool:
    return is_note(name) or names_preset(name)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".json")
