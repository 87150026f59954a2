"""every knob, a line each; of one or a family what low and high look like, limits, what it is now

`doit knobs similarity` for one, `doit knobs blend` for a family, with project=x for its values.
"""

import re
from collections.abc import Iterator, Mapping

from collide.base.errors import InputError, nearest
from collide.catalog import Catalog, Knob
from collide.cli.arguments import line
from collide.cli.request import Request
from collide.cli.variables import PIECE
from collide.limits import as_typed
from collide.project.other_words import OTHER_WORDS
from collide.project.settings import Settings
from collide.run.session import Session

EXAMPLE = "similarity {project}"  # behind doit knobs
VARIABLES = PIECE
KNOBS = True
WORDS = 1

WIDTH = 110  # signs of a line of the index

SCOPES = {
    "piece": "",
    "layer": "  · one a layer: layer2.…",
    "keyed": "  · one a layer from layer2 on",
}


def run(request: Request) -> int:
    """Print the index of all knobs, or in full those that were asked for."""
    word, catalog = request.words[0] if request.words else "", request.catalog
    session = request.open() if request.project else None
    settings = session.recalled() if session else None
    if not word:
        print("\n".join(_index(catalog, settings)).strip())
        return 0
    other = word in OTHER_WORDS and word not in (*catalog.knobs, *catalog.instruments)
    followed = _followed(session) if session else {}
    lines = [] if other else list(_all(word, catalog, settings, followed))
    if not lines:
        owners = catalog.instruments
        names = [*catalog.knobs, *owners, *{name.partition("/")[0] for name in owners}]
        near = OTHER_WORDS.get(word) or nearest(word, names)
        raise InputError(
            f"no knob or instrument is called {word!r}",
            why=f"there are {len(catalog.knobs)} knobs",
            fix=(f"did you mean {near!r}? " if near else "list them all: ")
            + line(["knobs", *([near] if near else [])], request.raw),
        )
    print("\n".join(lines).strip())
    return 0


def _followed(session: Session) -> dict[str, float]:
    """Return the thresholds that the last render found for a coverage, as `layer2.similarity`."""
    found = {}
    for number, layer in enumerate(session.layers[1:], start=2):
        receipt = session.state.receipt(f"color:{number}")
        if receipt and layer["coverage"] != "off" and "opens" in receipt.entry.facts:
            facts = receipt.entry.facts
            moved = "luminance_threshold" if "light" in facts else "similarity"
            found[f"layer{number}.{moved}"] = float(facts.get("light", facts.get("similarity", 0)))
    return found


def _index(catalog: Catalog, settings: Settings | None) -> Iterator[str]:
    """Yield a line for each knob, by family: its value, and what it does."""
    wide = max(map(len, catalog.knobs))
    for owner, module in catalog.instruments.items():
        texts = dict(catalog.explained(owner))
        if texts:
            about = (module.__doc__ or "").partition("\n")[0].partition(": ")[2]
            yield f"\n{owner}: {about}"
        for name, text in texts.items():
            knob = catalog.knobs[name]
            value = settings.of(name).value if settings else knob.default
            mark = {"piece": " ", "layer": "*", "keyed": "+"}[knob.scope]
            shown = f"  {mark} {name:<{wide}}  {as_typed(value):<14}  {_first(text)}"
            yield shown if len(shown) <= WIDTH else shown[: WIDTH - 1] + "…"
    yield "\n* one a layer: layer2.…   + one a layer from layer2 on"
    yield "all of one: doit knobs similarity; of a family: doit knobs blend; what holds: project=x"


def _first(text: str) -> str:
    """Return what a knob does, without what its ends look like."""
    does = re.split(r"^(?:low|high|typical)\b", text, maxsplit=1, flags=re.MULTILINE)[0]
    return re.split(r"; ", does.replace("\n", " ").strip(), maxsplit=1)[0]


def _all(
    word: str, catalog: Catalog, settings: Settings | None, followed: Mapping[str, float]
) -> Iterator[str]:
    for owner, module in catalog.instruments.items():
        texts = dict(catalog.explained(owner))
        exact = [name for name in texts if word in ("", name, owner, *owner.split("/"))]
        wanted = exact or [name for name in texts if word in name]
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
    if knob.scope == "piece":
        drawn = [as_typed(settings.roll(name, settings.of("seed").value))]
    else:
        numbers = range(1 if knob.scope == "layer" else 2, settings.piece()["num_videos"] + 1)
        drawn = [f"layer {n}: {_value(settings, n, name, followed)}" for n in numbers]
    yield f"      drawn: {', '.join(drawn)}"


def _may_follow(settings: Settings, name: str) -> bool:
    """Return whether a knob is one that a coverage moves, and some layer has a coverage."""
    if name not in ("similarity", "luminance_threshold"):
        return False
    numbers = range(2, settings.piece()["num_videos"] + 1)
    return any(settings.layer(number)["coverage"] != "off" for number in numbers)


def _value(settings: Settings, number: int, name: str, followed: Mapping[str, float]) -> str:
    """Return the value that a range comes to on a layer, and how it was found."""
    pin, layer = f"layer{number}.{name}", settings.layer(number)
    coverage = layer.get("coverage", "off")
    moved = "luminance_threshold" if layer.get("mode") == "luminance" else "similarity"
    if pin in followed:
        return f"{as_typed(round(followed[pin], 4))} (follows coverage={coverage})"
    if coverage != "off" and name == moved:
        return f"follows coverage={coverage}, found when it renders"
    solved = " (balanced)" if pin in settings.solved else ""
    return as_typed(settings.layer(number)[name]) + solved
