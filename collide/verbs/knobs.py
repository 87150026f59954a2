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


def run(request: Request) -> int:
    """Print the knobs that were asked for."""
    word = request.words[0] if request.words else ""
    settings = request.open().settings if request.project else None
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
        wanted = [name for name in texts if word in ("", name, owner, *owner.split("/"))]
        if not wanted:
            wanted = [name for name in texts if word in name]
        if wanted:
            yield f"\n{(module.__doc__ or '').partition(chr(10))[0]}"
        for name in wanted:
            yield from _one(catalog.knobs[name], texts[name], settings)


def _one(knob: Knob, text: str, settings: Settings | None) -> Iterator[str]:
    name = knob.name
    each = {
        "piece": "",
        "layer": "  · one a layer: layer2.…",
        "keyed": "  · one a layer from layer2 on",
    }
    yield f"\n  {name} = {as_typed(knob.default)}  ({knob.limit}){each[knob.scope]}"
    yield from (f"      {line}" for line in text.splitlines())
    if settings is None:
        return
    seed = settings.of("seed").value
    said = [(name, None)] + [
        (pinned, int(pinned[5]))
        for pinned in sorted(settings.explicit)
        if pinned.endswith(f".{name}")
    ]
    for spoken, layer in said:
        setting = settings.of(name, layer)
        yield f"      now: {spoken} = {setting.value}   from {setting.origin}"
    count = settings.piece()["num_videos"]
    if knob.scope != "piece" and str(settings.of(name).value).count(".."):
        first = 1 if knob.scope == "layer" else 2
        drawn = [f"layer {n}: {as_typed(settings.layer(n)[name])}" for n in range(first, count + 1)]
        yield f"      drawn: {', '.join(drawn)}"
    elif str(settings.of(name).value).count(".."):
        yield f"      drawn: {as_typed(settings.roll(name, seed))}"
