"""The order of layers in other programs' words: order=3,1,2, layer2.above=layer3, front=layer2.

Layers are stacked in the order of their numbers, so the commands assign their clips anew.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.spoken_number import cleaned
from collide.base.words import several
from collide.corrections.standing_piece import Standing, project_of, standing
from collide.project.layer_names import layers_of
from collide.project.other_words import NOTHING
from collide.project.plain_values import YES
from collide.syntax.arguments import TypedLine, line

Reader = Callable[[TypedLine, str, InputError], InputError | None]

SWAPS = ("swap", "exchange", "switch")
ORDERS = ("order", "stack", "stack_order", "zindex", "z_index", "z")  # words for the layers' order
TOP = "top topmost ontop on_top front in_front infront foreground".split()
BOTTOM = "bottom bottommost back in_back background".split()
ABOVE = "above over on_top_of in_front_of".split()
BELOW = "below under beneath underneath behind".split()


def as_swap(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a layer assigned to another layer (layer1=layer2), or None."""
    text = whole.typed[name]
    words = f"{name} {text}" if re.fullmatch(r"layer ?[1-9]", name) else text
    found = [int(one) for one in re.findall(r"[1-9]", words)]
    alone = not re.search(r"\d{2}|\.", text) and re.fullmatch(r"[\s\w,+&-]+", text)
    named = re.fullmatch(r"layer ?[1-9]", name) and re.fullmatch(r"layer[ _]?[1-9]", text.lower())
    if len(found) != 2 or not alone or not (named or name in SWAPS):
        return None
    one, two = found
    now = standing(project_of(whole.workspace, whole.typed), {})
    below, above = now.clip_name(one), now.clip_name(two)
    if not below or not above:
        fix = f"name their clips: layer{one}.clip=… layer{two}.clip=…"
        return InputError(error.what, why="one of the layers has no clip yet", fix=fix)
    rest = whole.without(name)
    swapped = {f"layer{one}.clip": above, f"layer{two}.clip": below}
    lines = [f"swap their clips: {line(whole.spoken, {**rest, **swapped})}"]
    same = {f"layer{one}.clip": above}
    lines += [f"one clip in both: {line(whole.spoken, {**rest, **same})}"] if named else []
    return InputError(error.what, why=_playing(one, below, two, above), fix="\n".join(lines))


def as_order(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for an order of layers (order=3,1,2 or layer2.order=3), or None."""
    layers, single = layers_of(name)
    text = whole.typed[name].strip()
    if single not in ORDERS or not re.fullmatch(r"[1-9](\s*,\s*[1-9])*", text):
        return None
    if layers:
        turned = {**whole.without(name), "swap": f"layer{layers[0]},layer{text}"}
        return as_swap(replace(whole, typed=turned), "swap", error)
    order = [int(one) for one in text.split(",")]
    now = standing(project_of(whole.workspace, whole.typed), {})
    clips = {n: now.clip_name(n) for n in order}
    if sorted(order) != [*range(1, len(order) + 1)] or len(order) < 2 or not all(clips.values()):
        return None
    turned = {f"layer{n}.clip": clips[one] for n, one in enumerate(order, start=1)}
    about = f"layer {order[0]}'s clip at the bottom, layer {order[-1]}'s on top: "
    return error.fixed(about + line(whole.spoken, {**whole.without(name), **turned}))


def as_place(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a place in the stack (layer2.above=layer3, front=layer2), or None."""
    found = _place(name, cleaned(whole.typed[name]).lower())
    if not found:
        return None
    layer, other, up = found
    now = standing(project_of(whole.workspace, whole.typed), {})
    rest, last = whole.without(name), int(now.settings.piece()["num_videos"])
    if max(layer, other) > last:
        why = f"the piece has {several(last, 'layer')}"
        return InputError(error.what, why=why, fix=line(["plan"], whole.only("project")))
    where = f"{'above' if up else 'below'} layer {other}" if other else _END[up]
    if (layer > other) == up if other else layer == (last if up else 1):
        why = f"layers are stacked in the order of their numbers: layer {layer} is {where} already"
        see = f"see what each layer opens: {line(['debug'], whole.only('project'))}"
        again = f"leave it out: {line(whole.spoken, rest)}"
        return InputError(error.what, why=why, fix=again if {*rest} - {"project"} else see)
    order = [n for n in range(1, last + 1) if n != layer]
    order.insert(order.index(other) + up if other else up * len(order), layer)
    clips = _stacked(now, order)
    own = "'s" if other else ""
    fix = f"layer {layer}'s clip {where}{own}: {line(whole.spoken, {**rest, **clips})}"
    if not all(clips.values()):
        fix = f"name their clips: {' '.join(f'{one}=…' for one in clips)}"
    return InputError(error.what, why=NOTHING["order"], fix=fix)


_END = {True: "on top", False: "at the bottom"}


def _place(name: str, text: str) -> tuple[int, int, bool] | None:
    """Return a layer, the layer it is relative to (0 for an end), and whether it is above it."""
    layers, word = layers_of(name)
    if layers and word in ("", *ORDERS):  # layer2=top, layer2.order=top
        word, text = text, "true"
    word = re.sub("[ -]", "_", word)
    up, ends = word in (*TOP, *ABOVE), word in (*TOP, *BOTTOM)
    found = re.fullmatch(r"(?:layer[ _]?)?([1-9])", text)
    if len(layers) > 1 or not (up or ends or word in BELOW) or not (found or text in YES):
        return None
    if layers and text in YES and (ends or not found):
        return layers[0], 0, up
    other = int(found[1]) if found else 0
    if not layers:
        return (other, 0, up) if ends and other else None
    return (layers[0], other, up) if other != layers[0] else None


def _stacked(now: Standing, order: Sequence[int]) -> dict[str, str]:
    """Return the clips of the layers whose clip changes if the clips are stacked in an order."""
    moved = [(n, one) for n, one in enumerate(order, start=1) if n != one]
    return {f"layer{n}.clip": now.clip_name(one) for n, one in moved}


def _playing(one: int, below: str, two: int, above: str) -> str:
    return f"layer {one} plays {below}, layer {two} plays {above}"
