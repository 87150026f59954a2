"""list all knobs or explain some: their limits, their values, what low and high look like

`doit knobs similarity` explains one knob, and `doit knobs blend` a family; project=x adds the
project's values. `doit knobs blur` lists the knobs related to a word, and `doit knobs layer2` the
knobs of a layer.
"""

import re
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import Catalog, Knob, purpose
from collide.cli.request import Request
from collide.limits import as_typed
from collide.project import presets
from collide.project.layer_knobs import refuse_missing_layers
from collide.project.other_words import NOTHING, related_knobs
from collide.project.settings import MOST_LAYERS, Settings, bare, find
from collide.run.session import Session
from collide.syntax.arguments import line
from collide.syntax.variables import PIECE
from collide.syntax.verb import Verb

WIDTH = 100  # characters per line of the index if it is not printed on a terminal
SHORT = 6  # letters; a shorter word with a different first letter is hardly a typo
LAYER = re.compile(r"layer_?([0-9]{1,2})")

SCOPES = {
    "piece": "",
    "layer": "  · one per layer: layer2.…",
    "keyed": "  · one per layer from layer2 on",
}


def refuse_unknown(request: Request) -> None:
    """Refuse a word that is in no knob's name or description."""
    for word in request.words:
        if not any(_answered(word, request.catalog, None, {})):
            raise _unknown(word, request)


VERB = Verb(
    examples=("similarity {project}",),
    variables=PIECE,
    knobs=True,
    words=1,
    refuses=refuse_unknown,
    without_project="none",
)


def run(request: Request) -> int:
    """Print the index of all knobs or the requested knobs."""
    refuse_unknown(request)
    catalog = request.catalog
    session = request.open() if request.project else None
    settings = session.recalled() if session else None
    followed = _followed(session) if session else {}
    words = request.words or list(request.knobs)
    if not words:
        print("\n".join(_index(request, settings)).strip())
        return 0
    for word in words:
        print("\n".join(_answered(word, catalog, settings, followed)).strip())
    return 0


def _answered(
    word: str, catalog: Catalog, settings: Settings | None, followed: Mapping[str, float]
) -> Iterator[str]:
    """Yield the lines about a word: a knob, an instrument, a family, a layer, or a topic."""
    layer, dot, single = word.partition(".")
    if numbered := LAYER.fullmatch(layer):
        number = int(numbered[1])
        if settings and number:
            refuse_missing_layers(settings, {f"layer{number}.": ""})
        if dot:
            knob = find(word, catalog)
            yield from _one(knob, catalog.explained(knob.owner)[single], settings, followed)
        else:
            yield from _of_layer(number, catalog, settings, followed)
        return
    pages = list(_all(word, catalog, settings, followed))
    yield from pages or _mentioned(word, catalog, settings)


def _of_layer(
    number: int, catalog: Catalog, settings: Settings | None, followed: Mapping[str, float]
) -> Iterator[str]:
    """Yield a heading and a line for each knob of a layer, with its value or default."""
    yield f"the knobs of layer {number}; to explain one: doit knobs layer{number}.saturation"
    for owner in catalog.instruments:
        for name, text in catalog.explained(owner).items():
            knob = catalog.knobs[name]
            if not knob.is_of(number or MOST_LAYERS):  # layer0 stands for any layer
                continue
            value = _value(settings, number, name, followed) if settings else knob.default
            yield _line(f"layer{number}.{name}", value, text, 30)


def _mentioned(word: str, catalog: Catalog, settings: Settings | None) -> Iterator[str]:
    """Yield a heading and any knobs related to a word, best matches first."""
    stem = re.sub(r"colour", "color", word.lower())
    words = re.split(r"[\s_-]+", stem)
    forms = {stem, word.lower(), "_".join(words), "-".join(words)}
    other = {knob for form in forms for knob in related_knobs(form)}
    first, named, mentions = list[str](), list[str](), list[str]()
    for owner in catalog.instruments:
        for name, text in catalog.explained(owner).items():
            lines = [_line(name, _piece_value(catalog.knobs[name], settings), text, _wide(catalog))]
            if name in other:
                first += lines
            elif stem in name:
                named += lines
            elif all(re.search(rf"\b{re.escape(w)}", f"{name} {text}", re.I) for w in words):
                mentions += lines
    if first or named or mentions:
        yield f"no knob is called {word!r}; related knobs (to explain one: doit knobs NAME):"
    yield from [*first, *named, *mentions]


def _unknown(word: str, request: Request) -> InputError:
    """Return the error for a word that does not occur in any knob's name or description."""
    owners, knobs = request.catalog.instruments, request.catalog.knobs
    names = [*knobs, *owners, *{name.partition("/")[0] for name in owners}]
    topics = {*NOTHING, *request.catalog.aliases}
    near = nearest(word, names) or (nearest(word, topics) if word.lower() not in topics else None)
    if near and len(word) < SHORT and near[0] != word[0].lower():
        near = None  # `flip` is not a typo for `clip`
    nothing = f"none of the {len(knobs)} knobs has that word in its name or description"
    nothing = NOTHING.get(word.lower(), nothing)
    return InputError(
        f"no knob or instrument is called {word!r}",
        why=f"there are {len(knobs)} knobs" if near else nothing,
        fix=(f"did you mean {near!r}? " if near else "list them all: ")
        + line(["knobs", *([near] if near else [])], request.raw),
    )


