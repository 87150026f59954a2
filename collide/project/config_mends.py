"""Refusals of a config.json that was written by hand, with the one `doit set` that fixes all of it.

A config is one flat list of knobs. Names of other programs, groups, notes and values in a different
form are removed by that line, and set again in collide's form where one is meant.
"""

from collections.abc import Collection, Iterator, Mapping
from shlex import join
from typing import Any

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.limits import BadValueError, as_typed
from collide.project.layer_names import layers_of
from collide.project.near_names import near_knobs
from collide.project.settings import MOST_LAYERS, parse, renamed

PRESET = "preset"  # not a knob; it names files of knobs
NOTES = ("about", "author", "comment", "description", "name", "note", "notes", "title")


def refuse_config(project: str, config: Mapping[str, Any], catalog: Catalog) -> None:
    """Raise InputError for the first wrong knob of a config, without its presets.

    The fix corrects all of them at once: each one left would refuse the line that corrects another.
    """
    first, mends = None, dict[str, str]()
    for name, value in config.items():
        try:
            parse(renamed(name)[0], value, catalog)
        except InputError as error:
            first = first or _explained(project, name, value, error)
            mends |= {name: "", **dict(_meant(name, value, error, config, catalog))}
    if first:
        by_hand = any(name[:1] in ("", "-") or "=" in name for name in mends)
        words = [f"{name}={value}" for name, value in mends.items()]
        raise InputError(
            first.what,
            why=first.why,
            fix=f"open projects/{project}/config.json and remove it there"
            if by_hand
            else join(["doit", "set", f"project={project}", *words]),
        )


def mended_presets(project: str, named: Any, there: Collection[str], catalog: Catalog) -> str:
    """Return the line that names the presets of a config as they are called; "" if all are there.

    An effect among them is played with post=.

    Args:
        named: the value of "preset".
        there: the names of the presets that the project can play.
    """
    names = [one for one in as_typed(named).replace("..", ",").split(",") if one]
    if isinstance(named, str | list) and {*names} <= {*there}:
        return ""
    words = getattr(catalog.knobs["post"].limit, "words", ())
    effects = [one for one in names if one in words]
    right = [one if one in there else nearest(one, there) for one in names if one not in words]
    turned = [f"preset={','.join(dict.fromkeys(filter(None, right)))}"]
    if effects:
        turned.append(f"post={','.join(effects)}")
    return join(["doit", "set", f"project={project}", *turned])


def _explained(project: str, name: str, value: Any, error: InputError) -> InputError:
    """Return the error of a knob, with the file and, of what cannot be one, the reason."""
    why = error.why
    if isinstance(value, dict) and not isinstance(error, BadValueError):
        why = 'knobs stand side by side, not in groups, as "layer2.similarity": 0.3'
    elif not isinstance(error, BadValueError) and _is_note(name):
        why = f"it holds knobs only; notes have a file of their own, projects/{project}/README.md"
    return InputError(f"projects/{project}/config.json: {error.what}", why=why, fix=error.fix)


def _is_note(name: str) -> bool:
    return name[:1] in ("_", "#", "/", "$") or name.lower() in NOTES


def _meant(
    name: str, value: Any, error: InputError, config: Mapping[str, Any], catalog: Catalog
) -> Iterator[tuple[str, str]]:
    """Yield what was meant by a wrong knob, as it is typed; nothing if it can only be removed."""
    if isinstance(error, BadValueError):
        yield name, error.instead
    elif isinstance(value, dict):
        head = f"{name}." if layers_of(f"{name}.opacity")[0] else ""
        for one, inner in value.items():
            if not isinstance(inner, dict):
                yield from _renamed(f"{head}{one}", inner, value, catalog)
    elif not _is_note(name) and value is not None:
        yield from _renamed(name, value, config, catalog)


def _renamed(
    name: str, value: Any, beside: Mapping[str, Any], catalog: Catalog
) -> Iterator[tuple[str, str]]:
    """Yield a knob by its name here, with a value that it takes."""
    if nearest(name, [PRESET]):
        yield PRESET, as_typed(value)
    elif max(layers_of(name)[0], default=0) <= MOST_LAYERS:
        typed = {one: as_typed(text) for one, text in beside.items()}
        yield from near_knobs(name, as_typed(value), catalog, typed).items()
