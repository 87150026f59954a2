"""drawn_ranges: a note on each range in a command gives the values that the seed draws."""

from collide.project.drawn_ranges import drawn
from collide.project.settings import Settings


def _notes(**values: str) -> list[str]:
    settings, typed = Settings(), {name.replace("__", "."): text for name, text in values.items()}
    settings.add({"seed": "4", "num_videos": "3", **typed}, "command line")
    return [*drawn(settings, typed)]


def test_a_typed_range_gets_a_note_with_its_values() -> None:
    """The note says that a range does not move, with the value for each layer that has the knob."""
    (one,) = _notes(layer2__opacity="0.2..0.2001")
    assert one.startswith("layer2.opacity=0.2..0.2001 does not move: the seed picks one value")
    assert one.endswith(("for the whole piece, 0.2", "for the whole piece, 0.2001"))
    (each,) = _notes(opacity="0.2..0.3")
    values = each.partition("for each layer, ")[2].split(", ")
    assert len(values) == 2
    assert all(0.2 <= float(value) <= 0.3 for value in values)


def test_a_single_value_or_a_solved_threshold_gets_no_note() -> None:
    """Neither a single value nor a threshold that balance solves causes a note."""
    assert _notes(layer2__opacity="0.2", post="vhs") == []
    assert _notes(layer2__mode="fixed", layer2__similarity="0.2..0.4") == []
    assert _notes(layer2__mode="fixed", layer2__similarity="0.2..0.4", balance="0")
