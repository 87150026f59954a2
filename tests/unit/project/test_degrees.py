"""degrees: words such as high, less and max become values of a knob."""

import pytest

from collide.catalog import knobs
from collide.instrument import Range
from collide.project.degrees import HIGH, LEAST, LOW, MIDDLE, MOST, of_degree
from collide.project.settings import parse


@pytest.mark.parametrize(
    ("name", "word", "now", "value"),
    [
        ("softness", "max", None, "1"),
        ("softness", "min", 0.5, "0"),
        ("softness", "high", [0, 0.05], "0.075"),
        ("softness", "more", 0.4, "0.6"),
        ("softness", "less", 0.4, "0"),
        ("opacity", "low", None, "0.5"),
        ("crf", "higher", None, "30"),
        ("blend_mode", "high", None, ""),
        ("softness", "0.3", None, ""),
    ],
)
def test_a_word_of_degree_becomes_a_value_on_that_side(name, word, now, value):
    """A word becomes an end of the limits or typical range, or a value beyond the current value.

    Other text does not become a value, nor does a word for a knob that does not take a number.
    """
    assert of_degree(word, knobs()[name], now) == value


@pytest.mark.parametrize("name", [n for n, k in knobs().items() if isinstance(k.limit, Range)])
def test_every_word_gives_a_valid_value(name):
    """Every word becomes a valid value for each knob that takes a number."""
    for word in (*LEAST, *MOST, *LOW, *HIGH, *MIDDLE):
        parse(name, of_degree(word, knobs()[name]))
