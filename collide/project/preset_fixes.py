"""Refusals of a hand-written preset with a group, a note, other presets, or malformed values."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from collide.base.errors import InputError
from collide.catalog import Catalog
from collide.limits import BadValueError, as_typed
from collide.project.config_fixes import (
    SIDE_BY_SIDE,
    Fixes,
    is_derived,
    is_note,
    names_preset,
    refuse_config,
)
from collide.project.config_groups import is_group
from collide.project.settings import bare, parse, renamed


def refuse_files(
    project: str,
    sources: Iterable[tuple[str, str, Mapping[str, Any]]],
    catalog: Catalog,
    there: Collection[str],
) -> None:
    """Raise InputError for a mistake in a project's files, with the fix for that file.

    Args:
        project: the name of the project.
        sources: the description, the file, and the values of each source.
        catalog: the instruments of the project.
        there: the names of the presets that the project can play.
    """
    for origin, file, values in sources:
        if origin.startswith("preset "):
            refuse_preset(file, values, catalog)
        elif origin == "config.json":
            refuse_config(project, values, catalog, there)


def refuse_preset(file: str, values: Mapping[str, Any], catalog: Catalog) -> None:
    """Raise InputError for a group, a note, other presets or a malformed value in a preset."""
    for name, value in values.items():
        fixes = Fixes("", values, catalog, ())
        try:
            parse(renamed(name)[0], value, catalog)
            continue
        except InputError as error:
            what = f"{file}: {error.what}"
            group = is_group(name, value, catalog)
            if not group and (isinstance(error, BadValueError) or not _is_beside(name)):
                continue
            fixes.correct(name, value, error, later=False)
        listed = as_typed(value).replace("..", ",")
        if group:
            why = SIDE_BY_SIDE
            fix = "\n".join([f'open {file} and replace "{name}" with:', *fixes.in_json()])
        elif names_preset(name):
            why, fixes.lost = "a preset cannot use other presets; a project can use several", []
            fix = f"remove it from {file}, and use both: preset={listed},{_stem(file)}"
        else:
            why = 'besides its knobs, a preset contains one note, "about"'
            about = json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)
            fix = f'open {file} and replace "{name}" with:\n"about": {about}'
        raise InputError(what, why=fixes.why(why), fix=fix)
    _refuse_values(file, values, catalog)


def _refuse_values(file: str, values: Mapping[str, Any], catalog: Catalog) -> None:
    """Raise InputError for the values that knobs refuse, if at least one can be corrected.

    The fix lists the corrected lines.
    """
    first, fixes = None, Fixes("", values, catalog, ())
    for name, value in values.items():
        try:
            parse(renamed(name)[0], value, catalog)
        except BadValueError as error:
            limit = catalog.knobs[bare(renamed(name)[0])].limit
            if value is not None and is_derived(value, limit):
                fixes.correct(name, value, error, later=False)
                first = first or error
        except InputError:
            continue
    if first and (lines := fixes.in_json()):
        fix = "\n".join([f"open {file} and write", *lines])
        raise InputError(f"{file}: {first.what}", why=fixes.why(first.why), fix=fix)


def _is_beside(name: str) -> bool:
    return is_note(name) or names_preset(name)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".json")
