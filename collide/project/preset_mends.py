"""Refusals of a hand-written preset that contains a group, a note, or other presets."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.limits import BadValueError, as_typed
from collide.project.config_groups import is_group
from collide.project.config_mends import PRESET, SIDE_BY_SIDE, Mends, is_note, refuse_config
from collide.project.settings import parse, renamed


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
    """Raise InputError for a group, a note or other presets in the file of a preset."""
    for name, value in values.items():
        mends = Mends("", values, catalog, ())
        try:
            parse(renamed(name)[0], value, catalog)
            continue
        except InputError as error:
            what = f"{file}: {error.what}"
            group = is_group(name, value, catalog)
            if not group and (isinstance(error, BadValueError) or not _is_beside(name)):
                continue
            mends.mend(name, value, error, later=False)
        if group:
            why = SIDE_BY_SIDE
            fix = "\n".join([f'open {file} and replace "{name}" with:', *mends.in_json()])
        elif nearest(name, [PRESET]):
            why = "a preset cannot use other presets; a project can use several, in order"
            fix = f"remove it from {file}, and use both: preset={as_typed(value)},{_stem(file)}"
        else:
            why = 'besides its knobs, a preset holds one text, "about"'
            about = json.dumps(value if isinstance(value, str) else str(value), ensure_ascii=False)
            fix = f'open {file} and replace "{name}" with:\n"about": {about}'
        raise InputError(what, why=mends.why(why), fix=fix)


def _is_beside(name: str) -> bool:
    return is_note(name) or nearest(name, [PRESET]) is not None


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".json")
