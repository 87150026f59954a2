"""Knobs of single layers: layers that override a knob, and knobs of layers that do not exist."""

from collections.abc import Iterable, Iterator, Mapping

from collide.base.errors import InputError
from collide.base.words import joined, several
from collide.project.idle_knobs import idle
from collide.project.settings import CONFIG, PINNED, Settings, Window, bare


def pinned(settings: Settings, name: str) -> tuple[list[int], list[int]]:
    """Return the layers that have their own value for a knob, and the other layers.

    Return [], [] for a knob of the piece and for a name with a layer (layer2.opacity).
    """
    knob = settings.catalog.knobs.get(name)
    if knob is None or knob.first is None:
        return [], []
    layers = range(knob.first, settings.piece()["num_videos"] + 1)
    own = [n for n in layers if f"layer{n}.{name}" in settings.explicit]
    return own, [n for n in layers if n not in own]


def unmoved(settings: Settings, typed: Iterable[str]) -> Iterator[str]:
    """Yield a note on each knob in the command that some layers override.

    Such a knob changes only layers without their own value, and only if it has an effect there.
    """
    for name in typed:
        own, others = pinned(settings, name)
        if own:
            moved = _moved(settings, name, others)
            turned = f"changed only {_called(moved)}" if moved else "changed nothing"
            have = "has its own value" if len(own) == 1 else "have their own values"
            yield f"{name} {turned}: {_called(own)} {have}; use layer{own[0]}.{name}=…"
            yield from idle(settings, [f"layer{n}.{name}" for n in others])


def still(settings: Settings, name: str) -> bool:
    """Return whether a knob for all layers changes nothing because layers override it."""
    own, others = pinned(settings, name)
    return bool(own) and not _moved(settings, name, others)


def _moved(settings: Settings, name: str, layers: Iterable[int]) -> list[int]:
    """Return the layers on which a knob has an effect."""
    return [n for n in layers if not idle(settings, [f"layer{n}.{name}"])]


def without_layers(settings: Settings) -> Iterator[str]:
    """Yield a note if config.json sets knobs for layers that this piece does not have.

    There is no note if num_videos is a range, because another roll may have these layers.
    """
    count = settings.piece()["num_videos"]
    own = settings.set_in(CONFIG)
    layers = sorted({int(pin[1]) for name in own if (pin := PINNED.fullmatch(name))})
    over = [number for number in layers if number > count]
    if over and not isinstance(settings.of("num_videos").value, Window):
        yield (
            f"config.json sets knobs for {_called(over)}, but {_there(count)}: "
            f"num_videos={over[-1]} would use them"
        )


def refuse_missing_layers(settings: Settings, typed: Mapping[str, str]) -> None:
    """Raise InputError for a knob of a layer that this piece does not have."""
    count = settings.piece()["num_videos"]
    for name, text in typed.items():
        layer = name.partition(".")[0].removeprefix("layer")
        if "." in name and layer.isdigit() and int(layer) > count:
            own = [one for one in typed if one.startswith(f"layer{layer}.")]
            top = {f"layer{count}.{bare(name)}": text}
            raise InputError(
                f"{name}: there is no layer {layer}",
                why=f"{_there(count)} (num_videos)",
                fix=f"add layers up to {layer}, or choose one from 1 to {count}:",
                turns=[{name: text, "num_videos": layer}, *([top] if len(own) == 1 else [])],
                replaces=name,
            )


def _called(numbers: list[int]) -> str:
    return f"layer{'s' if len(numbers) > 1 else ''} {joined([*map(str, numbers)])}"


def _there(count: int) -> str:
    return f"this piece has {several(count, 'layer')}"
