"""near_values: a value suggested instead of an invalid value is itself valid."""

import pytest

from collide.catalog import knobs
from collide.project.near_values import instead
from collide.project.settings import parse

TYPED = ("0.2...0.4", "20..40%", "0.2..", "1/2", "2min", "1:5", "much", "-1", "", "none", "a,b")


@pytest.mark.parametrize("name", sorted(knobs()))
def test_every_proposed_value_is_valid(name: str) -> None:
    """Whatever text is given for a knob, the suggested value is valid."""
    for text in TYPED:
        if meant := instead(text, knobs()[name]):
            parse(name, meant)


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("similarity", "20..40%", "0.2..0.4"),
        ("similarity", "0.2..", "0.2..1"),
        ("seam_ms", "0.1s", "100"),
        ("duration", "0:90", "90"),
        ("duration", "00:00:03:15", "3.5"),
        ("echo_ms", "3 frames", "100"),
        ("hue_shift", "−20", "-20"),
        ("opacity", "0.5,", "0.5"),
        ("similarity", "7", "1"),
        ("gamma", "10..5", "5..10"),
        ("gamma", "70", "0.7"),
        ("loop_fade", "10..1s", "1..10"),
        ("breathe_rotation", "10..5", "5..10"),
        ("duration", "0", "0.2"),
        ("colorkey_hex", "wonderful", ""),
        ("blend_mode", "wonderful", ""),
        ("post", "vhs, analog", "vhs,analog"),
    ],
)
def test_the_intended_value_is_proposed(name: str, text: str, meant: str) -> None:
    """A range keeps both ends, a time keeps its length, and an unrelated word is not corrected."""
    assert instead(text, knobs()[name]) == meant
