"""layer_knobs: layers with their own knobs, and knobs for layers that do not exist."""

import pytest

from collide.base.errors import InputError
from collide.project.layer_knobs import (
    pinned,
    refuse_missing_layers,
    still,
    unmoved,
    without_layers,
)
from collide.project.settings import Settings, resolve


def settings(**config: object) -> Settings:
    """Return the settings of a config; __ in an argument stands for the dot after a layer."""
    return resolve([("config.json", {n.replace("__", "."): v for n, v in config.items()})])


def test_a_note_names_a_layer_that_keeps_its_own_value():
    """A note names the layer that does not change and the knob that would change it."""
    own = settings(layer2__similarity=0.3)
    assert pinned(own, "similarity") == ([2], [3])
    note = "similarity changed only layer 3: layer 2 has its own value; use layer2.similarity=…"
    assert [*unmoved(own, ["similarity", "crf"])] == [note]


def test_a_layer_that_does_not_use_a_knob_is_not_named():
    """Only layers that use the knob and have no value of their own count as changed."""
    luma = settings(layer2__similarity=0.3, layer3__mode="luminance")
    assert [*unmoved(luma, ["similarity"])] == [
        "similarity changed nothing: layer 2 has its own value; use layer2.similarity=…",
        "layer3.similarity has no effect: the threshold of the mode in use is "
        "layer3.luminance_threshold",
    ]
    assert still(luma, "similarity")
    four = settings(num_videos=4, layer2__similarity=0.3, layer3__mode="luminance")
    assert next(unmoved(four, ["similarity"])).startswith("similarity changed only layer 4:")
    assert not still(four, "similarity")
    mute = settings(layer2__pan=0.3, layer3__sound="off", layer1__sound="off", audio_sources=1)
    assert next(unmoved(mute, ["pan"])).startswith("pan changed nothing:")


def test_a_typed_layer_must_exist():
    """The error for a missing layer's knob suggests more layers, or the top layer instead.

    If several knobs are given for the missing layer, it suggests only more layers.
    """
    typed = {"layer5.opacity": "0.5"}
    with pytest.raises(InputError, match="there is no layer 5") as caught:
        refuse_missing_layers(settings(num_videos=4), typed)
    more = {"layer5.opacity": "0.5", "num_videos": "5"}
    assert caught.value.turns == [more, {"layer4.opacity": "0.5"}]
    with pytest.raises(InputError, match="there is no layer 5") as caught:
        refuse_missing_layers(settings(num_videos=4), {**typed, "layer5.x": "0"})
    assert caught.value.turns == [more]


@pytest.mark.parametrize(
    ("config", "note"),
    [
        (
            {"layer7__opacity": 1, "layer7__x": 0, "layer5__x": 0},
            "for layers 5 and 7, but this piece has 3 layers",
        ),
        ({"layer3__opacity": 1}, ""),
        ({"layer4__opacity": 1, "num_videos": 4}, ""),
        ({"layer4__opacity": 1, "num_videos": "2..4"}, ""),
    ],
    ids=["two", "last", "four", "drawn"],
)
def test_knobs_of_a_config_for_a_missing_layer_are_noted(config, note):
    """A note lists a config's knobs for a missing layer, unless another draw may have the layer."""
    found = [*without_layers(settings(**config))]
    assert [note in one for one in found] == ([True] if note else [])


def test_knobs_of_a_preset_for_a_missing_layer_are_not_noted():
    """If a preset sets knobs for more layers than the piece has, no note is printed."""
    preset = resolve([("preset fog", {"layer7.opacity": 1}), ("config.json", {"seed": 4})])
    assert not [*without_layers(preset)]
