"""layer_names: a knob of one layer is understood in many spellings."""

import pytest

from collide.project.layer_names import layers_of, numbered


@pytest.mark.parametrize(
    "name",
    "layer2.opacity layers2.opacity layer02.opacity layer_2.opacity layer2opacity layer2_opacity "
    "layer2,opacity layer2-opacity layer2:opacity layertwo.opacity l2.opacity 2.opacity "
    "Layer2.Opacity video2.opacity layer[2].opacity layer.2.opacity opacity.layer2 "
    "layr2.opacity lyr2.opacity layer_2-opacity leyer2.opacity “layer2.opacity".split(),
)
def test_each_spelling_finds_its_layer_and_its_knob(name: str) -> None:
    """Typos, an extra s or 0, other separators, number words and both orders are understood."""
    assert layers_of(name) == ([2], "opacity")


def test_several_layers_or_none_are_found() -> None:
    """All layers in a name are found, and digits elsewhere in a name are not a layer."""
    assert layers_of("layer2.layer3.opacity") == ([2, 3], "opacity")
    assert layers_of("layer10.opacity") == ([10], "opacity")
    names = ("bed1", "opacity", "video_input", "x", "look2.opacity")
    assert [layers_of(name)[0] for name in names] == [[]] * 5


@pytest.mark.parametrize(
    "text", ["2,3", "2 3", "layer2,layer3", "layers 2 and 3", "Layer 2 & 3", "layer_2+3", " 2, 3 "]
)
def test_a_list_of_layers_is_parsed(text: str) -> None:
    """Layers in a list may be separated by commas, spaces or words."""
    assert numbered(text) == [2, 3]


def test_only_a_list_of_layers_is_parsed() -> None:
    """A number above 9, a range, a knob, and other words are not lists of layers."""
    assert [numbered(text) for text in ("12", "1-3", "layer2.opacity", "on", "")] == [[]] * 5
