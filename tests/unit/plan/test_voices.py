"""voices: a bed's knobs have the names of a voice's knobs."""

from collide.base.workspace import Workspace
from collide.plan.voices import named_voice
from tests.dry import PIECES, Dry


def test_a_bed_has_every_knob_of_a_voice(house: Workspace) -> None:
    """A bed has a value for each knob of a voice, under the knob's name."""
    piece = Dry(house).plan(PIECES["beds"]).piece
    knobs = named_voice(piece, "bed1").knobs
    assert dict(knobs).keys() == {*knobs}
    assert len(knobs) == len({*knobs}) > 5
