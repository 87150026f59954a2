"""near_names: an unknown name finds a knob, with its layer and a valid value."""

import pytest

from collide.catalog import shipped
from collide.project.near_names import near_knobs


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("similarty", "0.3", {"similarity": "0.3"}),
        ("layers2.similarty", "0.3", {"layer2.similarity": "0.3"}),
        ("threshold", "30%", {"similarity": "0.3"}),
        ("layer1.threshold", "0.3", {}),
        ("layer2.width", "50%", {"layer2.scale": "0.5"}),
        ("similarity.2", "0.3", {"layer2.similarity": "0.3"}),
        ("layer3.duration", "6", {"duration": "6"}),
        ("height", "720", {"output_size": "1280x720"}),
        ("fade", "1", {"fade_in": "1", "fade_out": "1"}),
        ("nonsense", "1", {}),
    ],
)
def test_synonyms_and_typos_find_the_intended_knob(name, text, meant):
    """Synonyms and typos find a knob; other words and keying knobs of layer 1 find none."""
    assert near_knobs(name, text, shipped(), {name: text}) == meant


def test_width_and_height_become_one_output_size():
    """Given together, width and height become one output_size."""
    typed = {"width": "640", "height": "360"}
    assert near_knobs("width", "640", shipped(), typed) == {"output_size": "640x360"}
