"""undone_knobs: notes on knobs whose effect a later step cancels or covers."""

from collide.project.settings import Settings
from collide.project.undone_knobs import undone


def _notes(**values: str) -> str:
    made, named = Settings(), {name.replace("__", "."): text for name, text in values.items()}
    made.add(named, "command line")
    return "\n".join(undone(made, named))


def test_a_volume_of_all_layers_gets_a_note() -> None:
    """A volume of all layers causes a note if no bed, layer volume or range is set."""
    assert "loudness_lufs=-16" in _notes(volume="-6")
    assert _notes(volume="-6", audio_beds="1") == ""
    assert _notes(volume="-6", layer2__volume="3") == ""
    assert _notes(layer2__volume="-6") == _notes(volume="-6..0") == ""


def test_a_typed_backdrop_gets_a_note() -> None:
    """The note on backdrop= in a command says where the backdrop is visible."""
    assert "layer 1 is itself transparent" in _notes(backdrop="0xFFFFFF")
    assert _notes(crf="20") == ""
