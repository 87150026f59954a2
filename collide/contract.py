"""Checks that a file follows the contract of an instrument and so can be played."""

import inspect
import itertools
from collections.abc import Iterator, Mapping
from types import ModuleType

from collide.base.errors import CollideError
from collide.limits import Checked

SHAPES = ("filters", "command", "passes", "analyze")
POST_PARAMETERS = ("knobs", "size", "fps", "seed")  # required of every instrument in post/

# A new instrument plays after one of these instruments. OFFERED lists the arguments that the new
# instrument can take besides `knobs`.
PLACES = {
    "blend": ("blend/pace", "blend/look", "blend/key", "blend/fit", "blend/place"),
    "audio": ("audio/extract", "audio/equalizer", "audio/echo"),
}
ABOVE = ("blend/key", "blend/place")  # these instruments are not played for layer 1
OFFERED: dict[str, tuple[str, ...]] = {
    "modes": ("seed", "frames", "masks"),
    "blend": ("clip", "fps", "layer", "output_size"),
    "audio": (),
}
CONTRACT = "see the contract in collide/instrument.py"

# Reserved words, mostly variables of verbs, because a knob with such a name would make command
# lines ambiguous.
RESERVED = frozenset(
    "a address again all amount as at audio b count deno draw dup engine everywhere family "
    "farm file for from full host idle json keep key knobs layer license light longest look "
    "manifest min motion n name off open over page path pool port preset presets project "
    "scripts search shortest slots sort trace twice uncut until url used wide".split()
)

# The entries of a preset besides knobs, with their types: its description, and whether it is
# listed.
BESIDE: Mapping[str, type] = {"about": str, "listed": bool}


def check(name: str, module: ModuleType, *, script: bool = False) -> None:
    """Raise CollideError if a module breaks the contract, which is stricter for a `script`."""
    troubles = itertools.chain(_file_troubles(name, module), _troubles(name, module, script))
    why, fix = next(troubles, ("", ""))
    if why:
        raise CollideError(f"{name} is not an instrument yet", why=why, fix=fix or CONTRACT)


def _file_troubles(name: str, module: ModuleType) -> Iterator[tuple[str, str]]:
    """Yield the faults that any file can have, each with a fix ("" stands for CONTRACT)."""
    if not (module.__doc__ or "").startswith(f"{name}: "):
        yield f"its first line must begin with '{name}: '", ""
    if sum(hasattr(module, shape) for shape in SHAPES) != 1:
        yield f"it must have exactly one of {', '.join(SHAPES)}", ""
    defaults, limits = getattr(module, "DEFAULTS", None), getattr(module, "LIMITS", None)
    if defaults is None or limits is None:
        yield "it must have DEFAULTS and LIMITS, {} if it has no knobs", ""
    elif defaults.keys() != limits.keys():
        yield f"DEFAULTS and LIMITS differ: {sorted(defaults.keys() ^ limits.keys())}", ""
    elif taken := sorted(defaults.keys() & RESERVED):
        yield f"{taken[0]!r} is a word that verbs use, so it cannot be a knob", ""
    elif taken := sorted(defaults.keys() & BESIDE.keys()):
        yield f"{taken[0]!r} is a reserved name in presets, so it cannot be a knob", ""
    else:
        yield from ((why, "") for why in _before_troubles(module))
        strange = sorted(getattr(module, "ALIASES", {}).keys() - defaults.keys())
        yield from ((f"{one!r} is in ALIASES but not in DEFAULTS", "") for one in strange)


def _before_troubles(module: ModuleType) -> Iterator[str]:
    """Yield the faults in BEFORE, which gives values to the knobs that old recipes lack."""
    for knob, value in getattr(module, "BEFORE", {}).items():
        limit = module.LIMITS.get(knob)
        if limit is None:
            yield f"{knob!r} is in BEFORE but not in DEFAULTS"
        elif isinstance(limit, Checked):  # only the catalog knows the names in a family
            try:
                same = limit.check(value) == value
            except ValueError as error:
                yield f"BEFORE: {knob} {error}"
            else:
                if not same:
                    yield f"BEFORE: {knob} must be written as {limit.check(value)!r}"


def _troubles(name: str, module: ModuleType, script: bool) -> Iterator[tuple[str, str]]:
    """Yield the faults that only files of this family can have."""
    family, _, stem = name.partition("/")
    if family == "post":
        yield from ((why, "") for why in _post_troubles(module))
    elif family == "modes":
        yield from _shape_troubles(module, family, "analyze", ("KEYED", "PER_LAYER"))
    elif family == "source" and script:
        yield "a project cannot have its own instruments in source/", f"make it post/{stem}"
    elif family in PLACES and (script or hasattr(module, "AFTER")):
        yield from _place_troubles(module, family)


def _post_troubles(module: ModuleType) -> Iterator[str]:
    """Yield the faults of an instrument in post/."""
    shape = next(shape for shape in SHAPES if hasattr(module, shape))
    more = {"filters": ("first", "plate"), "passes": ("pieces", "storage")}
    if shape not in more:
        yield "in post/ it must have filters or passes"
        return
    wants = set(inspect.signature(getattr(module, shape)).parameters)
    if not {*POST_PARAMETERS} <= wants <= {*POST_PARAMETERS, *more[shape]}:
        must, may = ", ".join(POST_PARAMETERS), ", ".join(more[shape])
        yield f"{shape} must take {must}, and may take {may}"
    plates = hasattr(module, "plate"), hasattr(module, "PLATE_FRAMES"), "plate" in wants
    if len(set(plates)) > 1:
        yield "plate, PLATE_FRAMES and the parameter plate must occur together"
    if shape == "passes" and not getattr(module, "WHOLE", False):
        yield "passes need WHOLE = True"
    if hasattr(module, "PER_LAYER") or hasattr(module, "KEYED"):
        yield "its knobs belong to the piece, not to layers"


def _place_troubles(module: ModuleType, family: str) -> Iterator[tuple[str, str]]:
    """Yield the faults of an instrument in the chain of a layer's picture or sound."""
    after, places = getattr(module, "AFTER", ""), PLACES[family]
    if after not in places:
        why = f"AFTER = {after!r} is not a valid position" if after else "nothing would play it"
        after_one = f"{', '.join(places[:-1])} or {places[-1]}"
        why += f": in {family}/ a new instrument is played after {after_one}"
        yield why, f'add a line to it: AFTER = "{places[1]}"'
    groups = ("PER_LAYER", "KEYED") if after in ABOVE else ("PER_LAYER",)
    yield from _shape_troubles(module, family, "filters", groups)


def _shape_troubles(
    module: ModuleType, family: str, shape: str, groups: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield the faults in the required function, its parameters, and the groups of knobs."""
    if not hasattr(module, shape):
        yield f"in {family}/ it must have {shape}", ""
        return
    wants, more = set(inspect.signature(getattr(module, shape)).parameters), OFFERED[family]
    if not {"knobs"} <= wants <= {"knobs", *more}:
        yield f"{shape} must take knobs, and may take {', '.join(more) or 'nothing else'}", ""
    each = {name for group in groups for name in names(module, group)}
    if lost := [name for name in module.DEFAULTS if name not in each]:
        why = f"nothing reads the knob {lost[0]!r}: a layer's knob must be in "
        yield why + " or ".join(groups), f"add a line to it: {groups[0]} = tuple(DEFAULTS)"


def names(module: ModuleType, group: str) -> tuple[str, ...]:
    """Return the knob names in an instrument's PER_LAYER or KEYED."""
    return tuple(getattr(module, group, ()))
