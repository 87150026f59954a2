"""The chain of a layer, and of a voice: one table for filters, steps, recipes, exports and prices.

    LAYER   source/probe ─ pace ┬ look ─ key | matte ─ fit ─ place ┬ lay
                                │ kept as frame:i, of a still      │ kept as layer:i
    VOICE   extract ( equalizer ─ echo ), kept as audio:i

An instrument of a project, or a new one, without a row names the one it follows: `AFTER`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.catalog import Catalog
from collide.instrument import Knobs, chain
from collide.project.piece import Layer, Piece
from collide.store.call import parameters

When = Callable[[Layer], bool]


def always(_: Layer) -> bool:
    """Say yes."""
    return True


def keyed(layer: Layer) -> bool:
    """Return whether a layer has holes."""
    return layer.keyed


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
        """Return the size that the picture is brought to: its place may make it smaller."""
        if not self.layer.keyed:
            return self.output_size
        place = self.layer.catalog.instrument("blend/place")
        return str(place.size(self.layer.knobs, self.output_size))


def facts(piece: Piece, layer: Layer, answer: Mapping[str, Any], matte: str = "") -> Facts:
    """Return what the instruments of a layer's chain may ask for."""
    return Facts(layer, piece.knobs["output_size"], piece.fps, answer, matte)


ASKED = ("clip", "layer", "output_size", "fps", "answer", "matte")


@dataclass(frozen=True)
class Row:
    """One instrument of the chain."""

    play: str
    when: When = always  # it is played
    reads: When | None = None  # its knobs count, where that is not the same
    gives: Mapping[str, str] = field(default_factory=dict)  # parameter -> fact, of another name
    ends: tuple[str, ...] | None = None  # what plays AFTER one of these comes here; None: after it


# From the clip's pictures, at the piece's rate, to the layer as it is kept.
PACE = Row("blend/pace")
LOOK = (Row("blend/look"),)
CUT = (
    Row("blend/key", when=lambda layer: layer.keyed and not layer.cut, reads=keyed, ends=()),
    Row("blend/matte", when=lambda layer: layer.cut, ends=("blend/key", "blend/matte")),
)
FIT = (Row("blend/fit", gives={"output_size": "fitted"}), Row("blend/place", when=keyed))
LAY = Row("blend/lay", when=keyed)  # in the stack: it renders no layer

# What finds the hole of a layer, before its key is cut.
FINDS = (
    Row("modes/MODE", when=keyed),
    Row("source/keyframe", when=keyed),
    Row("blend/coverage", when=key_moves),
    Row("source/matte", when=lambda layer: layer.model is not None),
)

LAYER = (PACE, *LOOK, *CUT, *FIT, LAY, *FINDS)

VOICE = ("audio/extract", "audio/equalizer", "audio/echo")  # the first puts it in its place


def rows(catalog: Catalog, *parts: Row) -> Iterator[Row]:
    """Yield rows, and after each the instruments that say they are played after it."""
    for row in parts:
        yield row
        for play in (row.play,) if row.ends is None else row.ends:
            when = keyed if play == "blend/key" else row.when  # whichever way the hole is cut
            yield from (Row(name, when) for name in following(catalog, play))


def following(catalog: Catalog, play: str) -> list[str]:
    """Return the instruments that are played after another, by the alphabet."""
    own = catalog.instruments.items()
    return sorted(name for name, module in own if getattr(module, "AFTER", "") == play)


def filters(facts: Facts, *parts: Row) -> str:
    """Return the chain of some rows, as far as they are played on a layer."""
    layer = facts.layer
    played = (row for row in rows(layer.catalog, *parts) if row.when(layer))
    kept = (row for row in played if not layer.only or row.play in layer.only)
    return chain(*(_played(row, facts) for row in kept))


def _played(row: Row, facts: Facts) -> str:
    play = facts.layer.catalog.instrument(row.play).filters
    names = (name for name in ASKED if name in parameters(play))
    return str(play(facts.layer.knobs, **{n: facts.of(row.gives.get(n, n)) for n in names}))


def pace(facts: Facts) -> str:
    """Return the chain from a clip's pictures to those at the piece's rate."""
    return _played(PACE, facts)


def picture(facts: Facts, paced: str) -> str:
    """Return the chain of a layer, from the filters that pace its pictures to how it is kept."""
    return chain(paced, colors(facts), filters(facts, *CUT, *FIT))


def colors(facts: Facts) -> str:
    """Return the chain of a layer's colors as the key sees them."""
    after = [Row(name) for name in following(facts.layer.catalog, PACE.play)]
    return filters(facts, *after, *LOOK)


def laid_over(layer: Layer, chroma: str, below: str = "l1") -> str:
    """Return the graph that lays a layer, the pad `l2`, over what is below it: to `s2`."""
    top, lay = f"l{layer.number}", layer.catalog.instrument(LAY.play)
    made = lay.filters(layer.knobs, below=below, above=top, chroma=chroma)
    return f"{made}[s{layer.number}]"


def effects(catalog: Catalog, knobs: Knobs) -> str:
    """Return the chain of sound that is played on a voice before it is placed."""
    names = [one for name in VOICE for one in (name, *following(catalog, name))][1:]
    plays = map(catalog.instrument, names)
    # a bed has no knobs of a project's own instruments
    return chain(*(play.filters(knobs) for play in plays if {*play.DEFAULTS} <= {*knobs}))


def layer_plays(layer: Layer, *, heard: bool) -> list[str]:
    """Return the instruments whose knobs belong to the recipe of a layer."""
    counted = [row.play for row in rows(layer.catalog, *LAYER) if (row.reads or row.when)(layer)]
    names = [f"modes/{layer.mode}" if play == "modes/MODE" else play for play in counted]
    if layer.keyed and layer.knobs["mode"] != layer.mode:  # the dice chose it
        names.append(f"modes/{layer.knobs['mode']}")
    voice = [one for name in VOICE for one in (name, *following(layer.catalog, name))]
    return [*names, *(voice if heard else ())]
