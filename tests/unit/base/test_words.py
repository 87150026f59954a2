"""How many of a thing, a few things in a row, and slips of the finger."""

import pytest

from collide.base.words import joined, one_slip, several


def test_one_has_no_s():
    """1 clip, 0 clips, 2 clips; and a word whose plural is another."""
    assert [several(n, "clip") for n in (0, 1, 2)] == ["0 clips", "1 clip", "2 clips"]
    assert [several(n, "was", "were") for n in (1, 2)] == ["1 was", "2 were"]


def test_the_last_two_are_joined_by_and():
    """As people list things."""
    assert [joined(w.split()) for w in ("", "a", "a b", "a b c")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize("pair", ["x x1", "demo dmeo", "demo demmo", "demo deno", "demo emo"])
def test_a_slip_is_one_letter_or_two_swapped(pair: str) -> None:
    """Too many, too few, another, or swapped: whichever of the two words comes first."""
    assert one_slip(*pair.split())
    assert one_slip(*pair.split()[::-1])


@pytest.mark.parametrize(
    "pair", ["x y", "ab ac", "demo demo", "lantern light", "ink silk", "a abc"]
)
def test_what_was_meant_is_no_slip(pair: str) -> None:
    """Short words that differ by a letter, and words that differ by more."""
    assert not one_slip(*pair.split())
