"""layer_sentences: the layers that a sentence names, and their place in the stack."""

import pytest

from collide.corrections.layer_sentences import layers_in, placed


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("remove layer 2 and 3", [2, 3]),
        ("layer2, layer3", [2, 3]),
        ("layers 2 3", [2, 3]),
        ("remove 3 looks from layer 2", [2]),
        ("take 2", []),
    ],
)
def test_a_number_is_a_layer_only_after_the_word(text, layers):
    """A list of numbers after `layer` names layers; any other number does not."""
    assert layers_in(text.split()) == layers


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("send layer 3 to the back", ("layer3", "back")),
        ("layer3 on top", ("layer3", "top")),
        ("put layer 2 in front of layer 3", ("layer2.above", "layer3")),
        ("layer 3 behind layer 2", ("layer3.below", "layer2")),
        ("bring layer 2 forward", ("layer2.above", "layer3")),
        ("send layer 1 backward", ("", "")),
        ("move layer 3 to the left", ("", "")),
        ("paint layer 3 on top", ("", "")),
    ],
)
def test_a_place_in_the_stack_is_read_from_a_sentence(text, pair):
    """A sentence gives a place only if it consists of layers, a place, and words of moving."""
    assert placed(text.split()) == pair
