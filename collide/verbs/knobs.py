"""every knob: what low and high look like, its default, its limits, what it is now and why

`doit knobs similarity` for one, `doit knobs blend` for a family, with project=x for its values.
"""

from collections.abc import Iterator

from collide.base.errors import InputError, did_you_mean
from collide.catalog import Catalog, Knob
from collide.cli.request import Request
from collide.cli.variables import PIECE
from collide.limits import as_typed
from collide.project.settings import Settings

VARIABLES = PIECE
KNOBS = True
WORDS = 1

SCOPES = {
    "piece": "",
    "layer": "  · one a layer: layer2.…",
    "keyed": "  · one a layer from layer2 on",
}


def run(request: Request) -> int:
    """Print the knobs that were asked for."""
    word = request.words[0] if request.words else ""
    settings = request.open().recalled() if request.project else None
    lines = list(_all(word, request.catalog, settings))
    if not lines:
        owners = request.catalog.instruments
        names = [*request.catalog.knobs, *owners, *{name.partition("/")[0] for name in owners}]
        raise InputError(
            f"no knob or instrument is called {word!r}",
            why=f"there are {len(request.catalog.knobs)} knobs",
            fix=did_you_mean(word, names, otherwise="list them all: doit knobs"),
        )
    print("\n".join(lines).strip())
    return 0


def _all(word: str, catalog: Catalog, settings: Settings | None) -> Iterator[str]:
    for owner, module in catalog.instruments.items():
        texts = dict(catalog.explained(owner))
        exact = [name for name in texts if word in ("", name, owner, *owner.split("/"))]
        wanted = exact or [name for name in texts if word in name]
        if wanted:
            yield f"\n{(module.__doc__ or '').partition(chr(10))[0]}"
        for name in wanted:
            yield from _one(catalog.knobs[name], texts[name], settings)


def _one(knob: Knob, text: str, settings: Settings | None) -> Iterator[str]:
    name = knob.name
    yield f"\n  {name} = {as_typed(knob.default)}  ({knob.limit}){SCOPES[knob.scope]}"
    yield from (f"      {line}" for line in text.splitlines())
    if settings is None:
        return
    pins = [pin for pin in sorted(settings.explicit) if pin.endswith(f".{name}")]
    for spoken, layer in [(name, None), *((pin, int(pin[5])) for pin in pins)]:
        setting = settings.of(name, layer)
        yield f"      now: {spoken} = {setting.value}   from {setting.origin}"
    if ".." not in str(settings.of(name).value):
        return
    if knob.scope == "piece":
        drawn = [as_typed(settings.roll(name, settings.of("seed").value))]
    else:
        numbers = range(1 if knob.scope == "layer" else 2, settings.piece()["num_videos"] + 1)
        drawn = [f"layer {n}: {_value(settings, n, name)}" for n in numbers]
    yield f"      drawn: {', '.join(drawn)}"


def _value(settings: Settings, number: int, name: str) -> str:
    """Return the value that a range comes to on a layer, and whether it was solved."""
    solved = f"layer{number}.{name}" in settings.solved
    return as_typed(settings.layer(number)[name]) + (" (balanced)" if solved else "")
