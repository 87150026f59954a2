"""Sentences about layers: `replace layer 2 with b.mp4`, `send layer 3 to back`, `group layer2,3`.

A sentence about the order of the layers becomes a name and a value, such as layer3=back, which
layer_order.py understands.
"""

import re
from collections.abc import Sequence

from collide.corrections.layer_order import ABOVE, BELOW, BOTTOM, TOP
from collide.corrections.shell_words import copied_first
from collide.corrections.standing_piece import project_of, standing
from collide.library.folders import CLIP, kind
from collide.project.stars import unused_name
from collide.syntax.arguments import TypedLine, line

GROUPS = "group precompose precomp nest compound merge flatten".split()
_ONE = r"layers?[ _-]?[1-9]\b"
_LIST = re.compile(rf"\b{_ONE}(?:(?:[\s,&+]|\band\b|\bwith\b)+(?:{_ONE}|[1-9]\b))*")
# Words around a clip and its layer, and around a layer and its place in the stack.
_REPLACES = (
    "replace change use put set swap switch make play show load with to for on in as by at into "
    "from is be it the a an new clip file video footage instead of render layer layers"
).split()
_MOVES = (
    "move send bring put place push set shift make raise lower drag take layer layers to the of on "
    "in all way very everything other others be is it a at render please"
).split()
_STEPS = {"forward": 1, "forwards": 1, "backward": -1, "backwards": -1}


def layers_in(words: Sequence[str]) -> list[int]:
    """Return the layers that words name: [2, 3] for `layer 2 and 3`; a bare number is none."""
    found = _LIST.findall(" ".join(words).lower())
    return list(dict.fromkeys(int(one) for text in found for one in re.findall("[1-9]", text)))


def placed(words: Sequence[str]) -> tuple[str, str]:
    """Return a place in the stack as a name and a value (layer3, back), or ("", "")."""
    layers, plain = layers_in(words), _without_layers(words)
    left = "_".join(word for word in plain if word not in _MOVES)
    if len(layers) == 2 and left in (*ABOVE, *BELOW, *TOP, *BOTTOM):
        side = "above" if left in (*ABOVE, *TOP) else "below"
        return f"layer{layers[0]}.{side}", f"layer{layers[1]}"
    if len(layers) != 1:
        return "", ""
    if (next_to := layers[0] + _STEPS.get(left, 0)) != layers[0] and next_to:
        return f"layer{layers[0]}.{'above' if _STEPS[left] > 0 else 'below'}", f"layer{next_to}"
    return (f"layer{layers[0]}", left) if left in (*TOP, *BOTTOM) else ("", "")


def _without_layers(words: Sequence[str]) -> list[str]:
    return _LIST.sub(" ", " ".join(words).lower()).split()


def clip_lines(whole: TypedLine, words: Sequence[str]) -> list[str]:
    """Return the command for a layer and its new clip, or for two clips, or [] for other words.

    Args:
        whole: the command without these words.
    """
    files, layers = [word for word in words if kind(word) == CLIP], layers_in(words)
    plain = [one for one in _without_layers(words) if one not in _REPLACES and kind(one) != CLIP]
    if plain or not files or len(words) == len(files):
        return []
    if len(files) == 2 and not layers:  # replace a.mp4 with b.mp4
        old, new = files[:: -1 if "instead" in words else 1]
        picks = standing(project_of(whole.workspace, whole.typed), {}).picks
        layers, files = [n for n, pick in picks.items() if pick.short == old], [new]
    if len(files) != 1 or len(layers) != 1:
        return []
    turned = {f"layer{layers[0]}.clip": files[0].rpartition("/")[2]}
    return copied_first(whole.workspace, files, [line(whole.spoken, {**whole.typed, **turned})])


def group_lines(whole: TypedLine, layers: Sequence[int]) -> list[str]:
    """Return how a project of its own can replace a group of layers; its video is a clip."""
    project = project_of(whole.workspace, whole.typed)
    there, now = whole.workspace.projects(), standing(project, {})
    name = f"{project.name}-group"
    name = unused_name(name, there) if name in there else name
    clips = {f"layer{at}.clip": now.clip_name(n) for at, n in enumerate(layers, start=1)}
    clips = {layer: clip for layer, clip in clips.items() if clip}
    count = {"num_videos": str(len(layers))} if layers else {}
    about = "with their clips" if clips else "for the group"
    return [
        f"begin a project {about}: {line(['new'], {'project': name, **count, **clips})}",
        f"after its render, copy projects/{name}/output/{name}.mp4 into library/video/; it is one "
        f"clip, for one layer of {project.name}",
    ]
