"""Finds the instruments, checks their contract, and knows who owns which knob."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from collide.errors import CollideError, InputError, did_you_mean
from collide.scripts import read_scripts, refused
from collide.step import Chain, Checked, Choice, Family, Limit, Several

HOUSE = Path(__file__).parent
FAMILIES = ("source", "modes", "blend", "audio", "post")
SHAPES = ("filters", "command", "passes", "analyze")
TOLD = ("knobs", "size", "fps", "seed")  # every instrument of post/

# Words of the verbs; a knob of that name could not be told from them on the command line.
RESERVED = frozenset(
    "a again all amount as at audio b count deno draw dup engine everywhere family file for "
    "from full keep knobs layer license longest look manifest min n name off over page path "
    "pool preset presets project search shortest sort until url used wide".split()
)

# What a knob is called now. The first kind is still read, with a note; the second is refused.
RENAMED = {"blend": "softness", "dominant_frames": "keyframes"}
REPLACED = {
    "stereo_panning": "pan",
    "normalize_audio": "level",
    "save_debug_frames": "mode",
    "video_input": "clip",
}


@dataclass(frozen=True)
class Knob:
    """One knob: who owns it, what it is when nobody turns it, and what it may be."""

    name: str
    owner: str  # "blend/look"
    default: Any
    limit: Checked
    scope: str  # "piece", "layer" (each layer has its own) or "keyed" (each but layer 1)


class Open:
    """The folder of the open project's own instruments; they stand beside those of the house."""

    scripts: Path | None = None


def admit(scripts: Path | None) -> None:
    """Take a project's own instruments in, and those of another project out.

    Raises:
        InputError: one does not keep the contract, or has a name that is taken; none is in then.
    """
    if scripts is None and Open.scripts is None:
        return
    Open.scripts = scripts
    _forget()
    try:
        knobs()
    except CollideError as error:
        Open.scripts = None
        _forget()
        raise InputError(error.what, why=error.why, fix=error.fix) from None


def _forget() -> None:
    instruments.cache_clear()
    knobs.cache_clear()


@cache
def instruments() -> dict[str, ModuleType]:
    """Return every instrument by its name, `family/name`: ours by the alphabet, then a project's.

    Raises:
        InputError: a project's own does not keep the contract, or has a name that is taken.
    """
    found = {}
    for family in FAMILIES:
        for path in sorted((HOUSE / family).glob("[a-z]*.py")):
            name = f"{family}/{path.stem.replace('_', '-')}"
            found[name] = importlib.import_module(f"collide.{family}.{path.stem}")
            check(name, found[name])
    for name, module in read_scripts(Open.scripts, FAMILIES) if Open.scripts else ():
        path = Path(str(module.__file__))
        if name in found:
            raise refused(path, f"{name} is one of collide's own, which nothing may stand before")
        try:
            check(name, module)
        except CollideError as error:
            raise refused(path, error.why) from None
        found[name] = module
    return found


def instrument(name: str) -> Any:
    """Return the instrument `family/name`; Any, since each shape has words of its own.

    Raises:
        InputError: there is none of that name.
    """
    known = instruments()
    if name not in known:
        raise InputError(
            f"no instrument named {name!r}",
            why="there are " + ", ".join(known),
            fix=did_you_mean(name, known, otherwise="choose one of these"),
        )
    return known[name]


def check(name: str, module: ModuleType) -> None:
    """Refuse a file that does not keep the contract of collide/step.py.

    Raises:
        CollideError: what is missing, and where to look.
    """

    def refuse(why: str) -> CollideError:
        return CollideError(
            f"{name} is not an instrument yet", why=why, fix="see the contract in collide/step.py"
        )

    first = (module.__doc__ or "").split("\n", 1)[0]
    if not first.startswith(f"{name}: "):
        raise refuse(f"its first line must begin with '{name}: '")
    if sum(hasattr(module, shape) for shape in SHAPES) != 1:
        raise refuse(f"it must have exactly one of {', '.join(SHAPES)}")
    defaults, limits = getattr(module, "DEFAULTS", {}), getattr(module, "LIMITS", {})
    if defaults.keys() != limits.keys():
        raise refuse(f"DEFAULTS and LIMITS differ: {sorted(defaults.keys() ^ limits.keys())}")
    if trouble := _post_trouble(module) if name.startswith("post/") else "":
        raise refuse(trouble)
    taken = sorted(defaults.keys() & RESERVED)
    if taken:
        raise refuse(f"{taken[0]!r} is a word of the verbs and cannot be a knob")


