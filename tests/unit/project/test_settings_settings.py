"""settings: which of several settings wins, and what is drawn from a range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.catalog import knobs
from collide.instrument import Range
from collide.project.settings import MOST_LAYERS, Setting, Settings, parse, plain, resolve

NAMES = st.sampled_from(sorted(knobs()))


def test_the_later_source_wins() -> None:
    """Later sources override earlier ones, and each value keeps its origin."""
    said = [
        ("preset a", {"crf": 1, "fps": 10, "fit": "stretch"}),
        ("config.json", {"crf": 2, "fps": 11}),
        ("preset b (typed)", {"crf": 3}),
        ("command line", {"crf": "4"}),
    ]
    assert resolve([]).of("crf") == Setting(20, "default")
    for count, (origin, _) in enumerate(said, start=1):
        assert resolve(said[:count]).of("crf") == Setting(count, origin)
    settings = resolve(said)
    assert settings.of("fps") == Setting(11, "config.json")
    assert settings.of("fit") == Setting("stretch", "preset a")


def test_a_pinned_layer_wins_over_all_layers() -> None:
    """A config's layer2.similarity applies only to layer 2 and overrides a command's similarity."""
    settings = resolve(
        [("config.json", {"layer2.similarity": 0.3}), ("command line", {"similarity": 0.5})]
    )
    assert [settings.of("similarity", layer).value for layer in (2, 3)] == [0.3, 0.5]


def test_an_error_names_its_source() -> None:
    """An error in a preset names the preset; an error in the command's knobs names no source."""
    with pytest.raises(InputError, match=r"^preset fog: no knob named 'grian'"):
        resolve([("preset fog", {"grian": 1})])
    with pytest.raises(InputError, match=r"^no knob named 'grian'"):
        resolve([("command line", {"grian": 1})])


def test_one_bad_value_changes_no_setting() -> None:
    """If one of several values is refused, the settings are unchanged."""
    settings = resolve([("config.json", {"crf": 30})])
    with pytest.raises(InputError):
        settings.add({"crf": 18, "fps": "soon"}, "command line")
    assert settings.of("crf") == Setting(30, "config.json")


def test_an_old_knob_name_is_read_and_noted_once() -> None:
    """`blend` in an old preset sets softness, even for single layers, and one note is printed."""
    settings = resolve([("preset old", {"blend": 0.1, "layer2.blend": 0.2})])
    assert [settings.of("softness", layer).value for layer in (2, 3)] == [0.2, 0.1]
    assert settings.notes == ["'blend' is now called 'softness', which was set instead"]


def test_fixing_one_value_changes_no_other_draw() -> None:
    """Fixing one value leaves every other draw unchanged, in every layer."""
    before, after = resolve([]), resolve([("command line", {"contrast": 1.0})])
    for layer in range(1, MOST_LAYERS + 1):
        drawn = before.layer(layer) | {"contrast": 1.0}
        assert after.layer(layer) == drawn
    assert after.piece() == before.piece()


def test_each_layer_draws_its_own_value() -> None:
    """A range gives each layer its own value, which never changes."""
    settings = resolve([("config.json", {"seed": 7})])
    drawn = [settings.layer(layer)["pan"] for layer in range(1, MOST_LAYERS + 1)]
    assert len(set(drawn)) == MOST_LAYERS
    assert drawn == [settings.layer(layer)["pan"] for layer in range(1, MOST_LAYERS + 1)]


def test_the_seed_affects_ranges_but_not_fixed_values() -> None:
    """The seed affects ranges, but not fixed values."""
    one, other = (resolve([("config.json", {"seed": seed, "crf": 30})]) for seed in (1, 2))
    assert one.layer(2)["hue_shift"] != other.layer(2)["hue_shift"]
    assert one.piece()["crf"] == other.piece()["crf"] == 30


def test_every_knob_is_drawn_for_the_piece_or_for_a_layer() -> None:
    """The piece and an upper layer together have every knob; the base has no keying knobs."""
    settings = Settings()
    assert settings.piece().keys() | settings.layer(2).keys() == knobs().keys()
    assert settings.layer(2).keys() - settings.layer(1).keys() == {
        knob.name for knob in knobs().values() if knob.scope == "keyed"
    }


def test_every_default_can_be_typed() -> None:
    """Each knob's limit allows its default."""
    for knob in knobs().values():
        assert plain(parse(knob.name, knob.default)) == knob.default


@given(NAMES, st.floats(0, 1), st.floats(0, 1))
def test_every_drawn_value_is_within_its_range(name: str, one: float, other: float) -> None:
    """Every drawn value is valid and within its range."""
    limit = knobs()[name].limit
    if not isinstance(limit, Range) or not limit.rolls:
        return
    ends = [limit.low + at * (limit.high - limit.low) for at in sorted((one, other))]
    low, high = (round(end) if limit.whole else end for end in ends)
    settings = resolve([("command line", {name: [low, high]})])
    layer = None if knobs()[name].scope == "piece" else 2
    for seed in range(5):
        drawn = settings.roll(name, seed, layer)
        assert low <= drawn <= high
        assert parse(name, drawn) == drawn
