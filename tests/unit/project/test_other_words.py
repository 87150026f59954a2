"""other_words: other programs' words lead to collide's knobs, values and verbs."""

from collide.catalog import knobs
from collide.project.other_words import (
    CONVERTED,
    NOTHING,
    OTHER_VALUES,
    OTHER_WORDS,
    other_knobs,
    other_values,
    other_verb,
)
from collide.project.settings import parse
from collide.syntax.arguments import verb_module


def test_every_word_means_a_knob_that_takes_the_value() -> None:
    """Every table leads to existing knobs and valid values, and contains no knob's own name."""
    assert {*OTHER_WORDS.values()} <= knobs().keys()
    meant = [how("0.2") for how in CONVERTED.values()]
    meant += [other_values(n, w.split()[0]) for n in OTHER_VALUES for w in OTHER_VALUES[n].values()]
    for values in meant:
        assert values
        for name, text in values.items():
            if name in knobs():
                parse(name, text)
    assert not {*OTHER_WORDS, *CONVERTED, *NOTHING} & knobs().keys()


def test_a_value_is_converted_with_its_name() -> None:
    """A transparency of 0.2 is an opacity of 0.8, and half the volume is -6 dB."""
    assert other_knobs("transparency", "20%") == other_knobs("transparency", "0.2")
    assert other_knobs("transparency", "0.2") == {"opacity": "0.8"}
    assert other_values("volume", "50%") == {"volume": "-6"}


def test_a_verb_does_what_no_knob_does() -> None:
    """A codec leads to a form of export, and an output file to the name of a star."""
    assert other_verb("codec", "h265") == ("export", {"as": "h265-10"})
    verb_module("export").VARIABLES["as"].read("as", "h265-10")
    assert other_verb("output", "a/film.mp4") == ("star", {"name": "film"})
    assert other_verb("codec", "theora") == ("", {})
