"""Knobs that one layer has for itself: what a word for all does not turn, and what a roll wrote.

projects/x/rolled.json remembers the pins that rolls put into config.json, so that the next roll
takes out those it is not to keep; a pin that was turned since is the artist's own, and stays.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import read_json
from collide.project.project import Project
from collide.project.settings import Settings, plain


def pinned(settings: Settings, name: str) -> tuple[list[int], list[int]]:
    """Return the layers in which a knob has a value of their own, and those in which it has not.

    Args:
        name: of a knob, typed for all layers.
    """
    knob = settings.catalog.knobs.get(name)
    if knob is None or knob.scope == "piece":
        return [], []
    first = 1 if knob.scope == "layer" else 2
    layers = range(first, settings.piece()["num_videos"] + 1)
    own = [n for n in layers if f"layer{n}.{name}" in settings.explicit]
    return own, [n for n in layers if n not in own]


def unmoved(settings: Settings, typed: Iterable[str]) -> Iterator[str]:
    """Yield a line for each knob typed for all layers that some of them have for themselves."""
    for name in typed:
        own, others = pinned(settings, name)
        if own:
            turned = f"moved layer {_few(others)} only" if others else "moved nothing"
            yield f"{name} {turned}: layer {_few(own)} has its own; say layer{own[0]}.{name}=…"


def refuse_missing_layers(settings: Settings, typed: Iterable[str]) -> None:
    """Refuse a knob typed for a layer that this piece does not have.

    Raises:
        InputError: with the number of layers.
    """
    count = settings.piece()["num_videos"]
    for name in typed:
        layer = name.partition(".")[0].removeprefix("layer")
        if "." in name and layer.isdigit() and int(layer) > count:
            raise InputError(
                f"{name}: there is no layer {layer}",
                why=f"this piece has {count} layers (num_videos)",
                fix=f"say num_videos={layer} as well, or turn a layer from 1 to {count}",
            )


def rolled(project: Project) -> dict[str, Any]:
    """Return the pins of earlier rolls that still stand in the config as they wrote them."""
    path = project.path / "rolled.json"
    known = read_json(path, label=f"projects/{project.name}/rolled.json") if path.exists() else {}
    config = project.config()
    return {n: value for n, value in known.items() if "." in n and config.get(n) == value}


def remember(project: Project, turned: Mapping[str, Any]) -> None:
    """Remember the pins of a roll, with those of earlier ones that still stand."""
    pins = {name: plain(value) for name, value in turned.items() if "." in name}
    whole = {**rolled(project), **pins}
    write_whole(project.path / "rolled.json", (json.dumps(whole, indent=1) + "\n").encode())


def _few(numbers: list[int]) -> str:
    return " and ".join(map(str, numbers))
