"""catalog: the available instruments and the owner of each knob."""

import pytest

from collide import catalog
from collide.base.errors import CollideError, InputError
from collide.catalog import (
    FAMILIES,
    RENAMED,
    REPLACED,
    Catalog,
    instrument,
    instruments,
    knobs,
    shipped,
)
from collide.instrument import Choice, Range
from tests.unit.test_contract import module


def test_every_file_of_a_family_is_an_instrument() -> None:
    """The catalog finds every file in a folder of instruments by name without a registration."""
    files = [path for family in FAMILIES for path in (catalog.PACKAGE / family).glob("*.py")]
    names = {f"{p.parent.name}/{p.stem.replace('_', '-')}" for p in files if p.stem != "__init__"}
    assert instruments().keys() == names


def test_instruments_are_sorted_by_family_order_and_name() -> None:
    """The catalog sorts instruments by family, in the order of play, and then by name."""
    order = [(FAMILIES.index(name.split("/")[0]), name) for name in instruments()]
    assert order == sorted(order)


def test_a_misspelled_instrument_gets_the_nearest_name() -> None:
    """An instrument is found by its name; for a misspelled name, the fix is the nearest name."""
    assert instrument("blend/look") is instruments()["blend/look"]
    with pytest.raises(InputError) as caught:
        instrument("blend/lok")
    assert caught.value.what == "no instrument named 'blend/lok'"
    assert caught.value.fix == "did you mean 'blend/look'?"


def test_two_owners_of_one_knob_are_refused() -> None:
    """Two instruments cannot own knobs with the same name, because a preset would be ambiguous."""
    pair = {"post/fog": module(), "post/mist": module("post/mist: drift.")}
    with pytest.raises(CollideError) as caught:
        Catalog(pair)
    assert caught.value.what == "two instruments own the knob 'fog': post/fog and post/mist"
    assert caught.value.fix == "rename it in one of them, for instance mist_fog"


def test_a_knob_belongs_to_the_piece_a_layer_or_a_keyed_layer() -> None:
    """PER_LAYER and KEYED in a knob's file determine the scope of the knob."""
    parts = {"DEFAULTS": dict.fromkeys("abc", 1), "LIMITS": dict.fromkeys("abc", Range(0, 1)),
             "PER_LAYER": ("b",), "KEYED": ("c",)}  # fmt: skip
    found = Catalog({"blend/fog": module(**parts)}).knobs.values()
    assert [knob.scope for knob in found] == ["piece", "layer", "keyed"]


@pytest.mark.parametrize(
    ("name", "first", "layers"),
    [("fps", None, [None]), ("saturation", 1, [1, 2, 9]), ("similarity", 2, [2, 9])],
)
def test_a_knob_belongs_to_the_piece_or_to_its_layers(
    name: str, first: int | None, layers: list[int | None]
) -> None:
    """A knob belongs to the piece or to every layer; a keyed knob belongs to layer 2 and above."""
    assert knobs()[name].first == first
    assert [layer for layer in (None, 1, 2, 9) if knobs()[name].is_of(layer)] == layers


def test_mode_accepts_any_instrument_of_its_family() -> None:
    """The knob `mode` accepts the name of any file in modes/."""
    modes = tuple(name.split("/")[1] for name in instruments() if name.startswith("modes/"))
    assert knobs()["mode"].limit == Choice(modes)


def test_old_names_suggest_knobs_but_are_not_knobs() -> None:
    """The suggestion for an old name is an existing knob, and the old name is not a knob."""
    assert {*RENAMED.values(), *REPLACED.values()} <= knobs().keys()
    assert not {*RENAMED, *REPLACED} & knobs().keys()


def test_a_knob_is_explained_by_the_comment_above_it() -> None:
    """The text about a knob is the comment above it, line by line, without section marks."""
    texts = shipped().explained("source/select")
    assert list(texts) == list(instrument("source/select").DEFAULTS)
    assert texts["min_seconds"].splitlines()[0] == "the shortest clip that is chosen, in seconds"
    assert "---" not in texts["seed"]
