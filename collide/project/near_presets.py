"""The presets and effects that unknown names in a config stand for."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from shlex import join
from typing import Any

from collide.base.errors import InputError
from collide.base.misplaced import is_command
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.project.file_values import listed
from collide.project.presets import names, names_in, preset_name


def right_presets(
    named: Any, there: Collection[str], catalog: Catalog
) -> tuple[list[str], list[str], list[str]]:
    """Return the presets, the effects and the unknown names in a value of "preset".

    Args:
        named: the value of "preset".
        there: the names of the presets that the project can use.
        catalog: the instruments of the project.
    """
    words = getattr(catalog.knobs["post"].limit, "words", ())
    found, effects, lost = list[str](), list[str](), list[str]()
    for one in re.split(r"[][,+&|;]+|\.\.", listed(named)):
        name = preset_name(one)
        if name in words and name not in there:
            effects.append(name)
        elif near := (name if name in there else nearest(name, there)):
            found.append(near)
        elif near := nearest(name, words):
            effects.append(near)
        elif name:
            lost.append(name)
    return list(dict.fromkeys(found)), list(dict.fromkeys(effects)), lost


def of_config(
    project: str, error: InputError, named: Any, shelves: Sequence[Path], catalog: Catalog
) -> InputError:
    """Return the error about a config's presets, with a command that corrects their names."""
    there = names(shelves)
    place = f"projects/{project}/config.json"
    if is_command(error.fix) and error.meant:
        wrong, right = error.meant
        words = [right if preset_name(one) == wrong else one for one in names_in(named)]
        line = join(["doit", "set", f"project={project}", f"preset={','.join(words)}"])
        fix = error.fix if wrong == right else f"{error.fix} && {line}"
        return InputError(f"{place}: {error.what}", why=error.why, fix=fix)
    line = "" if error.fix[:3] == "mv " else corrected_presets(project, named, there, catalog)
    return InputError(f"{place}: {error.what}", why=error.why, fix=line or error.fix)


def corrected_presets(project: str, named: Any, there: Collection[str], catalog: Catalog) -> str:
    """Return the command that corrects the names of a config's presets, or "" if all exist.

    Effects among the names are set with `post=`; unknown names are dropped.

    Args:
        project: the project's name.
        named: the value of "preset".
        there: the names of the presets that the project can use.
        catalog: the instruments of the project.
    """
    words = [one for one in listed(named).split(",") if one]
    if isinstance(named, str | list) and {*words} <= {*there}:
        return ""
    right, effects, _ = right_presets(named, there, catalog)
    turned = [f"preset={','.join(right)}"]
    if effects:
        turned.append(f"post={','.join(effects)}")
    return join(["doit", "set", f"project={project}", *turned])
