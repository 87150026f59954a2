"""The chain of a layer, and of a voice: one table for filters, steps, recipes, exports and prices.

    LAYER   source/probe ─ pace ─ look ┬ fit ─ place.kept            kept as the look of layer:i
            (kept as frame:i by a      └ key.cut | matte.cut         kept as its cut
            still)
    STACK   the cut ─ key | matte ─ fit.plane ─ edge ─ lay.thinned ┐
            the look ──────────────────────────────────── merged ─┴─ fit.around ─ place ─ lay
    VOICE   extract ( equalizer ─ echo ), kept as audio:i

An instrument of a project, or a new one, without a row names the one it follows: `AFTER`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.catalog import Catalog
from collide.instrument import TAGS, Knobs, chain, clock, wide_and_high
from collide.project.piece import Layer, Piece
from collide.store.call import parameters

When = Callable[[Layer], bool]


def always(_: Layer) -> bool:
    """Say yes."""
    return True


def base(layer: Layer) -> bool:
    """Return whether a layer covers all that is below."""
    return not layer.keyed


def keyed(layer: Layer) -> bool:
    """Return whether a layer has holes."""
    return layer.keyed


def by_key(layer: Layer) -> bool:
    """Return whether they are those of a key."""
    return layer.keyed and not layer.cut


def by_matte(layer: Layer) -> bool:
    """Return whether they follow the outline of its subject."""
    return layer.cut


def fogged(layer: Layer) -> bool:
    """Return whether its own fog fills the frame beside it."""
    return layer.keyed and bool(layer.knobs["fit"] == "blur")


def bounded(layer: Layer) -> bool:
    """Return whether only a part of it may be kept: fog is made of all of it."""
    return layer.keyed and not fogged(layer)


def key_moves(layer: Layer) -> bool:
    """Return whether the key of a layer is moved until as much opens as is asked for."""
    return layer.keyed and not layer.cut and layer.knobs["coverage"] != "off"


@dataclass(frozen=True)
class Facts:
    """What an instrument of the chain may ask for besides its knobs, by the parameter's name."""

    layer: Layer
    output_size: str  # of the piece
    fps: int
    answer: Mapping[str, Any]  # of the mode
    matte: str  # the chain that gives the masks

    def of(self, name: str) -> Any:
        """Return one of them."""
        if name == "clip":
            return self.layer.clip
        return self.layer.number if name == "layer" else getattr(self, name)

    @property
    def fitted(self) -> str:
        """Return the size of the frame the picture is fitted to: its place may make it smaller."""
        if not self.layer.keyed:
            return self.output_size
        place = self.layer.catalog.instrument("blend/place")
        return str(place.size(self.layer.knobs, self.output_size))

    @property
    def picture(self) -> tuple[int, int]:
        """Return the size of what is placed: the clip's own picture, or all that its fog fills."""
        fit, asked = self.layer.catalog.instrument("blend/fit"), self.fitted
        if fogged(self.layer):
            return wide_and_high(asked)
        wide, high = fit.size(self.layer.knobs, clip=self.layer.clip, output_size=asked)
        return wide, high


def facts(piece: Piece, layer: Layer, answer: Mapping[str, Any], matte: str = "") -> Facts:
    """Return what the instruments of a layer's chain may ask for."""
    return Facts(layer, piece.knobs["output_size"], piece.fps, answer, matte)


ASKED = ("clip", "layer", "output_size", "fps", "answer", "matte", "picture")


@dataclass(frozen=True)
class Row:
    """One instrument of the chain."""

    play: str
    when: When = always  # it is played
    shape: str = "filters"  # the function that is
    gives: Mapping[str, str] = field(default_factory=dict)  # parameter -> fact, of another name


FITTED = {"output_size": "fitted"}

# What is rendered once for a layer, and kept.
PACE = Row("blend/pace")
LOOK = (Row("blend/look"),)
FIT = (
    Row("blend/fit", gives=FITTED),
    Row("blend/fit", base, "around", FITTED),
    Row("blend/place", bounded, "kept"),
)
CUT = (Row("blend/key", by_key, "cut"), Row("blend/matte", by_matte, "cut"))

