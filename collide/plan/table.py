"""Instruments of a layer and of a voice, in order: one table for filters, steps, recipes, exports.

    LAYER   source/probe ─ pace ─ look ┬ fit ─ place.kept            kept as layer:i's color plane
            (kept as frame:i by a      └ key.cut ─ key.steadied      kept as its cut
            still)                     | matte.cut
    STACK   the cut ─ key | matte ─ fit.plane ─ edge ─ lay.thinned ┐
            the color plane ───────────────────────────── merged ─┴─ fit.around ─ place ─ lay ─ loop
    VOICE   extract ( equalizer ─ echo ), kept as audio:i

An instrument without a row, such as a project's own, names its predecessor in `AFTER`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.catalog import Catalog
from collide.instrument import FrameRate, Knobs, chain, wide_and_high
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.store.call import parameters

When = Callable[[Layer], bool]


def always(_: Layer) -> bool:
    """Return True."""
    return True


def base(layer: Layer) -> bool:
    """Return whether a layer is the base, which covers the whole frame."""
    return not layer.keyed


def keyed(layer: Layer) -> bool:
    """Return whether a layer has holes."""
    return layer.keyed


def interlaced(layer: Layer) -> bool:
    """Return whether a layer's clip is interlaced or treated as such."""
    return bool(layer.clip.fields) or layer.knobs["deinterlace"] not in ("auto", "off")


def several(layer: Layer) -> bool:
    """Return whether a layer's clip has tracks to choose from."""
    return max(layer.probed.pictures, layer.probed.sounds) > 1


def still(layer: Layer) -> bool:
    """Return whether a layer's clip is a still picture."""
    return layer.clip.still


def see_through(layer: Layer) -> bool:
    """Return whether a layer is a base whose clip is itself transparent."""
    return base(layer) and layer.clip.alpha


def by_key(layer: Layer) -> bool:
    """Return whether a layer's holes are made by a key."""
    return layer.keyed and not layer.cut


def by_moving_key(layer: Layer) -> bool:
    """Return whether a layer's holes are made by a key, and its pictures change."""
    return by_key(layer) and not still(layer)


def by_matte(layer: Layer) -> bool:
    """Return whether the holes of a layer follow the outline of its subject."""
    return layer.cut


def fogged(layer: Layer) -> bool:
    """Return whether a layer's own fog fills the frame around its picture."""
    return layer.keyed and bool(layer.knobs["fit"] == "blur")


def bounded(layer: Layer) -> bool:
    """Return whether only a part of a layer may be kept: it is neither the base nor fogged."""
    return layer.keyed and not fogged(layer)


def key_moves(layer: Layer) -> bool:
    """Return whether the knob `coverage` moves a layer's key."""
    return layer.keyed and not layer.cut and layer.knobs["coverage"] != "off"


# Conditions that do not require holes, so they can hold for the base too.
BY_CLIP = (always, interlaced, still, see_through)


@dataclass(frozen=True)
class Facts:
    """The arguments available to an instrument of the chain besides its knobs, by name."""

    piece: Piece
    layer: Layer
    answer: Mapping[str, Any]  # the answer from the mode
    matte: str  # the chain that makes the masks
    first: int = 0  # the first frame of a moving still
    light: Mapping[str, Any] = field(default_factory=dict)  # measured light of the clip
    lead: int = 0  # frames that precede the layer's first, for steadying its cut

    def of(self, name: str) -> Any:
        """Return the fact `name`."""
        if name == "clip":
            return self.layer.clip
        return self.layer.number if name == "layer" else getattr(self, name)

    @property
    def fitted(self) -> str:
        """Return the size that the picture is fitted to; for the base, this is the frame's size."""
        if not self.layer.keyed:
            return self.output_size
        place = self.layer.catalog.instrument("blend/place")
        return str(place.size(self.layer.knobs, self.output_size))

    @property
    def output_size(self) -> str:
        """Return the piece's size."""
        return str(self.piece.knobs["output_size"])

    @property
    def material(self) -> int:
        """Return the number of distinct frames of the layer."""
        return self.layer.material

    @property
    def fps(self) -> FrameRate:
        """Return the frame rate."""
        return self.piece.fps

    @property
    def grid(self) -> int:
        """Return the grid, in pixels, that cropping is aligned to."""
        fit, layer = self.layer.catalog.instrument("blend/fit"), self.layer
        odd = fit.odd(layer.knobs, clip=layer.clip, output_size=self.fitted)
        return 1 if odd and self.piece.chroma_of(layer) == "444" else 2

    @property
    def fog(self) -> bool:
        """Return whether the layer's own fog fills the frame around its picture."""
        return fogged(self.layer)

    @property
    def picture(self) -> tuple[int, int]:
        """Return the size of the placed picture: the clip's own, or the frame if fog fills it."""
        fit, target = self.layer.catalog.instrument("blend/fit"), self.fitted
        if self.fog:
            return wide_and_high(target)
        wide, high = fit.size(self.layer.knobs, clip=self.layer.clip, output_size=target)
        return wide, high


def facts(piece: Piece, layer: Layer, answer: Mapping[str, Any], matte: str = "") -> Facts:
    """Return the arguments available to the instruments of a layer's chain."""
    return Facts(piece, layer, answer, matte)


