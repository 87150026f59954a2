"""Notes on ranges in a command: the seed draws one value from a range, which never moves a knob."""

from collections.abc import Iterator, Mapping

from collide.limits import as_typed
from collide.project.layers import drawn_mode
from collide.project.settings import PINNED, Settings, Window, bare, renamed
from collide.project.thresholds import threshold_of


def drawn(settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield a note with the drawn value, or one value per layer, for each range in the command.

    A threshold that balance solves gets no note, because the seed does not draw its final value.
    """
    for name in typed:
        now = renamed(name)[0]
        ranges = now in settings.explicit and isinstance(settings.explicit[now].value, Window)
        if values := _values(settings, now) if ranges else []:
            piece = settings.catalog.knobs[bare(now)].is_of(None)
            each = "the whole piece" if piece or PINNED.fullmatch(name) else "each layer"
            yield (
                f"{name}={typed[name]} does not move: the seed picks one value for {each}, "
                f"{', '.join(values)}"
            )


def _values(settings: Settings, name: str) -> list[str]:
    """Return the drawn values of a knob as text, or [] if balance solves one of them."""
    single, pin, knob = bare(name), PINNED.fullmatch(name), settings.catalog.knobs[bare(name)]
    if knob.is_of(None):
        return [_rounded(settings.piece()[single])]
    count = settings.piece()["num_videos"]
    layers = [int(pin[1])] if pin else [n for n in range(1, count + 1) if knob.is_of(n)]
    layers = [n for n in layers if pin or f"layer{n}.{single}" not in settings.explicit]
    each = {n: settings.layer(n) for n in layers}
    if any(_is_solved(settings, n, single) for n in layers):
        return []
    return [_rounded(knobs[single]) for knobs in each.values() if single in knobs]


def _is_solved(settings: Settings, number: int, knob: str) -> bool:
    """Return whether balance solves a knob of a layer."""
    knobs = settings.layer(number)
    if number < 2 or not knobs["balance"]:
        return False
    return knob == threshold_of(settings, drawn_mode(settings.catalog, knobs, number), knobs)


def _rounded(value: float) -> str:
    return as_typed(round(value, 4))
