"""degree_words: a word of degree sets a knob above or below its current value."""

import pytest

from collide.base.workspace import Workspace
from collide.corrections.degree_words import degree_lines, layer_in


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """Return a workspace with one project, x, with three layers."""
    folder = tmp_path / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"seed": 7, "num_videos": 3, "brightness": 0.1}')
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("x darker", "0.08 less than 0.1: doit set project=x brightness=0.02"),
        ("x too dark", "0.08 more than 0.1: doit set project=x brightness=0.18"),
        ("x make layer 2 bigger", "30% more than 1: doit set project=x layer2.scale=1.3"),
        ("x layer 2 20% bigger", "20% more than 1: doit set project=x layer2.scale=1.2"),
        ("x bigger layer 2", "30% more than 1: doit set project=x layer2.scale=1.3"),
        ("x reduce opacity on layer 3", "30% less than 1: doit set project=x layer3.opacity=0.7"),
        ("x fewer layers", "1 less than 3: doit set project=x num_videos=2"),
        ("x make layer 2 louder", "6 more than 0: doit set project=x layer2.volume=6"),
        ("x move layer 3 to the left", "doit set project=x layer3.x=-0.5"),
    ],
)
def test_a_word_of_degree_moves_its_knob(workspace, words, line):
    """A word of degree raises or lowers the current value by a fixed step or a given percentage."""
    assert degree_lines(workspace, "set", words.split(), {}) == [line]


@pytest.mark.parametrize(
    "words",
    [
        "x nicer",
        "x fast",  # alone, `fast` is another word for a preview
        "x make layer 2 nicer",
        "x 2",
        "x layer 1 bigger",  # the base fills the frame
        "x layer 2 longer",  # `longer` sets a knob of the whole piece
        "x darker tomorrow",
        "x similarity 0.3",
        "x move layer 1 left",
    ],
)
def test_unknown_words_give_no_command(workspace, words):
    """If a request contains an unknown word, no command is suggested: it would drop the word."""
    assert degree_lines(workspace, "set", words.split(), {}) == []


def test_less_of_an_effect_does_not_add_it(workspace):
    """The error for `less grain` in a piece without grain does not suggest adding grain."""
    (line,) = degree_lines(workspace, "set", ["x", "less", "grain"], {})
    assert line.startswith("analog is not in the chain")


def test_a_layer_is_named_in_one_word_or_two():
    """A layer is found in a sentence, as layer2 or as `layer 2`; a bare number is not a layer."""
    assert layer_in(["make", "layer", "2", "bigger"]) == layer_in(["layer2"]) == "layer2"
    assert layer_in(["take", "2"]) == ""