ASKED = ("clip", "layer", "output_size", "fps", "answer", "matte", "picture", "fog", "grid",
         "material", "first", "light", "lead")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One instrument in the chain."""

    play: str
    when: When = always  # whether it is played
    shape: str = "filters"  # its function
    gives: Mapping[str, str] = field(default_factory=dict)  # parameter -> fact, if the names differ


FITTED = {"output_size": "fitted"}

# Rendered once per layer and kept.
WHOLE = (Row("blend/deinterlace", interlaced), Row("blend/normalize"))  # at the clip's own rate
PACE = Row("blend/pace")
DRIFT = Row("blend/drift", still, gives={"output_size": "fitted"})  # instead of pace, for a still
NORMAL = (Row("blend/backdrop", see_through), Row("blend/normalize", shape="colors"))
LOOK = (Row("blend/look"),)
FIT = (
    Row("blend/fit", gives=FITTED),
    Row("blend/fit", base, "around", FITTED),
    Row("blend/place", bounded, "kept"),
)
CUT = (Row("blend/key", by_key, "cut"), Row("blend/matte", by_matte, "cut"))
STEADY = Row("blend/key", by_moving_key, "steadied")

# Played in the stack: on the cut, on any plane, on alpha, on the keyed picture.
KEY = (Row("blend/key", by_key), Row("blend/matte", by_matte))
PLANE = (Row("blend/fit", shape="plane", gives=FITTED), Row("blend/place", bounded, "kept"))
EDGE = (Row("blend/edge", keyed),)
THIN = (Row("blend/lay", keyed, "thinned"),)
MOVE = Row("blend/place", keyed, "moved")
MOVE_ALPHA = Row("blend/place", keyed, "moved_alpha")
# a fogged picture is kept whole; other pictures are placed relative to their kept part
AROUND = (Row("blend/fit", fogged, "around", FITTED), Row("blend/place", fogged, "kept"))
PLACE = Row("blend/place", keyed)
LAY = Row("blend/lay", keyed)
LOOP = Row("blend/loop")  # orders the kept frames and cross-fades two pictures of the stack

# Instruments played before the chain: they choose tracks, and find the subject and the colors.
FINDS = (
    Row("source/probe", several),
    Row("modes/MODE", when=keyed),
    Row("source/keyframe", when=keyed),
    Row("blend/coverage", when=key_moves),
    Row("source/matte", when=lambda layer: layer.model is not None),
)

# Each instrument once, in the order above.
LAYER = (*WHOLE, PACE, DRIFT, NORMAL[0], *LOOK, FIT[0], *KEY, *EDGE, PLACE, LAY, LOOP, *FINDS)
# Instruments whose knobs count for a layer under a condition other than the `when` of their row.
COUNTS: Mapping[str, When] = {"blend/key": keyed, "blend/pace": lambda layer: not still(layer)}

VOICE = ("audio/extract", "audio/equalizer", "audio/echo")  # extract also places the voice


def rows(catalog: Catalog, *parts: Row) -> Iterator[Row]:
    """Yield rows, each followed by the instruments that name it in AFTER."""
    for row in parts:
        yield row
        yield from after(catalog, row.play, row.when)


def after(catalog: Catalog, play: str, when: When = always) -> Iterator[Row]:
    """Yield rows for instruments that follow `play`; rows after the key apply to mattes too."""
    when = keyed if play == "blend/key" else when
    yield from (Row(name, when) for name in following(catalog, play))


def following(catalog: Catalog, play: str) -> list[str]:
    """Return the instruments that name `play` in AFTER, in alphabetical order."""
    own = catalog.instruments.items()
    return sorted(name for name, module in own if getattr(module, "AFTER", "") == play)


def filters(facts: Facts, *parts: Row) -> str:
    """Return the chain for the rows that apply to a layer."""
    layer = facts.layer
    kept = (row for row in parts if not layer.only or row.play in layer.only)
    return chain(*(played(row, facts) for row in kept if row.when(layer)))


def played(row: Row, facts: Facts) -> str:
    """Return the chain for one row."""
    play = getattr(facts.layer.catalog.instrument(row.play), row.shape)
    names = (name for name in ASKED if name in parameters(play))
    return str(play(facts.layer.knobs, **{n: facts.of(row.gives.get(n, n)) for n in names}))


def effects(catalog: Catalog, knobs: Knobs) -> str:
    """Return the sound chain played on a voice before it is placed."""
    names = [one for name in VOICE for one in (name, *following(catalog, name))][1:]
    plays = map(catalog.instrument, names)
    # a bed lacks the knobs of a project's own instruments
    return chain(*(play.filters(knobs) for play in plays if {*play.DEFAULTS} <= {*knobs}))


def layer_plays(layer: Layer, *, heard: bool) -> list[str]:
    """Return the instruments whose knobs belong to the recipe of a layer."""
    every = rows(layer.catalog, *LAYER)
    counted = [row.play for row in every if COUNTS.get(row.play, row.when)(layer)]
    names = [f"modes/{layer.mode}" if play == "modes/MODE" else play for play in counted]
    if layer.keyed and layer.knobs["mode"] != layer.mode:  # then mode=random chose layer.mode
        names.append(f"modes/{layer.knobs['mode']}")
    voice = [one for name in VOICE for one in (name, *following(layer.catalog, name))]
    return [*names, *(voice if heard else ())]
