"""The catalog, which finds the instruments and the owner of each knob."""

import ast
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from collide.base.errors import CollideError, InputError, mistyped
from collide.contract import check, names
from collide.instrument import Chain, Checked, Choice, Family, Limit, Several
from collide.scripts import read_scripts, refused

PACKAGE = Path(__file__).parent
FAMILIES = ("source", "modes", "blend", "audio", "post")

# Old knob names. Names in RENAMED are still accepted, with a note; REPLACED names are refused.
RENAMED = {"blend": "softness", "dominant_frames": "keyframes"}
REPLACED = {
    "stereo_panning": "pan",
    "normalize_audio": "level",
    "save_debug_frames": "mode",
    "video_input": "clip",
}


@dataclass(frozen=True)
class Knob:
    """One knob: its owner, default and limit."""

    name: str
    owner: str  # an instrument, for example "blend/look"
    default: Any
    limit: Checked
    scope: str  # "piece", "layer" (one value per layer) or "keyed" (above layer 1)
    before: Any = None  # its value in recipes that lack the knob (BEFORE), or None
    reach: Sequence[float] = ()  # a wider range to search for a threshold, or ()

    @cached_property
    def first(self) -> int | None:
        """Return the lowest layer that has the knob, or None for a knob of the whole piece."""
        return {"layer": 1, "keyed": 2}.get(self.scope)

    def is_of(self, layer: int | None) -> bool:
        """Return whether a layer has the knob, or the whole piece if `layer` is None."""
        if layer is None or self.first is None:
            return layer is self.first
        return self.first <= layer


