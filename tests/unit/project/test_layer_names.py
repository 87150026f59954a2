"""layer_names: a knob of one layer is understood in many spellings."""

import pytest

from collide.project.layer_names import layers_of


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
