"""other_words: other programs' words become knobs and values of collide."""

import pytest

from collide.base.errors import InputError
from collide.catalog import knobs, shipped
from collide.project.other_words import CONVERTED, NOTHING, other_knobs, other_values
from collide.project.settings import parse

VALUES = [(knob, word) for knob, words in shipped().value_aliases.items() for word in words]


def test_every_word_gives_a_knob_and_a_valid_value() -> None:
    """Words are converted to knobs with valid values, and no knob's name is in a table."""
    for how in CONVERTED.values():
        values = how("0.2")
        assert values
        for name, text in values.items():
            parse(name, text)
    assert not {*shipped().aliases, *CONVERTED, *NOTHING} & knobs().keys()


@pytest.mark.parametrize(("knob", "word"), VALUES)
def test_each_alias_of_a_value_is_a_valid_value(knob: str, word: str) -> None:
    """Each alias of a value becomes knobs with valid values and is not itself a valid value."""
    for name, text in other_values(knob, f" {word.upper()} ").items():
        assert name == "preset" or parse(name, text) is not None
    with pytest.raises(InputError):
        parse(knob, word)


def test_every_name_has_one_meaning() -> None:
    """No two knobs, and no two values of a knob, have an alias in common."""
    modules = shipped().instruments.values()
    words = [w for one in modules for t in getattr(one, "ALIASES", {}).values() for w in t.split()]
    words += [
        f"{knob}={word}"
        for one in modules
        for knob, rows in getattr(one, "VALUE_ALIASES", {}).items()
        for text in rows.values()
        for word in text.split()
    ]
    assert len({*words}) == len(words)


def test_a_value_is_converted_with_its_name() -> None:
    """A transparency of 0.2 is an opacity of 0.8, and half the volume is -6 dB."""
    assert other_knobs("transparency", "20%") == other_knobs("transparency", "0.2")
    assert other_knobs("transparency", "0.2") == {"opacity": "0.8"}
    assert other_values("volume", "50%") == {"volume": "-6"}
