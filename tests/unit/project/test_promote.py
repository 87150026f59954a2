"""promote: a piece's knobs are saved as values or ranges for another project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.catalog import knobs, shipped
from collide.instrument import Range
from collide.project.promote import (
    SHAPE,
    chosen,
    explicit_knobs,
    family_of,
    of_layers,
    plainly,
    together,
    widened,
)
from collide.project.settings import Window, parse, plain, resolve

ROLLS = [k.name for k in knobs().values() if isinstance(k.limit, Range) and k.limit.rolls]


def test_shared_values_are_written_once_and_defaults_omitted() -> None:
    """A value that all layers share is written once; defaults are omitted, except the seed."""
    said = {
        "seed": 1, "crf": 20, "fps": 10, "layer1.contrast": 1.1, "layer2.contrast": 1.1,
        "layer2.similarity": 0.3, "layer3.similarity": 0.4, "layer1.sound": "on",
        "layer2.sound": "on", "layer2.opacity": 1.0, "layer3.opacity": 1.0,
    }  # fmt: skip
    assert plainly(said, shipped()) == {
        "seed": 1, "fps": 10, "contrast": 1.1, "layer2.similarity": 0.3,
        "layer3.similarity": 0.4, "layer1.sound": "on", "layer2.sound": "on",
    }  # fmt: skip


def test_knobs_of_one_project_are_saved_only_if_named() -> None:
    """Seed, clip, take and storage are omitted unless requested; an unknown knob is refused."""
    values = {"seed": 7, "layer2.clip": "b.mp4", "storage": "raw", "crf": 28, "layer2.take": 1}
    assert chosen(values, [], shipped()) == {"crf": 28}
    assert chosen(values, ["crf", "seed"], shipped()) == {"crf": 28, "seed": 7}
    assert chosen(
        {"layer2.contrast": 1.2, "layer3.contrast": 1.3}, ["layer3.contrast"], shipped()
    ) == {"layer3.contrast": 1.3}
    assert chosen({"layer2.contrast": 1.2}, ["contrast", "opacity"], shipped()) == {
        "layer2.contrast": 1.2,
        "opacity": 1.0,
    }
    with pytest.raises(InputError, match="no knob named 'contrst'"):
        chosen({}, ["contrst"], shipped())


def test_a_requested_layer_saves_its_own_knobs() -> None:
    """A request for a layer saves the knobs set for that layer alone, except its clip."""
    values = {"opacity": 0.5, "layer2.opacity": 0.9, "layer2.x": 0.1, "layer2.clip": "b.mp4"}
    assert chosen(values, ["layer2"], shipped()) == {"layer2.opacity": 0.9, "layer2.x": 0.1}
    assert [*of_layers(["layer3", "crf"], values)] == ["layer3", "crf"]


def test_typed_ranges_stay_ranges() -> None:
    """Ranges are saved as ranges, not as drawn values."""
    settings = resolve([("config.json", {"similarity": [0.2, 0.4], "layer2.contrast": 1.2})])
    assert explicit_knobs(settings) == {"similarity": [0.2, 0.4], "layer2.contrast": 1.2}


def test_values_of_several_layers_become_one_range() -> None:
    """The numbers of several layers become one range; words and the piece's knobs do not."""
    values = {"layer2.similarity": 0.3, "layer3.similarity": [0.1, 0.2], "layer2.mode": "kmeans"}
    assert together({**values, "crf": 28}, shipped()) == {
        "similarity": [0.1, 0.3],
        "layer2.mode": "kmeans",
        "crf": 28,
    }


@pytest.mark.parametrize("whole", [0.2, [0.2, 0.3]])
def test_the_range_includes_the_value_for_all_layers(whole: float | list[float]) -> None:
    """A merged range contains the common value and a layer's own value; other knobs are kept."""
    values = {
        "similarity": whole,
        "layer2.similarity": 0.4,
        "opacity": 0.5,
        "layer3.mode": "kmeans",
    }
    found = together({**values, "mode": "fixed"}, shipped())
    kept = {"opacity": 0.5, "layer3.mode": "kmeans", "mode": "fixed"}
    assert found == {"similarity": [0.2, 0.4], **kept}


def test_a_range_grows_on_both_sides_within_its_limits() -> None:
    """A value or range grows by a fraction of itself, within limits; words, 0 and crf do not."""
    assert widened(knobs()["similarity"], 0.3, 0.2) == [0.24, 0.36]
    assert widened(knobs()["pan"], -0.5, 0.2) == [-0.6, -0.4]
    assert widened(knobs()["similarity"], [0.2, 0.4], 0.5) == [0.1, 0.6]
    assert widened(knobs()["similarity"], 0.9, 0.5) == [0.45, 1.0]
    assert widened(knobs()["brightness"], 0.0, 0.5) == 0
    assert widened(knobs()["crf"], 20, 0.5) == 20
    assert widened(knobs()["mode"], "kmeans", 0.5) == "kmeans"
    assert widened(knobs()["palette_count"], 4, 0.25) == [3, 5]


@pytest.mark.parametrize("name", [k.name for k in knobs().values() if k.owner in SHAPE])
def test_the_shape_of_a_piece_is_never_widened(name: str) -> None:
    """Knobs of the instruments in SHAPE, such as length or size, are not widened or merged."""
    for value in (2, [2, 4], "x"):
        assert widened(knobs()[name], value, 0.5) == value
        assert together({f"layer2.{name}": value, f"layer3.{name}": 5}, shipped()) == {
            f"layer2.{name}": value,
            f"layer3.{name}": 5,
        }


@given(st.sampled_from(ROLLS), st.floats(0, 1), st.floats(0, 1))
def test_every_widened_value_is_valid(name: str, at: float, by: float) -> None:
    """A widened value is valid and contains the original value."""
    limit = knobs()[name].limit
    assert isinstance(limit, Range)
    value = limit.low + at * (limit.high - limit.low)
    value = parse(name, round(value) if limit.whole else round(value, 4))
    wide = widened(knobs()[name], value, by)
    back = parse(name, wide)
    assert plain(back) == wide or back == wide
    low, high = (back.low, back.high) if isinstance(back, Window) else (back, back)
    assert low <= value <= high


def test_a_preset_goes_to_the_family_of_its_knobs() -> None:
    """A preset goes to audio or post if all its knobs belong to that family, otherwise to blend."""
    assert family_of(["crf", "similarity"], shipped()) == "blend"
    assert family_of(["pan", "layer2.volume"], shipped()) == "audio"
    assert family_of(["grain", "grade_contrast"], shipped()) == "post"
    assert family_of(["grain", "similarity"], shipped()) == "blend"
