"""words: what can be said to python -m collide, and what its knobs are."""

from pathlib import Path

import pytest

from collide.catalog import instruments, knobs, shipped
from collide.errors import InputError
from collide.hand.words import BORROWS, flags, help_of, read, refuse_strange_flags


def test_flags_may_be_joined_or_apart_with_dashes_of_either_kind() -> None:
    """`--vhs-bleed=0.3` and `--vhs_bleed 0.3` are the same; a value may begin with a minus."""
    one = read(["post/vhs", "-i", "a", "-i", "b", "-o", "c", "--vhs-bleed=0.3", "--preset", "x,y"])
    assert (one.name, one.inputs, one.output) == ("post/vhs", [Path("a"), Path("b")], Path("c"))
    assert one.knobs == {"vhs_bleed": "0.3"}
    assert one.presets == ["x", "y"]
    assert read(["blend/look", "--hue_shift", "-10"]).knobs == {"hue_shift": "-10"}
    assert read(["x", "--show"]).shows
    assert read(["-h"]).helps


def test_an_old_name_is_the_new_one() -> None:
    """`--blend` is read as softness, and not twice."""
    assert read(["blend/key", "--blend", "0.1"]).knobs == {"softness": "0.1"}
    with pytest.raises(InputError):
        read(["blend/key", "--blend", "0.1", "--softness", "0.2"])


@pytest.mark.parametrize("name", instruments())
def test_the_flags_of_an_instrument_are_its_own_knobs_first(name: str) -> None:
    """None is missing, none is there twice, and each exists."""
    own = list(instruments()[name].DEFAULTS)
    found = flags(name, shipped())
    assert found[: len(own)] == own
    assert len(set(found)) == len(found)
    assert set(found) <= knobs().keys()
    assert "seed" in found


def test_what_is_borrowed_exists() -> None:
    """Families, instruments and knobs in BORROWS are there."""
    families = {name.partition("/")[0] for name in instruments()}
    known = families | instruments().keys() | knobs().keys()
    assert {word for words in BORROWS.values() for word in words} | BORROWS.keys() <= known


def test_a_strange_flag_is_refused_with_its_owner() -> None:
    """A knob of somebody else turns nothing here, and says whose it is."""
    with pytest.raises(InputError) as caught:
        refuse_strange_flags(read(["post/vhs", "--glitch_often", "1"]), shipped())
    assert caught.value.why == "it is a knob of post/glitch"


def test_help_has_no_knob_without_its_words() -> None:
    """Every flag is shown with its default, its limits, and what low and high look like."""
    said = help_of("post/glitch", shipped())
    for flag in flags("post/glitch", shipped()):
        assert f"  --{flag} " in said
    assert "a wasp in a jar" in said
