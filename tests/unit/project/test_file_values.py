"""file_values: text in a file that is not valid JSON becomes a knob's value."""

import pytest

from collide.catalog import shipped
from collide.project.file_values import meant_by


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("layer2.fade_in", "2s", "2"),
        ("fade_in", "300ms", "0.3"),
        ("echo_ms", "0.3s", "300"),
        ("similarity", "0.2..0.4", '"0.2..0.4"'),
        ("similarity", ".3", "0.3"),
        ("opacity", "50%", "0.5"),
        ("opacity", "0,3", "0.3"),
        ("output_size", "720p", '"1280x720"'),
        ("output_size", "640,360", '"640x360"'),
        ("colorkey_hex", "0xFF0000", '"0xFF0000"'),
        ("color_shift", "True", "true"),
        ("blend_mode", "screan", '"screen"'),
        ("post", "None", '"none"'),
        ("nonsense", "2s", "2"),
    ],
)
def test_a_value_is_converted_for_its_knob(name: str, text: str, value: str) -> None:
    """A value in invalid JSON is converted to the unit, form and words that its knob accepts."""
    assert meant_by(shipped())(name, text)[0] == value


@pytest.mark.parametrize(("name", "text"), [("crf", "None"), ("opacity", "NaN")])
def test_a_text_without_a_value_gets_no_default(name: str, text: str) -> None:
    """Text without a valid value does not become a default; the message says what a knob takes."""
    value, takes = meant_by(shipped())(name, text)
    assert not value
    assert takes.startswith(f"{name} takes a ")


@pytest.mark.parametrize("text", ["soft", "a lot"])
def test_a_word_for_a_number_stays_a_string(text: str) -> None:
    """A word where a number belongs is kept as a string, not replaced by a default."""
    assert meant_by(shipped())("similarity", text)[0] == f'"{text}"'
