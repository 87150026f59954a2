"""motion: a value that would change during the piece is refused; the fix is a sweep."""

import pytest

from collide.catalog import knobs
from collide.limits import BadValueError
from collide.project.settings import parse


@pytest.mark.parametrize(
    ("text", "sweep"),
    [
        ("0.1>0.9", "0.1,0.9"),
        ("0>1", "0.001,1"),
        ("0.2->0.4", "0.2,0.4"),
        ("0.2 to 0.4", "0.2,0.4"),
        ("0.2..0.4@2s", "0.2,0.4"),
        ("0.2@0 0.4@2", "0.2,0.4"),
        ("0:0.2 2:0.4", "0.2,0.4"),
        ("0:0.2, 2:0.4, 4:0.3", "0.2,0.4,0.3"),
        ("ease(0.2,0.4)", "0.2,0.4"),
        ("sin(t)", "0.001..1:7"),
        ("0.3+0.1*sin(t)", "0.001..1:7"),
    ],
)
def test_a_value_that_would_move_becomes_a_sweep(text, sweep):
    """A value that would move is refused: a knob keeps one value, and the fix is a sweep."""
    with pytest.raises(BadValueError, match="similarity") as caught:
        parse("similarity", text)
    assert "keeps one value for the whole piece" in caught.value.why
    assert caught.value.sweep == sweep


def test_one_value_to_another_is_corrected_to_a_range():
    """`0.4 to 0.2` is corrected to a range for the seed, with the lower end first."""
    with pytest.raises(BadValueError) as caught:
        parse("similarity", "0.4 to 0.2")
    assert caught.value.instead == "0.2..0.4"


@pytest.mark.parametrize("text", ["30%", "abc", "0.5..0.2", "0.2-0.4", "7", "0,3", "1e-2", ""])
def test_other_invalid_values_get_no_sweep(text):
    """No sweep is suggested for an invalid value that does not describe a movement."""
    with pytest.raises(BadValueError) as caught:
        parse("similarity", text)
    assert caught.value.sweep == ""


def test_no_default_is_refused_as_a_movement():
    """No knob's default is refused as a movement."""
    for name, knob in knobs().items():
        parse(name, knob.default)
