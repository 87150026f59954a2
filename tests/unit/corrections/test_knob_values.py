"""knob_values: valid values instead of invalid ones, and notes on doubtful values."""

import pytest

from collide.base.workspace import Workspace
from collide.corrections.knob_values import chain_added, doubts, left_out, meant_knobs, rechained
from collide.project.project import named
from collide.syntax.arguments import TypedLine

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
def test_start_and_duration_of_a_preview_get_a_note(typed, line):
    """The note on a preview with start= or duration= ends with the command for that part."""
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
def test_plain_requests_get_no_note(verb, typed):
    """No note is printed for from= and for=, a layer's knob, a percentage, or a render."""
    assert not [*doubts(verb, typed, typed)]


def test_part_of_a_name_finds_a_file_in_any_case(house: Workspace):
    """Part of a file's name finds the file, whatever the case of its suffix."""
    luts = house.root / "library" / "luts"
    luts.mkdir(parents=True)
    (luts / "warm.CUBE").touch()
    assert meant_knobs("grade_lut", "war", "", named(house, "x")) == {"grade_lut": "warm.CUBE"}


def test_a_note_about_keep_sound_names_audio():
    """The note on keep=sound, which keeps only that knob, names keep=audio for all sound."""
    (note,) = doubts("roll", {"keep": "layer2.clip,sound"}, {})
    assert note.startswith("keep=sound keeps only the knob sound")
    assert note.endswith(": keep=audio")
    assert not [*doubts("roll", {"keep": "layer2,audio"}, {})]


def test_a_preview_has_a_fixed_size():
    """The note on a preview with scale= or output_size= says how large a preview is."""
    for name, text in (("scale", "0.5"), ("output_size", "1920x1080")):
        (note,) = doubts("preview", {name: text}, {name: text})
        assert "360 pixels at most" in note


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("-vhs", ["glitch"]),
        ("!vhs", ["glitch"]),
        ("no-vhs", ["glitch"]),
        ("without vhs", ["glitch"]),
        ("-=vhs", ["glitch"]),
        ("+analog", ["vhs", "glitch", "analog"]),
        ("+=analg", ["vhs", "glitch", "analog"]),
        ("-vhs,-glitch", []),
        ("analog,-vhs", ["analog"]),  # a chain that replaces the current chain
        ("-stabilize", ["vhs", "glitch"]),
        ("vhs+analog", None),
        ("color-grade", None),
        ("-bogus", None),
    ],
)
def test_an_effect_with_a_sign_joins_or_leaves_the_chain(house: Workspace, text, chain):
    """A minus removes an effect from the current chain; a plus adds it.

    For other text, the result is None.
    """
    assert rechained(text, ["vhs", "glitch"], named(house, "x")) == chain


@pytest.mark.parametrize(
    ("name", "text", "note"),
    [
        ("brightness", "1", "brightness=1 is its highest value; brightness=0 changes nothing"),
        ("layer2.contrast", "0", "layer2.contrast=0 is its lowest value; layer2.contrast=1 "
         "changes nothing"),
        ("brightness", "0", None),
        ("contrast", "1", None),
        ("saturation", "0", None),
        ("opacity", "0", None),
    ],
)  # fmt: skip
def test_the_neutral_value_of_other_programs_gets_a_note(name, text, note):
    """The note on a value that is neutral only in other programs gives the neutral value."""
    assert [*doubts("render", {name: text}, {name: text})] == ([note] if note else [])


def test_a_knob_without_a_value_is_left_out_or_unset(house: Workspace):
    """If a knob is given without a value, the fix omits the knob and names its current value.

    If the project sets the knob, another command unsets it.
    """
    project = named(house, "x")
    project.path.mkdir(parents=True)
    (project.path / "config.json").write_text('{"crf": 24}')

    def lines(verb: str, name: str) -> list[str]:
        return left_out(TypedLine(house, verb, [verb], {"project": "x", name: ""}), name, project)

    assert lines("render", "crf") == [
        "leave it out, for 24: doit render project=x",
        "unset it for good: doit set project=x crf=",
    ]
    assert lines("still", "layer2.opacity") == ["leave it out, for 1: doit still project=x"]
    assert lines("sweep", "opacity") == ["doit sweep project=x opacity=0..1:7"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("900", ["duration=900 is 15 min"]),
        ("1500", ["duration=1500 is 25 min; 1.5 s is duration=1.5"]),
        ("600", []),
        ("60..1500", []),
    ],
)
def test_a_long_piece_gets_a_note(text, note):
    """A note states a duration over ten minutes in minutes; the note on 1500 also offers 1.5."""
    assert [*doubts("render", {}, {"duration": text})] == note


def test_an_old_name_gets_a_note_when_it_is_set():
    """The note on `doit set` with a knob's old name gives the new name; a render prints no note."""
    (note,) = doubts("set", {}, {"layer2.blend": "0.5"})
    assert note.startswith("'blend' is now called 'softness'")
    assert note.endswith("; opacity is how much of a layer is seen")
    assert not [*doubts("render", {}, {"layer2.blend": "0.5"})]


@pytest.mark.parametrize(
    ("post", "meant", "added"),
    [
        ("vhs", {"post": "analog", "grain": "0.1"}, ("vhs", "vhs,analog")),
        ("vhs,analog", {"post": "analog"}, ("vhs,analog", "vhs,analog")),
        ("vhs", {"post": "vhs"}, ("", "")),
        ("none", {"post": "vhs"}, ("", "")),
        ("vhs", {"grain": "0.1"}, ("", "")),
    ],
)
def test_a_corrected_effect_is_added_to_the_chain_in_force(house: Workspace, post, meant, added):
    """A corrected effect goes after the effects that the piece already plays."""
    named(house, "x").path.mkdir(parents=True)
    (named(house, "x").path / "config.json").write_text(f'{{"post": "{post}"}}')
    assert chain_added(meant, named(house, "x"), "") == added
