"""Words of other programs stand for knobs, values and verbs that there are."""

from collide.catalog import knobs
from collide.cli.arguments import verb_module
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


def test_every_word_means_a_knob_that_takes_the_value() -> None:
    """No table names a knob that is none, or a value that would be refused."""
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
    """What is transparent by 0.2 is opaque by 0.8; half as loud is 6 dB less."""
    assert other_knobs("transparency", "20%") == other_knobs("transparency", "0.2")
    assert other_knobs("transparency", "0.2") == {"opacity": "0.8"}
    assert other_values("volume", "50%") == {"volume": "-6"}


def test_a_verb_does_what_no_knob_does() -> None:
    """The codec is a form of export, which export takes; a file's name is that of a star."""
    assert other_verb("codec", "h265") == ("export", {"as": "h265-10"})
    verb_module("export").VARIABLES["as"].read("as", "h265-10")
    assert other_verb("output", "a/film.mp4") == ("star", {"name": "film"})
    assert other_verb("codec", "theora") == ("", {})
