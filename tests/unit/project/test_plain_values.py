"""plain_values: a plain value or name becomes other knobs."""

import pytest

from collide.project.plain_values import is_random, plain_name, plain_value


def test_a_negative_speed_means_reverse():
    """A negative speed becomes reverse at that speed; a positive speed is unchanged."""
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
def test_an_effect_or_a_clip_typed_as_a_knob_is_corrected(name, text, meant):
    """An effect becomes post=, and a clip's path becomes the clip's name."""
    assert plain_name(name, text) == meant


@pytest.mark.parametrize(("text", "random"), [(" Random ", True), ("-1", True), ("7", False)])
def test_a_word_can_ask_for_a_random_seed(text, random):
    """With `random`, or with -1 as other programs write it, the seed is random; with 7, it is 7."""
    assert is_random(text) is random