def _followed(session: Session) -> dict[str, float]:
    """Map the full name of each threshold solved for `coverage` in the last render to its value."""
    thresholds = {}
    for number, layer in enumerate(session.layers[1:], start=2):
        receipt = session.state.receipt(f"color:{number}")
        if receipt and layer["coverage"] != "off" and "opens" in receipt.entry.facts:
            facts = receipt.entry.facts
            moved = "luminance_threshold" if "light" in facts else "similarity"
            thresholds[f"layer{number}.{moved}"] = float(
                facts.get("light", facts.get("similarity", 0))
            )
    return thresholds


def _index(request: Request, settings: Settings | None) -> Iterator[str]:
    """Yield a line with the value and purpose of each knob, grouped by instrument.

    Instruments whose knobs are turned by the most presets come first.
    """
    catalog, turned = request.catalog, _turned(request)

    def most(owner: str) -> int:
        return max((turned[n] for n, k in catalog.knobs.items() if k.owner == owner), default=0)

    for owner in sorted(catalog.instruments, key=most, reverse=True):
        texts = catalog.explained(owner)
        if texts:
            about = (catalog.instruments[owner].__doc__ or "").partition("\n")[0]
            yield f"\n{owner}: {about.partition(': ')[2]}"
        for name in sorted(texts, key=lambda name: -turned[name]):
            knob = catalog.knobs[name]
            mark = {"piece": " ", "layer": "*", "keyed": "+"}[knob.scope]
            value = _piece_value(knob, settings)
            yield _line(name, value, texts[name], _wide(catalog), mark)
    yield "\n* one per layer: layer2.…   + one per layer from layer2 on"
    yield "one knob: doit knobs similarity; a family: doit knobs blend; a topic: doit knobs blur"
    yield "with the values in a project: doit knobs project=x, doit knobs layer2 project=x"


def _turned(request: Request) -> Counter[str]:
    """Count the listed presets that turn each knob; skip unreadable presets."""
    counts = Counter[str]()
    for path in presets.listed([request.workspace.root / "presets"]).values():
        with suppress(InputError):
            counts.update({bare(name) for name in presets.read(path, label=path.name)})
    return counts


def _wide(catalog: Catalog) -> int:
    return max(map(len, catalog.knobs))


def _piece_value(knob: Knob, settings: Settings | None) -> Any:
    return settings.of(knob.name).value if settings else knob.default


def _line(name: str, value: Any, text: str, wide: int, mark: str = " ") -> str:
    """Return the line of a knob: its name, value and purpose, cut where the terminal ends."""
    does = f"  {mark} {name:<{wide}}  {as_typed(value):<14}  {purpose(text)}"
    columns = shutil.get_terminal_size((WIDTH, 24)).columns
    return does if len(does) <= columns else f"{textwrap.wrap(does, columns - 2)[0]} …"


def _all(
    word: str, catalog: Catalog, settings: Settings | None, followed: Mapping[str, float]
) -> Iterator[str]:
    """Yield a description of each knob whose name, instrument or family is `word`."""
    for owner, module in catalog.instruments.items():
        texts = catalog.explained(owner)
        wanted = [name for name in texts if word in (name, owner, *owner.split("/"))]
        if wanted:
            yield f"\n{(module.__doc__ or '').partition(chr(10))[0]}"
        for name in wanted:
            yield from _one(catalog.knobs[name], texts[name], settings, followed)


def _one(
    knob: Knob, text: str, settings: Settings | None, followed: Mapping[str, float]
) -> Iterator[str]:
    name = knob.name
    yield f"\n  {name} = {as_typed(knob.default)}  ({knob.limit}){SCOPES[knob.scope]}"
    yield from (f"      {line}" for line in text.splitlines())
    if settings is None:
        return
    pins = [pin for pin in sorted(settings.explicit) if pin.endswith(f".{name}")]
    for spoken, layer in [(name, None), *((pin, int(pin[5])) for pin in pins)]:
        setting = settings.of(name, layer)
        yield f"      now: {spoken} = {setting.value}   from {setting.origin}"
    if ".." not in str(settings.of(name).value) and not _may_follow(settings, name):
        return
    if knob.first is None:
        drawn = [as_typed(settings.roll(name, settings.of("seed").value))]
    else:
        numbers = range(knob.first, settings.piece()["num_videos"] + 1)
        drawn = [f"layer {n}: {_value(settings, n, name, followed)}" for n in numbers]
    yield f"      in use: {', '.join(drawn)}"


def _may_follow(settings: Settings, name: str) -> bool:
    """Return whether `coverage` may solve this knob in some layer."""
    if name not in ("similarity", "luminance_threshold"):
        return False
    numbers = range(2, settings.piece()["num_videos"] + 1)
    return any(settings.layer(number)["coverage"] != "off" for number in numbers)


def _value(settings: Settings, number: int, name: str, followed: Mapping[str, float]) -> str:
    """Return a knob's value in a layer as text, with a note if coverage or balance solves it."""
    pin, layer = f"layer{number}.{name}", settings.layer(number)
    coverage = layer.get("coverage", "off")
    moved = "luminance_threshold" if layer.get("mode") == "luminance" else "similarity"
    if pin in followed:
        return f"{as_typed(round(followed[pin], 4))} (from coverage={coverage})"
    if coverage != "off" and name == moved:
        return f"solved at the next render, from coverage={coverage}"
    solved = " (balanced)" if pin in settings.solved else ""
    return as_typed(settings.layer(number)[name]) + solved
