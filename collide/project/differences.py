"""Differences between two looks or two configs: each changed knob with its old and new values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from collide.base.words import several
from collide.catalog import Catalog
from collide.limits import as_typed
from collide.project.look_book import SIGNS, Look
from collide.project.settings import bare

# A recipe records these knobs only if they differ from these values.
ABSENT = {"post": "none", "coverage": "off"}
DIGESTS = ("clip", "model", "engine")
MOVES = 6  # the maximum number of lines for knobs that were not requested


class Difference(NamedTuple):
    """One difference between two looks, as text."""

    name: str
    old: str
    new: str

    def __str__(self) -> str:
        """Return the difference as text: similarity 0.2 → 0.3."""
        if self.name == "engine":
            return "a different ffmpeg"  # digests tell a person nothing
        return f"{self.name} {self.old} → {self.new}"


def differences(old: Look, new: Look) -> list[Difference]:
    """Return the differences, with the same change on all layers as one difference without a layer.

    Clips and models always have the layer prefix. A knob that only one look records is left out,
    since this difference follows from another difference. The exceptions are knobs in ABSENT or
    DIGESTS, and knobs of the piece (such as an effect's) that are not at their defaults.
    """
    before, after = dict(_flat(old.recipe.full)), dict(_flat(new.recipe.full))
    names = [*before, *(name for name in after if name not in before)]
    changes = [
        _apart(
            Difference(name, _text(name, before.get(name), old), _text(name, after.get(name), new)),
            before.get(name),
            after.get(name),
        )
        for name in names
        if before.get(name) != after.get(name)
        and not _follows(name, before, after, old.recipe.catalog)
    ]
    return list(_folded(changes, names))


def _follows(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], catalog: Catalog
) -> bool:
    """Return whether a difference follows from another: only one look records the knob."""
    alone = (name not in before or name not in after) and bare(name) not in (*ABSENT, *DIGESTS)
    knob = catalog.knobs.get(bare(name))
    turned = knob and not isinstance(knob.default, list | tuple) and knob.scope == "piece"
    return bool(alone and knob and not (turned and {**before, **after}[name] != knob.default))


def _folded(differences: list[Difference], names: list[str]) -> Iterator[Difference]:
    """Yield differences and merge identical changes on all layers, except for DIGESTS."""
    for difference in differences:
        knob = bare(difference.name)
        same = [d for d in differences if bare(d.name) == knob and d[1:] == difference[1:]]
        layers = sum(bare(name) == knob for name in names)
        if len(same) < layers or layers == 1 or knob in DIGESTS:
            yield difference
        elif same[0] is difference:
            yield difference._replace(name=knob)


def _apart(difference: Difference, before: Any, after: Any) -> Difference:
    """Add digests to a difference between two files with the same name."""
    if difference.old != difference.new or not isinstance(before, str):
        return difference
    old, new = (f"{difference.old} ({str(value)[:SIGNS]})" for value in (before, after))
    return difference._replace(old=old, new=new)


def _text(name: str, value: Any, look: Look) -> str:
    """Return a recipe's value as text; for a file, return its name if it is known."""
    if value is None:
        return ABSENT.get(bare(name), "unset")
    if name.endswith("(seconds)"):
        return as_typed(round(float(value), 3))
    if bare(name) in DIGESTS or name in look.recipe.files or re.fullmatch(r"bed\d", name):
        return str(look.names.get(value, value[:SIGNS]))
    return as_typed(value)


def _flat(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a recipe's values, except its format and its number of frames."""
    yield "engine", data["engine"]
    yield "seed", data["seed"]
    yield from data["piece"].items()
    for n, layer in enumerate(data["layers"], start=1):
        yield f"layer{n}.clip", layer["clip"]
        yield f"layer{n}.start (seconds)", layer["start"]
        if "model" in layer:
            yield f"layer{n}.model", layer["model"]
        yield from ((f"layer{n}.{name}", value) for name, value in layer["knobs"].items())
    yield "heard layers", ",".join(map(str, data["heard"])) or "none"
    for n, bed in enumerate(data.get("beds", []), start=1):
        yield f"bed{n}", bed["sound"]
        yield f"bed{n}.start (seconds)", bed["start"]


def moves(
    before: Mapping[str, Any], after: Mapping[str, Any], requests: Iterable[str] = ()
) -> Iterator[str]:
    """Yield a line for each knob that differs between two configs or was requested.

    For the knobs that were not requested, yield at most MOVES lines; the last line counts the other
    knobs.
    """
    wanted, others = [*requests], 0
    for name in dict.fromkeys([*wanted, *sorted(before.keys() | after.keys())]):
        old, new = as_typed(before.get(name)), as_typed(after.get(name))
        if before.get(name) == after.get(name):
            if name in wanted:
                yield f"{name}: {new}, unchanged"
            continue
        others += name not in wanted
        if others <= MOVES or name in wanted:
            yield f"{name}: {old} → {new}"
    if others > MOVES:
        yield f"and {several(others - MOVES, 'more knob')}"
