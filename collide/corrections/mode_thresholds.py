"""The knob for a word such as threshold or tolerance, which depends on each layer's mode."""

from collections.abc import Mapping

from collide.base.words import nearest
from collide.catalog import shipped
from collide.corrections.piece_sizes import Way
from collide.corrections.standing_piece import standing
from collide.project.idle_knobs import KEY
from collide.project.layers import drawn_mode
from collide.project.project import Project
from collide.project.settings import PINNED, Settings, bare
from collide.project.thresholds import threshold_of


def of_modes(
    word: str, name: str, text: str, project: Project, typed: Mapping[str, str]
) -> list[Way]:
    """Return the ways to set the threshold of the current modes, or [] for another word.

    If all modes share one threshold, return a single way, for all layers; otherwise, return one way
    per layer. If the command sets the mode of only one layer, a word without a layer refers to it.

    Args:
        word: the name as typed, without its layer.
        name: the knob that the word stands for, with its layer.
        typed: the rest of the command.
    """
    others = [alias for alias, knob in shipped().aliases.items() if knob == KEY]
    if bare(name) != KEY or nearest(word, [KEY]) or not nearest(word, others):
        return []
    modes = [one for one in typed if bare(one) == "mode" and one != "mode"]
    pin = PINNED.fullmatch(name) or (PINNED.fullmatch(modes[0]) if len(modes) == 1 else None)
    now = standing(project, typed)
    own = {n: _threshold(now.settings, n) for n in ([int(pin[1])] if pin else now.layers(KEY))}
    if pin or len({*own.values()}) > 1:
        about = dict.fromkeys(own, "") if pin else {n: f"layer {n}: " for n in own}
        return [(about[n], {f"layer{n}.{knob}": text}) for n, knob in own.items()]
    return [("", dict.fromkeys(own.values(), text))]


def _threshold(settings: Settings, layer: int) -> str:
    """Return the knob that is the threshold of a layer's mode."""
    knobs = settings.layer(layer)
    return threshold_of(settings, drawn_mode(settings.catalog, knobs, layer), knobs)
