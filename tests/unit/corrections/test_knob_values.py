"""knob_values: wrong values lead to near ones, and doubtful ones to notes."""

import pytest

from collide.base.workspace import Workspace
from collide.corrections.knob_values import doubts, meant_knobs
from collide.project.project import named

PART = "doit preview project=x"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"start": "1", "duration": "2"}, f"{PART} from=1 for=2"),
        ({"start": "0.5"}, f"{PART} from=0.5"),
        ({"duration": "2", "from": "1"}, f"{PART} from=1 for=2"),
        ({"duration": "2", "crf": "20"}, f"{PART} crf=20 for=2"),
    ],
)
def test_knobs_of_the_piece_are_not_taken_for_a_part_in_silence(typed, line):
    """A start or a length of the piece, typed for a preview, yields a note with a line for it."""
    (note,) = doubts("preview", {"project": "x", **typed}, typed)
    assert note.endswith(f": {line}")


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("preview", {"from": "1", "for": "2"}),
        ("preview", {"layer2.start": "0.5", "layer2.scale": "0.5"}),
        ("preview", {"start": "20%", "from": "1"}),
        ("render", {"start": "1", "duration": "2", "scale": "0.5"}),
    ],
)
def test_what_is_plain_yields_no_note(verb, typed):
    """A part, one layer's knob, a share, and a verb other than preview yield no note."""
    assert not [*doubts(verb, typed, typed)]


def test_a_file_is_meant_in_any_case(house: Workspace):
    """A part of a file's name leads to the file, whatever the case of its suffix."""
    luts = house.root / "library" / "luts"
    luts.mkdir(parents=True)
    (luts / "warm.CUBE").touch()
    assert meant_knobs("grade_lut", "war", "", named(house, "x")) == {"grade_lut": "warm.CUBE"}


def test_a_preview_has_a_fixed_size():
    """The scale of all layers, typed for a preview, yields a note on the preview's size."""
    (note,) = doubts("preview", {"scale": "0.5"}, {"scale": "0.5"})
    assert "360 pixels at most" in note
