"""The knob that an unknown name stands for: another program's word, or a typo."""

import re
from collections.abc import Mapping

from collide.base.spoken_number import cleaned
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.project.layer_names import layers_of
from collide.project.near_values import instead
from collide.project.other_words import (
    BEFORE,
    CHAINS,
    NOTHING,
    OF_A_LAYER,
    OUTPUT_SIZE,
    by_parts,
    by_value,
    ending,
    other_knobs,
    other_values,
)
from collide.project.settings import MOST_LAYERS, bare, current


def near_knobs(name: str, text: str, catalog: Catalog, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the likeliest knobs for `name=text` with their layers, or {}.

    Args:
        typed: the other knobs in the command, since two words from another program (such as
            `width` and `height`) may be a single knob here.
    """
    layers, single = layers_of(name)
    knobs = catalog.knobs
    single = without_owner(single, catalog)
    found = {OF_A_LAYER[single]: text} if layers and single in OF_A_LAYER else {}
    meant = {k: v for k, v in (found or other_knobs(single, text, catalog)).items() if k in knobs}
    if single in NOTHING:
        return {}
    if single in knobs or not meant:
        near = single if single in knobs else nearest(single, knobs) or _inside(single, catalog)
        long = [one for one in catalog.aliases if len(one) > 4]  # `glow` is not a typo of `low`
        alias = "" if near or len(single) < 5 else nearest(single, long) or ""
        near = near or catalog.aliases.get(alias, "") or by_parts(single, catalog)
        near = "output_size" if OUTPUT_SIZE.fullmatch(text) and not layers else near
        meant = {near: text} if near else by_value(text, catalog)
    if min(layers, default=9) < 2 and "keyed" in (knobs[knob].scope for knob in meant):
        return {}  # the base has no key, and the command does not mean the layer above
    turned: dict[str, str] = {}
    if meant.keys() == {"clip"} and not layers:
        files = [cleaned(one).rpartition("/")[2] for one in text.split(",")]
        if len(files) > 1:  # such as clips=a.mp4,b.mp4
            return {f"layer{n}.clip": one for n, one in enumerate(files[:MOST_LAYERS], start=1)}
        layers = [1]  # a clip belongs to one layer; by default, to the base
    for knob, other in meant.items():
        for one, value in _values(knob, single, other, catalog, typed).items():
            turned |= {_pinned(n, one, catalog): value for n in layers} if layers else {one: value}
    return turned


def without_owner(name: str, catalog: Catalog) -> str:
    """Return a knob's name without what precedes it, such as its instrument (`post.grain`)."""
    *heads, single = re.split(r"[./]", name)
    owners = {part for owner in catalog.instruments for part in owner.split("/")}
    known = all(head.replace("_", "-") in owners or head in CHAINS for head in heads)
    # the head may be another program's, as in lumetri.temperature
    known = known or single in catalog.knobs or single in catalog.aliases
    return single if heads and known else name


def _inside(name: str, catalog: Catalog) -> str:
    """Return the knob after a known prefix (`chroma_similarity`), or ""."""
    before, knob = ending(name, catalog.knobs)
    whole = bool(knob) and catalog.knobs[knob].scope == "piece"  # `clip_duration` is not `duration`
    return knob if before in (["video"] if whole else BEFORE) else ""


def other_value(name: str, text: str, catalog: Catalog) -> dict[str, str]:
    """Translate another program's word for a value to knobs of the same layer, or return {}.

    For example, `mode=greenscreen` becomes `mode=fixed colorkey_hex=0x00FF00`, and `blend=screen`
    becomes `blend_mode=screen`.
    """
    head, knob, word = name[: -len(bare(name))], current(name), cleaned(text).lower()
    found = other_values(knob, text, catalog)
    if not found:
        longer = [k for k in catalog.knobs.values() if k.name.startswith(f"{bare(name)}_")]
        words = {k.name: getattr(k.limit, "words", ()) for k in longer}
        near = {
            one: nearest(word, own) or other_values(one, text, catalog).get(one, "") * bool(own)
            for one, own in words.items()
        }
        same = {k: one for k, one in near.items() if one}
        found = dict([*same.items()][:1]) if knob not in same else {}
    return {f"{head if catalog.knobs[k].scope != 'piece' else ''}{k}": v for k, v in found.items()}


def _pinned(layer: int, knob: str, catalog: Catalog) -> str:
    """Add a layer to a knob's name (layer 1 for 0), unless the knob is for the whole piece."""
    scope = catalog.knobs[knob].scope
    if scope == "piece":
        return knob
    return f"layer{max(layer, 1)}.{knob}"


def _values(
    name: str, single: str, text: str, catalog: Catalog, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the knob with the nearest valid value (or `text`) and any related knobs."""
    knob = catalog.knobs[name]
    if name == "output_size" and "x" not in text:
        wide, high = (typed.get(one, "") for one in ("width", "height"))
        text = text.replace("..", "x")  # as_typed joins a list with ".."
        text = f"{wide}x{high}" if wide and high else f"{text}p" if single == "height" else text
    try:
        knob.limit.read(text)
        return {name: text}
    except ValueError:
        found = other_values(name, text, catalog)
        found = {one: v for one, v in found.items() if one in catalog.knobs}
        return found or {name: instead(text, knob) or text}
