"""Typed values of knobs and presets: corrections of wrong ones, and notes on doubtful ones."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from collide.base.errors import InputError
from collide.base.spoken_number import amount, cleaned
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.cli.arguments import line
from collide.limits import BadValueError, as_typed
from collide.project import presets
from collide.project.near_names import other_value
from collide.project.other_words import DECIBELS, other_values
from collide.project.project import Project
from collide.project.settings import bare, renamed
from collide.text_limits import File


def meant_knobs(name: str, error: BadValueError, project: Project) -> dict[str, str]:
    """Return the knobs meant by a value that a knob refuses, {} if no value is similar."""
    limit = project.catalog.knobs[bare(renamed(name)[0])].limit
    if isinstance(limit, File):
        return _file_there(name, error.raw, limit, project)
    return _meant_value(name, error, project.catalog, _presets(project))


def _meant_value(
    name: str, error: BadValueError, catalog: Catalog, presets: Collection[str]
) -> dict[str, str]:
    """Return the knobs meant by a value that a knob refuses, {} if no value is similar.

    Args:
        presets: the names of all presets, because one may be typed in place of an effect.
    """
    if bare(renamed(name)[0]) == "post":
        return _meant_chain(error.raw, catalog, presets)
    own = {name: error.instead} if error.instead else {}
    return other_value(name, error.raw, catalog) or own


def _meant_chain(text: str, catalog: Catalog, presets: Collection[str]) -> dict[str, str]:
    """Return the effects meant by a chain, and the presets and knobs of effects named in it; {} if
    one of its words is unknown.
    """
    limit, chain, turned = catalog.knobs["post"].limit, list[str](), dict[str, str]()
    for word in filter(None, re.split(r"[\s,;+&|]+", cleaned(text))):
        knob = catalog.knobs.get(word)
        found = other_values("post", word)
        if knob and knob.owner.startswith("post/"):
            chain.append(knob.owner.removeprefix("post/"))
            turned[word] = as_typed(knob.default)
        elif near := limit.near(word) or found.get("post"):
            chain.append(near)
        elif near := nearest(word, presets) or found.get("preset"):
            turned["preset"] = ",".join(filter(None, [turned.get("preset"), near]))
        else:
            return {}
    return {**({"post": ",".join(dict.fromkeys(chain))} if chain else {}), **turned}


def _file_there(name: str, text: str, limit: File, project: Project) -> dict[str, str]:
    """Return the knob with a file whose name begins with `text`, or is near it; {} for none."""
    folder = project.workspace.library.parent / limit.folder
    there = [one.name for one in sorted(folder.glob("*")) if one.suffix in limit.suffixes]
    word = cleaned(text).rpartition("/")[2]
    begun = [one for one in there if one.lower().startswith(word.lower())]
    near = begun[0] if begun else nearest(word, there)
    return {name: near} if near else {}


def refuse_presets(
    names: Sequence[str] | None,
    spoken: Sequence[str],
    typed: Mapping[str, str],
    project: Project,
) -> None:
    """Refuse a typed list of presets that is empty or contains an effect."""
    if names is None:
        return
    rest = {name: text for name, text in typed.items() if name != "preset"}
    effects = [
        name for name in names if name in getattr(project.catalog.knobs["post"].limit, "words", ())
    ]
    effects = [name for name in effects if name not in ("none", *_presets(project))]
    if not names:
        raise InputError(
            "preset= names no preset",
            why="it adds presets to those of config.json",
            fix=f"leave it out: {line(spoken, rest)}",
        )
    if effects:
        others = [name for name in names if name not in effects]
        rest |= {"preset": ",".join(others)} if others else {}
        chain = [*filter(None, [rest.get("post")]), *effects]
        raise InputError(
            f"{effects[0]!r} is an effect, not a preset",
            why="post= plays effects; presets are files of knobs",
            fix=line(spoken, {**rest, "post": ",".join(chain)}),
        )


def doubts(knobs: Mapping[str, str]) -> Iterator[str]:
    """Yield a note for each value that is allowed but probably not meant."""
    for name, text in knobs.items():
        found = amount(text) if bare(name) in DECIBELS else None
        if found and 0 < found[0] < 1:
            yield f"{name} is in decibels, and {text} is hardly louder: half as loud is {name}=-6"


def _presets(project: Project) -> list[str]:
    """Return the names of the presets that a project can use."""
    return presets.names([project.path / "presets", project.workspace.root / "presets"])
