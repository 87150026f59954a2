"""The order of layers in other programs' words: order=3,1,2, layer2.above=layer3, front=layer2.

Layers are stacked in the order of their numbers, so the commands assign their clips anew.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.spoken_number import cleaned
from collide.base.words import several
from collide.corrections.standing_piece import project_of, standing
from collide.project.layer_names import layers_of, numbered
from collide.project.other_words import NOTHING
from collide.project.plain_values import YES
from collide.syntax.arguments import TypedLine, line

SWAPS = ("swap", "exchange", "switch")
ORDERS = ("order", "stack", "stack_order", "zindex", "z_index", "z")  # words for the layers' order
TOP = "top topmost ontop on_top front in_front infront foreground".split()
BOTTOM = "bottom bottommost back in_back background".split()
ABOVE = "above over on_top_of in_front_of".split()
BELOW = "below under beneath underneath behind".split()


def as_swap(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a layer assigned to another layer (layer1=layer2), or None."""
    text = whole.typed[name].lower().replace("-", " ")
    named = "layer" in name and "layer" in text
    pair = numbered(f"{name} {text}" if named else text)
    if len(pair) != 2 or not (named or name in SWAPS):
        return None
    one, two = pair
    now = standing(project_of(whole.workspace, whole.typed), {})
    above = now.clip_name(two)
    lines = [_restacked(whole, name, {one: two, two: one}, "swap their clips")]
    if named and above:
        both = line(whole.spoken, {**whole.without(name), f"layer{one}.clip": above})
        lines.append(f"one clip in both: {both}")
    playing = [f"layer {n} plays {now.clip_name(n) or 'no clip yet'}" for n in pair]
    return error.because(", ".join(playing), *lines)


def as_order(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for an order of layers (order=3,1,2 or layer2.order=3), or None."""
    layers, single = layers_of(name)
    order = numbered(whole.typed[name])
    if single not in ORDERS or not order:
        return None
    if layers:
        turned = {**whole.without(name), "swap": f"{layers[0]},{whole.typed[name]}"}
        return as_swap(replace(whole, typed=turned), "swap", error)
    if len(order) < 2 or sorted(order) != [*range(1, len(order) + 1)]:
        return None
    about = f"layer {order[0]}'s clip at the bottom, layer {order[-1]}'s on top"
    return error.fixed(_restacked(whole, name, dict(enumerate(order, start=1)), about))


def as_place(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a position in the stack (layer2.above=layer3, front=layer2), or None."""
    found = _place(name, cleaned(whole.typed[name]).lower())
    if not found:
        return None
    layer, other, up = found
    now = standing(project_of(whole.workspace, whole.typed), {})
    rest, last = whole.without(name), int(now.settings.piece()["num_videos"])
    if max(layer, other) > last:
        why = f"the piece has {several(last, 'layer')}"
        return error.because(why, line(["plan"], whole.only("project")))
    where = f"{'above' if up else 'below'} layer {other}" if other else _END[up]
    if (layer > other) == up if other else layer == (last if up else 1):
        why = f"layers are stacked in the order of their numbers: layer {layer} is {where} already"
        see = f"see what each layer opens: {line(['debug'], whole.only('project'))}"
        again = f"leave it out: {line(whole.spoken, rest)}"
        return error.because(why, again if {*rest} - {"project"} else see)
    order = [n for n in range(1, last + 1) if n != layer]
    order.insert(order.index(other) + up if other else up * len(order), layer)
    moved = {n: one for n, one in enumerate(order, start=1) if n != one}
    own = "'s" if other else ""
    about = f"layer {layer}'s clip {where}{own}"
    return error.because(NOTHING["order"], _restacked(whole, name, moved, about))


_END = {True: "on top", False: "at the bottom"}


def _place(name: str, text: str) -> tuple[int, int, bool] | None:
    """Return a layer, the layer it is relative to (0 for an end), and whether it is above it."""
    layers, word = layers_of(name)
    if layers and word in ("", *ORDERS):  # layer2=top, layer2.order=top
        word, text = text, "true"
    word = re.sub("[ -]", "_", word)
    up, ends = word in (*TOP, *ABOVE), word in (*TOP, *BOTTOM)
    others = numbered(text)
    known = up or ends or word in BELOW
    if len(layers) > 1 or len(others) > 1 or not known or not (others or text in YES):
        return None
    if layers and text in YES and (ends or not others):
        return layers[0], 0, up
    other = others[0] if others else 0
    if not layers:
        return (other, 0, up) if ends and other else None
    return (layers[0], other, up) if other != layers[0] else None


def _restacked(whole: TypedLine, name: str, order: Mapping[int, int], about: str) -> str:
    """Return the command in which each layer in `order` plays another layer's clip.

    If one of them has no clip yet, return the advice to name their clips.
    """
    now = standing(project_of(whole.workspace, whole.typed), {})
    clips = {f"layer{n}.clip": now.clip_name(one) for n, one in order.items()}
    if not all(clips.values()):
        return f"name their clips: {' '.join(f'{one}=…' for one in clips)}"
    return f"{about}: {line(whole.spoken, {**whole.without(name), **clips})}"