# What is played in the stack: on the cut, on any plane, on alpha, on what is left of the picture.
KEY = (Row("blend/key", by_key), Row("blend/matte", by_matte))
PLANE = (Row("blend/fit", shape="plane", gives=FITTED), Row("blend/place", bounded, "kept"))
EDGE = (Row("blend/edge", keyed),)
THIN = (Row("blend/lay", keyed, "thinned"),)
AROUND = Row("blend/fit", fogged, "around", FITTED)
PLACE = Row("blend/place", keyed)
LAY = Row("blend/lay", keyed)

# What finds the hole of a layer, before its key is cut.
FINDS = (
    Row("modes/MODE", when=keyed),
    Row("source/keyframe", when=keyed),
    Row("blend/coverage", when=key_moves),
    Row("source/matte", when=lambda layer: layer.model is not None),
)

# Each instrument once, in the order in which they are heard of.
LAYER = (PACE, *LOOK, FIT[0], *KEY, *EDGE, PLACE, LAY, *FINDS)
COUNTS = {"blend/key": keyed}  # whose knobs count also where they are not played

VOICE = ("audio/extract", "audio/equalizer", "audio/echo")  # the first puts it in its place


def rows(catalog: Catalog, *parts: Row) -> Iterator[Row]:
    """Yield rows, and after each the instruments that say they are played after it."""
    for row in parts:
        yield row
        yield from after(catalog, row.play, row.when)


def after(catalog: Catalog, play: str, when: When = always) -> Iterator[Row]:
    """Yield the instruments that are played after another; after the key, after a matte too."""
    when = keyed if play == "blend/key" else when
    yield from (Row(name, when) for name in following(catalog, play))


def following(catalog: Catalog, play: str) -> list[str]:
    """Return the instruments that are played after another, by the alphabet."""
    own = catalog.instruments.items()
    return sorted(name for name, module in own if getattr(module, "AFTER", "") == play)


def filters(facts: Facts, *parts: Row) -> str:
    """Return the chain of some rows, as far as they are played on a layer."""
    layer = facts.layer
    kept = (row for row in parts if not layer.only or row.play in layer.only)
    return chain(*(_played(row, facts) for row in kept if row.when(layer)))


def _played(row: Row, facts: Facts) -> str:
    play = getattr(facts.layer.catalog.instrument(row.play), row.shape)
    names = (name for name in ASKED if name in parameters(play))
    return str(play(facts.layer.knobs, **{n: facts.of(row.gives.get(n, n)) for n in names}))


def pace(facts: Facts) -> str:
    """Return the chain from a clip's pictures to those at the piece's rate."""
    return _played(PACE, facts)


def colors(facts: Facts) -> str:
    """Return the chain of a layer's colors as the key sees them."""
    catalog = facts.layer.catalog
    return filters(facts, *after(catalog, PACE.play), *rows(catalog, *LOOK))


def fitted(facts: Facts) -> str:
    """Return the chain that sizes a look as it is kept."""
    first, *rest = FIT
    return filters(facts, first, *after(facts.layer.catalog, first.play), *rest)


def kept_parts(piece: Piece, layer: Layer, facts: Facts, source: str, head: str) -> list[str]:
    """Return the chains from the pad `source` to what is kept of a layer: `[k2]`, `[c2]`, `[o2]`.

    `head` is the chain from the clip's pictures to those of the layer, in their number.
    """
    chains: list[str] = layer.catalog.instrument("blend/layer").parts(
        source,
        layer=layer.number,
        head=head,
        colors=colors(facts),
        fitted=fitted(facts),
        cut=filters(facts, *CUT),
        own="own" in layer.planes,
        chroma=piece.chroma_of(layer),
    )
    return chains


