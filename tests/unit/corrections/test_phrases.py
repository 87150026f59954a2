"""phrases: loose words that belong together become one pair or one number."""

import shlex

import pytest

from collide.corrections.phrases import phrase


@pytest.mark.parametrize(
    ("verb", "text", "meant"),
    [
        ("set", "similarity 0.3 layer 2", "layer2.similarity 0.3"),
        ("set", "opacity 0.5 on layer3", "layer3.opacity 0.5"),
        ("set", "crf 20 layer 2", "crf 20 layer 2"),  # crf is a knob of the whole piece
        ("set", "similarity from 0.1 to 0.5", "similarity=0.1..0.5"),
        ("set", "similarity between 0.1 and 0.5 x", "x similarity=0.1..0.5"),
        ("render", "x threshold 0.2 0.4", "x threshold=0.2..0.4"),
        ("sweep", "similarity 0.1 to 0.5", "similarity=0.1..0.5:7"),
        ("roll", "x twelve looks", "x 12"),
        ("batch", "five projects", "5"),
        ("preview", "x 2 min", "x for=120"),
        ("preview", "x for 3 seconds", "x for=3"),
        ("new", "fog 10 seconds", "fog duration=10"),
        ("still", "x at frame 30", "x at=30f"),
        ("still", "x frame 30", "x at=30f"),
        ("preview", "x from 30 frames for 1", "x from=30f for 1"),
        ("roll", "x 12 frames", "x 12"),
        ("undo", "3 times", "3"),
        ("render", "x in 4k", "x output_size=4k"),
        ("render", "x with grain", "x post=analog"),
        ("render", "x with grain 0.2", "x with grain 0.2"),
        ("render", "x without sound", "x sound=off"),
        ("diff", "x 1 2", "x 1 2"),  # x is the project, although a knob has that name
        ("clips", "rain from above", "rain from above"),
    ],
)
def test_a_phrase_becomes_a_pair(verb, text, meant):
    """A phrase becomes a pair or a number; other words are unchanged."""
    assert phrase(verb, shlex.split(text), {}, ["x"]) == (meant.split(), {})


def test_a_number_after_a_pair_is_the_end_of_its_range():
    """`similarity=0.2 0.4` is one range; a knob that does not take a range keeps its value."""
    assert phrase("set", ["0.4"], {"similarity": "0.2"}) == ([], {"similarity": "0.2..0.4"})
    assert phrase("set", ["30"], {"crf": "20"}) == (["30"], {"crf": "20"})
