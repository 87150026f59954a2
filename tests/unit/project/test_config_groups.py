"""config_groups: groups and lists in a config, read as flat knobs."""

import pytest

from collide.catalog import shipped
from collide.project.config_groups import flat, is_group


@pytest.mark.parametrize(
    ("name", "value", "pairs"),
    [
        ("layers", [{"pan": 1}, "b.mp4"], [("layer1.pan", 1), ("layer2.clip", "b.mp4")]),
        ("layers", {"2": {"x": 0.1}}, [("layer2.x", 0.1)]),
        ("layer2", {"key": {"similarity": 0.3}}, [("layer2.similarity", 0.3)]),
        ("fx", {"vhs": {"bleed": 0.5}}, [("post", "vhs"), ("vhs_bleed", 0.5)]),
        ("fx", [{"vhs": {"vhs_bleed": 0.5}}], [("post", "vhs"), ("vhs_bleed", 0.5)]),
        ("fx", {"vhs": {"enabled": False}}, []),
        ("fx", {"vhs": {"on": True}}, [("post", "vhs")]),
        ("fx", {"none": {}}, []),
        ("fx", {"qqqq": {"a": 1}}, [("qqqq", {"a": 1})]),
        ("feedback", {"trail": 0.5}, [("post", "feedback"), ("feedback_trail", 0.5)]),
        ("knobs", {"fps": 24, "layer3": {"x": 0}}, [("fps", 24), ("layer3.x", 0)]),
    ],
)
def test_a_group_becomes_flat_knobs(name, value, pairs):
    """Each knob in a group becomes a flat knob, and each enabled effect joins the chain."""
    assert is_group(name, value, shipped())
    assert list(flat(name, value, shipped())) == pairs


@pytest.mark.parametrize(
    ("name", "value"),
    [("similarity", [0.2, 0.4]), ("post", ["vhs"]), ("layers", 3), ("layer2.clip", ["a", "b"])],
)
def test_a_value_is_not_a_group(name, value):
    """A range, a chain, a number, or a list of clips for one layer is not a group."""
    assert not is_group(name, value, shipped())
