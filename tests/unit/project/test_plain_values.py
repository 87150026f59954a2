"""plain_values: plain words for a value lead to a valid value, of this knob or another."""

import pytest

from collide.catalog import knobs
from collide.project.plain_values import PLAIN, plain_name, plain_value


@pytest.mark.parametrize(
    ("name", "word"), [(name, word) for name, words in PLAIN.items() for word in words]
)
def test_each_meant_value_is_taken(name, word):
    """Each value in the table is valid for its knob, and the word itself is not."""
    ((knob, value),) = plain_value(name, f" {word.upper()} ").items()
    assert knobs()[knob].limit.read(value) is not None
    with pytest.raises(ValueError, match="takes"):
        knobs()[name].limit.read(word)


def test_backwards_is_another_knob():
    """A negative speed means reverse, at that pace; a positive one is just a speed."""
    assert plain_value("speed", "-1") == {"reverse": "true"}
    assert plain_value("speed", "-50%") == {"reverse": "true", "speed": "0.5"}
    assert plain_value("speed", "2x") == {}


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("vhs", "true", {"post": "vhs"}),
        ("glitch", "0.5", {"post": "glitch", "glitch_often": "0.5"}),
        ("analog", "off", {"post": "none"}),
        ("clips", "some/rain.mp4", {"clip": "rain.mp4"}),
        ("clips", "3", {}),
        ("none", "true", {}),
    ],
)
def test_an_effect_or_a_clip_as_a_knob(name, text, meant):
    """An effect leads to post=, and a clip's path leads to its name."""
    assert plain_name(name, text) == meant