def alpha(facts: Facts) -> list[str]:
    """Return the chains from the planes of a layer to its alpha, `[a2]`: the look's size."""
    n, sized = facts.layer.number, filters(facts, *PLANE)
    key = chain(filters(facts, *KEY), sized, filters(facts, *EDGE)) or "null"
    if "own" not in facts.layer.planes:
        return [f"[c{n}]{key}[a{n}]"]
    mine = f"[o{n}]{sized or 'null'}[w{n}]"
    return [f"[c{n}]{key}[v{n}]", mine, f"[v{n}][w{n}]blend=all_mode=multiply[a{n}]"]


def in_frame(facts: Facts) -> str:
    """Return the chain from the alpha of a layer to that in the whole frame, clear around it."""
    fit, layer = facts.layer.catalog.instrument("blend/fit"), facts.layer
    given = {"clip": layer.clip, "output_size": facts.fitted, "layer": layer.number}
    fog = fit.around(layer.knobs, **given, plane=True) if fogged(layer) else ""
    return chain(fog, filters(facts, PLACE), space(facts))


def space(facts: Facts) -> str:
    """Return the chain from what of a layer is inside the frame to all of that, clear around it."""
    (x, y), part = corner(facts)
    frame = wide_and_high(facts.output_size)
    return f"pad={frame[0]}:{frame[1]}:{x}:{y}:color=black@0" if part != frame else ""


def corner(facts: Facts) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where in the frame what is inside it of a layer begins, and its size."""
    layer, place = facts.layer, facts.layer.catalog.instrument(PLACE.play)
    first, part = place.corner(layer.knobs, picture=facts.picture, output_size=facts.output_size)
    return first, part


def stacked(facts: Facts, chroma: str, first: int) -> list[str]:
    """Return the chains from what is kept of a layer to what is laid of it, `[l2]`, with alpha.

    `first` is the frame of the piece that comes first.
    """
    n, catalog = facts.layer.number, facts.layer.catalog
    over = filters(facts, *THIN)
    thin = [f"[a{n}]{over}[t{n}]"] if over else []
    own = filters(facts, *after(catalog, "blend/key"))
    if own:  # what a project plays after the key sees the time of the piece
        own = chain(TAGS, clock(facts.fps, first), own, clock(facts.fps))
    moved = filters(facts, *after(catalog, PLACE.play))
    rest = chain(own, filters(facts, AROUND, PLACE), moved, f"format=yuva{chroma}p", TAGS)
    merged = f"[k{n}][{'t' if over else 'a'}{n}]alphamerge"
    return [*alpha(facts), *thin, f"{merged},{rest}[l{n}]"]


def laid_over(facts: Facts, chroma: str, below: str = "l1") -> str:
    """Return the graph that lays a layer, the pad `l2`, over what is below it: to `s2`."""
    layer, (first, part) = facts.layer, corner(facts)
    made = layer.catalog.instrument(LAY.play).filters(
        layer.knobs,
        below=below,
        above=f"l{layer.number}",
        chroma=chroma,
        corner=first,
        part=part if part != wide_and_high(facts.output_size) else None,
    )
    return f"{made}[s{layer.number}]"


def effects(catalog: Catalog, knobs: Knobs) -> str:
    """Return the chain of sound that is played on a voice before it is placed."""
    names = [one for name in VOICE for one in (name, *following(catalog, name))][1:]
    plays = map(catalog.instrument, names)
    # a bed has no knobs of a project's own instruments
    return chain(*(play.filters(knobs) for play in plays if {*play.DEFAULTS} <= {*knobs}))


def layer_plays(layer: Layer, *, heard: bool) -> list[str]:
    """Return the instruments whose knobs belong to the recipe of a layer."""
    every = rows(layer.catalog, *LAYER)
    counted = [row.play for row in every if COUNTS.get(row.play, row.when)(layer)]
    names = [f"modes/{layer.mode}" if play == "modes/MODE" else play for play in counted]
    if layer.keyed and layer.knobs["mode"] != layer.mode:  # the dice chose it
        names.append(f"modes/{layer.knobs['mode']}")
    voice = [one for name in VOICE for one in (name, *following(layer.catalog, name))]
    return [*names, *(voice if heard else ())]
