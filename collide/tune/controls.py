"""The controls of a page: one for each knob that the piece reads, built from the knob's limit.

A control is plain data. Its labels come from the knob's comment: what low and high look like, and
the typical value.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from collide.catalog import Catalog, Knob
from collide.instrument import Chain, Choice, Knobs, Range, Several
from collide.limits import Toggle, as_typed
from collide.plan.planner import Plan
from collide.project.recipe import filled
from collide.project.settings import Settings, Window, plain

# The page applies these knobs itself, without the server; see preview_loop.py and compositor.js.
PLAYED = (
    "similarity", "softness", "matte_softness", "matte_shift", "choke", "feather", "opacity",
    "blend_mode", "x", "y",
)  # fmt: skip
LOW = re.compile(
    r"\blow(?: end)?: (.*?)(?=; (?:high|in the middle)\b|\nhigh\b|\ntypical\b|$)", re.S
)
HIGH = re.compile(r"\bhigh(?: end)?: (.*?)(?=\ntypical\b|$)", re.S)
BOTH = re.compile(r"\blow: (\S+) and high: (\S+) = ([^;\n]*)")  # the two ends look alike
TYPICAL = re.compile(r"^typical (.*)", re.S | re.M)
STEPS = 400  # the approximate number of steps of a slider


def controls(plan: Plan, settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield a piece's controls, then its layers' controls, in the order of the instruments."""
    piece, catalog = plan.piece, settings.catalog
    recipe = filled(piece.recipe, catalog)
    read: list[tuple[int | None, Knobs, set[str]]] = [
        (None, piece.knobs, {*recipe["piece"], "post", "seed"})
    ]
    for layer, recipe_layer in zip(piece.layers, recipe["layers"], strict=True):
        read.append((layer.number, layer.knobs, {*recipe_layer["knobs"], "clip", "mode"}))
    for number, values, names in read:
        for knob in catalog.knobs.values():
            if knob.name in names and knob.is_of(number):
                yield _control(knob, number, values, settings)


def _control(knob: Knob, number: int | None, values: Knobs, settings: Settings) -> dict[str, Any]:
    setting = settings.of(knob.name, number)
    family, _, play = knob.owner.partition("/")
    return {
        "name": f"layer{number}.{knob.name}" if number else knob.name,
        "knob": knob.name,
        "layer": number,
        "family": family,
        "instrument": play,
        "value": plain(values.get(knob.name, setting.value)),
        "set": as_typed(plain(setting.value)),
        "drawn": isinstance(setting.value, Window),
        "origin": setting.origin,
        "default": as_typed(plain(knob.default)),
        "played": knob.name in PLAYED,
        **_taken(knob),
        **_words(knob.name, knob.owner, settings.catalog),
    }


def _taken(knob: Knob) -> dict[str, Any]:
    """Return a knob's kind of control and its allowed values."""
    limit = knob.limit
    if isinstance(limit, Range):
        step = 1 if limit.whole else _step(limit.high - limit.low)
        # if values span several orders of magnitude, eyes and ears perceive their ratios
        by_ratio = limit.low > 0 and limit.high > 5 and limit.high / limit.low > 300
        ends = {"low": limit.low, "high": limit.high, "step": step, "ratio": by_ratio}
        return {"kind": "number", **ends}
    if isinstance(limit, Toggle):
        return {"kind": "toggle"}
    if isinstance(limit, Choice):
        return {"kind": "choice", "words": limit.words}
    if isinstance(limit, Chain | Several):
        return {"kind": "chain", "words": limit.words, "none": isinstance(limit, Chain)}
    return {"kind": "text", "takes": str(limit)}


def _step(reach: float) -> float:
    """Return a slider step of 1 or 5 times a power of ten, for about STEPS steps."""
    step = 1000.0
    while step > reach / STEPS * 2:
        step /= 10
    return step * 5 if step * 5 <= reach / STEPS * 2 else step


@lru_cache(maxsize=512)
def _words(name: str, owner: str, catalog: Catalog) -> Mapping[str, str]:
    text = catalog.explained(owner).get(name, "")
    result = {"about": text.split("\nlow", 1)[0].replace("\n", " ").strip()}
    for part, pattern in (("lowest", LOW), ("highest", HIGH), ("typical", TYPICAL)):
        match = pattern.search(text)
        result[part] = match[1].replace("\n", " ").strip(" ;.") if match else ""
    if both := BOTH.search(text):
        result["lowest"], result["highest"] = (f"{both[end]} = {both[3]}" for end in (1, 2))
    return result


def purposes(catalog: Catalog) -> dict[str, str]:
    """Map each instrument to its description, from the first line of its docstring."""
    docs = {name: str(play.__doc__) for name, play in catalog.instruments.items()}
    return {name: doc.splitlines()[0].partition(": ")[2].rstrip(".") for name, doc in docs.items()}
