"""unit_limits: values with units in other notations, and the accepted notation to suggest."""

import pytest

from collide.limits import Checked
from collide.unit_limits import UNTIL, Bytes, Duration


@pytest.mark.parametrize(
    ("limit", "text", "near"),
    [
        (UNTIL, "25:00", "1:00"),
        (UNTIL, "7pm", "19:00"),
        (UNTIL, "7h30", "7:30"),
        (UNTIL, "soon", None),
        (Bytes(), "5 gb", "5G"),
        (Bytes(), "500mb", "500M"),
        (Bytes(), "20k", "20k"),
        (Bytes(), "much", None),
        (Duration(), "10", "10m"),
        (Duration(), "5min", "5m"),
        (Duration(), "1m30s", "90s"),
        (Duration(), "-1m", None),
    ],
)
def test_a_unit_in_another_notation_gets_a_suggestion(
    limit: Checked, text: str, near: str | None
) -> None:
    """A limit suggests a value in a notation that it accepts, and nothing for other text."""
    assert limit.near(text) == near
    if near:
        limit.read(near)
