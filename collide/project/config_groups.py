"""Groups and lists in a hand-written config, converted to flat knobs.

"layers": [{"opacity": 0.5}, {"clip": "a.mp4"}]    layer1.opacity, layer2.clip
"post": {"vhs": {"bleed": 0.5}}                    post=vhs, vhs_bleed
"clip": ["a.mp4", "b.mp4"]                         layer1.clip, layer2.clip
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.base.words import nearest
from collide.catalog import Catalog
from collide.project.layer_names import layers_of
from collide.text_limits import MaterialName

LAYERS = ("layers", "layer", "clips", "clip", "videos", "video", "tracks")
EFFECTS = ("post", "effects", "effect", "fx", "filters", "filter", "chain")
NAMES = ("name", "effect", "type", "id")  # JSON keys for an effect's name in a list
SWITCHES = ("enabled", "enable", "on", "active")
Pair = tuple[str, Any]


def is_group(name: str, value: Any, catalog: Catalog) -> bool:
    """Return whether a value is a group of knobs or a list of layers, effects or clips."""
    if isinstance(value, dict):
        return True
    if not isinstance(value, list) or not value:
        return False
    if any(isinstance(one, dict) for one in value):
        return name.lower() in (*LAYERS, *EFFECTS)
    knob = catalog.knobs.get(name)
    material = knob and knob.scope == "layer" and isinstance(knob.limit, MaterialName)
    return all(isinstance(one, str) for one in value) and bool(material or name.lower() in LAYERS)


def flat(name: str, value: Any, catalog: Catalog) -> Iterator[Pair]:
    """Yield a group's knobs under their flat names, and each effect as ("post", "vhs")."""
    low, effects = name.lower(), _effects(catalog)
    if low in LAYERS and _by_layer(value):
        items = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, inner in items:
            yield from _of_layer(layers_of(f"{key}.opacity")[0][0], inner, catalog)
    elif low in EFFECTS and isinstance(value, dict | list):
        for effect, inner in _listed(value):
            yield from _of_effect(effect, inner, catalog)
    elif isinstance(value, dict) and low not in catalog.knobs and nearest(name, effects):
        yield from _of_effect(name, value, catalog)
    elif isinstance(value, dict):
        layers = layers_of(f"{name}.opacity")[0]
        yield from _items(f"layer{layers[0]}." if layers else "", value, catalog)


def _effects(catalog: Catalog) -> tuple[str, ...]:
    words: tuple[str, ...] = getattr(catalog.knobs["post"].limit, "words", ())
    return words


def _by_layer(value: Any) -> bool:
    """Return whether each part of a value belongs to a layer."""
    if isinstance(value, list):
        return True
    return isinstance(value, dict) and all(layers_of(f"{key}.opacity")[0] for key in value)


def _of_layer(number: int, value: Any, catalog: Catalog) -> Iterator[Pair]:
    """Yield one layer's knobs, or its clip for a value that is a name instead of a group."""
    if isinstance(value, dict):
        yield from _items(f"layer{number}.", value, catalog)
    else:
        yield f"layer{number}.clip", value


def _items(head: str, value: Mapping[str, Any], catalog: Catalog) -> Iterator[Pair]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from flat(f"{head}{name}" if head else name, inner, catalog)
        else:
            yield f"{head}{name}", inner


def _listed(value: Mapping[str, Any] | Iterable[Any]) -> Iterator[Pair]:
    """Yield each effect's name and knobs, from a group or a list."""
    if isinstance(value, Mapping):
        yield from value.items()
        return
    for one in value:
        if not isinstance(one, dict):
            yield str(one), {}
        elif named := next((key for key in NAMES if isinstance(one.get(key), str)), ""):
            inner = next((v for k, v in one.items() if k != named and isinstance(v, dict)), None)
            rest = {key: v for key, v in one.items() if key != named and not isinstance(v, dict)}
            yield one[named], {**rest, **(inner or {})}
        else:
            yield from one.items()


def _of_effect(name: str, value: Any, catalog: Catalog) -> Iterator[Pair]:
    """Yield an effect (unless it is off) and its knobs: `bleed` in the group `vhs` is `vhs_bleed`.

    An unknown name is yielded unchanged, except `none`.
    """
    effect = nearest(name, _effects(catalog))
    if effect is None:
        yield from ([(name, value)] if name.lower() != "none" else ())
        return
    inner = value if isinstance(value, dict) else {}
    if value is False or any(inner.get(key) is False for key in SWITCHES):
        return
    yield "post", effect
    if inner is not value and value not in (True, None):
        yield name, value
    own = list(catalog.instrument(f"post/{effect}").DEFAULTS)
    for knob, text in inner.items():
        if knob not in SWITCHES:
            ends = [one for one in own if knob == one or one.endswith(f"_{knob}")]
            yield (ends[0] if ends else nearest(knob, own) or knob), text