def _post_trouble(module: ModuleType) -> str:
    """Return what an instrument of post/ lacks, "" where it keeps the contract."""
    shape = next(shape for shape in SHAPES if hasattr(module, shape))
    allowed = {"filters": {*TOLD, "first", "plate"}, "passes": {*TOLD, "pieces", "storage"}}
    if shape not in allowed:
        return "in post/ it must have filters or passes"
    wants = set(inspect.signature(getattr(module, shape)).parameters)
    if not set(TOLD) <= wants <= allowed[shape]:
        return f"{shape} must take {', '.join(TOLD)}, and may take {', '.join(allowed[shape])}"
    plates = hasattr(module, "plate"), hasattr(module, "PLATE_FRAMES"), "plate" in wants
    if len(set(plates)) > 1:
        return "plate, PLATE_FRAMES and the parameter plate belong together"
    if shape == "passes" and not getattr(module, "WHOLE", False):
        return "passes need WHOLE = True"
    if hasattr(module, "PER_LAYER") or hasattr(module, "KEYED"):
        return "its knobs are the piece's: no layer has one of its own"
    return ""


@cache
def knobs() -> dict[str, Knob]:
    """Return every knob by its name.

    Raises:
        CollideError: two instruments own one name.
    """
    found: dict[str, Knob] = {}
    for owner, module in instruments().items():
        keyed, layered = _names(module, "KEYED"), _names(module, "PER_LAYER")
        for name, default in module.DEFAULTS.items():
            if name in found:
                raise CollideError(
                    f"two instruments own the knob {name!r}: {found[name].owner} and {owner}",
                    why="a preset could not say which is meant",
                    fix=f"rename it in one of them, for instance {owner.split('/')[1]}_{name}",
                )
            scope = "keyed" if name in keyed else "layer" if name in layered else "piece"
            found[name] = Knob(name, owner, default, _limit(module.LIMITS[name]), scope)
    return found


def own(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `values` that the instrument `name` owns."""
    return {knob: values[knob] for knob in instrument(name).DEFAULTS if knob in values}


def _names(module: ModuleType, group: str) -> tuple[str, ...]:
    return cast(tuple[str, ...], getattr(module, group, ()))


def _limit(limit: Limit) -> Checked:
    """Return the limit with a family spelled out as the names that are in its folder."""
    if isinstance(limit, Family):
        prefix = limit.folder + "/"
        names = [n.removeprefix(prefix) for n in instruments() if n.startswith(prefix)]
        words = tuple(name for name in names if name not in limit.without)
        if limit.chain:
            return Chain(words)
        return Several(words) if limit.several else Choice(words)
    return limit


def explained(owner: str) -> Iterator[tuple[str, str]]:
    """Yield each knob of an instrument with the comment above it, lines joined by newlines.

    The comments are read from the source, so that a knob is described in one place only.
    """
    source = Path(str(instrument(owner).__file__)).read_text()
    lines = source.splitlines()
    for node in ast.parse(source).body:
        named = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DEFAULTS"
        if not named or not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
            continue
        for key in node.value.keys:
            if isinstance(key, ast.Constant):
                yield str(key.value), _comment_above(lines, key.lineno - 1)


def _comment_above(lines: list[str], at: int) -> str:
    found: list[str] = []
    while at > 0 and (text := lines[at - 1].strip()).startswith("#"):
        if re.fullmatch(r"# --- .* ---", text):
            break
        found.insert(0, text.lstrip("# "))
        at -= 1
    return "\n".join(found)