class Catalog:
    """The available instruments (shipped or a project's own) and the owner of each knob.

    A catalog is immutable, so the catalogs of several projects can coexist. If two instruments own
    the same knob, the constructor raises CollideError.
    """

    def __init__(self, instruments: Mapping[str, ModuleType], scripts: Path | None = None) -> None:
        self.scripts = scripts  # the folder of the project's own instruments, if any
        self.instruments: Mapping[str, ModuleType] = MappingProxyType(dict(instruments))
        self.knobs: Mapping[str, Knob] = MappingProxyType(self._knobs())

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Map each alias (another program's name for a knob) to the knob's name."""
        every = (getattr(one, "ALIASES", {}).items() for one in self.instruments.values())
        return {word: knob for own in every for knob, words in own for word in words.split()}

    @cached_property
    def value_aliases(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """Map each knob to aliases of its values, and each alias to the knobs and values it means.

        The aliases are in lower case, with hyphens for spaces.
        """
        result: dict[str, dict[str, Mapping[str, str]]] = {}
        for one in self.instruments.values():
            for knob, rows in getattr(one, "VALUE_ALIASES", {}).items():
                for typed, words in rows.items():
                    replacement = dict(pair.split("=", 1) for pair in typed.split())
                    names = words.replace("~", "").split()
                    result.setdefault(knob, {}).update(dict.fromkeys(names, replacement))
        return result

    def approximates(self, knob: str, alias: str) -> bool:
        """Return whether an alias only approximates the value that replaces it."""
        own = (getattr(one, "VALUE_ALIASES", {}).get(knob, {}) for one in self.instruments.values())
        return any(f"~{alias}" in words.split() for rows in own for words in rows.values())

    def neutral(self, knob: str) -> Any:
        """Return a knob's neutral value (without any effect), or None if it is not declared."""
        return getattr(self.instrument(self.knobs[knob].owner), "NEUTRAL", {}).get(knob)

    def instrument(self, name: str) -> Any:
        """Return the instrument `family/name`; raise InputError for an unknown name."""
        if name not in self.instruments:
            raise mistyped(
                f"no instrument named {name!r}",
                name,
                self.instruments,
                why="there are " + ", ".join(self.instruments),
                otherwise="choose one of these",
            )
        return self.instruments[name]

    def own(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the knobs in `values` that the instrument `name` owns."""
        return {knob: values[knob] for knob in self.instrument(name).DEFAULTS if knob in values}

    def explained(self, owner: str) -> Mapping[str, str]:
        """Map each knob of an instrument to the comment above it in the source."""
        return _comments(str(self.instrument(owner).__file__))

    def with_scripts(self, folder: Path) -> "Catalog":
        """Return this catalog with a project's scripts; raise InputError for an invalid script."""
        modules = dict(self.instruments)
        for name, module in read_scripts(folder, FAMILIES):
            path = Path(str(module.__file__))
            if name in modules:
                why = f"{name} is built into collide and cannot be overridden"
                raise refused(path, why)
            try:
                check(name, module, script=True)
            except CollideError as error:
                raise refused(path, error.why, error.fix) from None
            modules[name] = module
        try:
            return Catalog(modules, folder) if len(modules) > len(self.instruments) else self
        except CollideError as error:
            raise InputError(error.what, why=error.why, fix=error.fix) from None

    def _knobs(self) -> dict[str, Knob]:
        knobs: dict[str, Knob] = {}
        for owner, module in self.instruments.items():
            keyed, layered = names(module, "KEYED"), names(module, "PER_LAYER")
            before, reach = getattr(module, "BEFORE", {}), getattr(module, "REACH", {})
            for name, default in module.DEFAULTS.items():
                if name in knobs:
                    raise CollideError(
                        f"two instruments own the knob {name!r}: {knobs[name].owner} and {owner}",
                        why="a preset could refer to either knob",
                        fix=f"rename it in one of them, for instance {owner.split('/')[1]}_{name}",
                    )
                scope = "keyed" if name in keyed else "layer" if name in layered else "piece"
                limit = self._spelled_out(module.LIMITS[name])
                later = before.get(name), reach.get(name, ())
                knobs[name] = Knob(name, owner, default, limit, scope, *later)
        return knobs

    def _spelled_out(self, limit: Limit) -> Checked:
        """Return the limit itself, or for a Family a limit to the names of its instruments."""
        if not isinstance(limit, Family):
            return limit
        prefix = limit.folder + "/"
        names = [n.removeprefix(prefix) for n in self.instruments if n.startswith(prefix)]
        words = tuple(name for name in names if name not in limit.without)
        kind = Chain if limit.chain else Several if limit.several else Choice
        return kind(words)


@cache
def shipped() -> Catalog:
    """Return the catalog of collide's own instruments, ordered by family and name."""
    modules = {}
    for family in FAMILIES:
        for path in sorted((PACKAGE / family).glob("[a-z]*.py")):
            name = f"{family}/{path.stem.replace('_', '-')}"
            modules[name] = importlib.import_module(f"collide.{family}.{path.stem}")
            check(name, modules[name])
    return Catalog(modules)


# The next four functions use the shipped catalog. If a project is open, use the project's catalog,
# which includes the project's own instruments.


def instruments() -> Mapping[str, ModuleType]:
    """Map the names of the shipped instruments to their modules."""
    return shipped().instruments


def knobs() -> Mapping[str, Knob]:
    """Map the names of the shipped instruments' knobs to the knobs."""
    return shipped().knobs


def instrument(name: str) -> Any:
    """Return a shipped instrument; raise InputError for an unknown name."""
    return shipped().instrument(name)


def own(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the knobs in `values` that a shipped instrument owns."""
    return shipped().own(name, values)


def purpose(text: str) -> str:
    """Return the purpose stated in a knob's comment, without what low and high look like."""
    does = re.split(r"^(?:(?:no )?low|high|typical)\b", text, maxsplit=1, flags=re.MULTILINE)[0]
    return re.split(r"; ", does.replace("\n", " ").strip(), maxsplit=1)[0]


@cache
def _comments(source: str) -> Mapping[str, str]:
    """Map each knob in the DEFAULTS of a source file to the comment above it."""
    text, comments = Path(source).read_text(), dict[str, str]()
    for node in ast.parse(text).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="DEFAULTS")], value=ast.Dict(keys=keys)):
                names = [key for key in keys if isinstance(key, ast.Constant)]
                lines = text.splitlines()
                comments |= {str(key.value): _comment_above(lines, key.lineno - 1) for key in names}
    return MappingProxyType(comments)


def _comment_above(lines: list[str], at: int) -> str:
    above = (line.strip() for line in reversed(lines[:at]))
    comment = list(takewhile(re.compile(r"#(?! --- .* ---$)").match, above))
    return "\n".join(text.lstrip("# ") for text in reversed(comment))
