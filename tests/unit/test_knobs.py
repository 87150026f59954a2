"""knobs: what a value means, which one holds, and what the dice make of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.catalog import knobs
from collide.errors import InputError
from collide.knobs import MOST_LAYERS, Setting, Settings, Window, find, parse, plain, resolve
from collide.step import Range

NAMES = st.sampled_from(sorted(knobs()))
TYPED = st.text(max_size=12) | st.from_regex(
    r"\[?-?[0-9.:x,]{1,8}(\.\.)?[0-9.]{0,4}\]?", fullmatch=True
)
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TYPED,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(NAMES, RAW)
def test_any_value_is_checked_or_refused_in_words(name: str, raw: Any) -> None:
    """Whatever is typed or stands in a preset: a checked value, or an InputError."""
    try:
        value = parse(name, raw)
    except InputError as error:
        assert error.fix == f"see: doit knobs {name}"  # noqa: PT017 - either end is allowed
    else:
        assert parse(name, plain(value)) == value, "a checked value is read as itself"


@given(st.text(max_size=20) | st.from_regex(r"layer[0-9]{1,2}\.[a-z_]{1,12}", fullmatch=True))
def test_any_name_is_known_or_refused_in_words(name: str) -> None:
    """Whatever stands where a knob's name should be: a knob, or an InputError."""
    try:
        assert find(name).name in knobs()
    except InputError as error:
        assert error.why  # noqa: PT017 - either end is allowed; a third one is not


@given(NAMES, st.floats(0, 1), st.floats(0, 1))
def test_a_window_is_drawn_inside_itself(name: str, one: float, other: float) -> None:
    """Every drawn value could have been typed, and lies in the window that was said."""
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


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("similarity", "0.31", 0.31),
        ("similarity", " .5 ", 0.5),
        ("similarity", 1, 1.0),
        ("similarity", "0.2..0.4", Window(0.2, 0.4)),
        ("similarity", "[0.2, 0.4]", Window(0.2, 0.4)),
        ("similarity", [0.2, 0.4], Window(0.2, 0.4)),
        ("similarity", "0.3..0.3", 0.3),
        ("hue_shift", "-12..12", Window(-12.0, 12.0)),
        ("duration", "1:05", 65.0),
        ("duration", "1:05.5", 65.5),
        ("duration", "1:00..1:30", Window(60.0, 90.0)),
        ("num_videos", "3", 3),
        ("num_videos", 3.0, 3),
        ("num_videos", "2..5", Window(2, 5)),
        ("output_size", "1280x720", "1280x720"),
        ("output_size", [1280, 720], "1280x720"),
        ("colorkey_hex", "#ff00aa", "0xFF00AA"),
        ("colorkey_hex", "FF00AA", "0xFF00AA"),
        ("color_shift", "true", True),
        ("color_shift", "False", False),
        ("color_shift", True, True),
        ("fit", " cover ", "cover"),
        ("mode", "kmeans", "kmeans"),
        ("layer3.similarity", "0.31", 0.31),
        ("layer1.fit", "contain", "contain"),
        ("clip", "wait... what, again.mp4", "wait... what, again.mp4"),
        ("clip", "夏\u3000祭り.mp4", "夏\u3000祭り.mp4"),
        ("seed", 2**53, 2**53),
    ],
)
def test_a_value_is_read_in_every_documented_form(name: str, raw: Any, value: Any) -> None:
    """Text as typed and values out of JSON mean the same, and have one type each."""
    found = parse(name, raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("similarity", "0.3x", "it takes a number from 0.001 to 1"),
        ("similarity", 2, "it takes a number from 0.001 to 1"),
        ("similarity", True, "it takes a number from 0.001 to 1"),
        ("similarity", None, "it takes a number from 0.001 to 1"),
        ("similarity", float("nan"), "it takes a number from 0.001 to 1"),
        ("similarity", "1e-1", "it takes a number from 0.001 to 1"),
        ("similarity", "0.4..0.2", "a window goes from low to high: 0.2..0.4"),
        ("similarity", "..0.2", "it takes a number from 0.001 to 1"),
        ("similarity", [0.1, 0.2, 0.3], "a window is two numbers, low and high"),
        ("similarity", [[0.1, 0.2], 0.3], "it takes a number from 0.001 to 1"),
        ("num_videos", "2.5", "it takes a whole number from 1 to 9"),
        ("num_videos", "0..3", "it takes a whole number from 1 to 9"),
        ("crf", "18..23", "it takes one value, not a window"),
        ("fit", "cover..contain", "it takes one value, not a window"),
        ("fit", "crop", "it takes one of cover, contain, stretch"),
        ("output_size", "1281x720", "it takes WIDTHxHEIGHT, both even, 16 to 8192"),
        ("output_size", [1280], "it takes WIDTHxHEIGHT, both even, 16 to 8192"),
        ("color_shift", "yes", "it takes true or false"),
        ("color_shift", 1, "it takes true or false"),
        ("colorkey_hex", "white", "it takes a color as 0xRRGGBB"),
        ("clip", "../../etc/passwd", "it takes the name of a file, without folders"),
        ("clip", "a\x1b[2J.mp4", "it takes the name of a file, without folders"),
        ("duration", "0:61", "it takes a number from 0.2 to 3600"),
        ("seed", -1, "it takes a whole number from 0 to 9007199254740992"),
    ],
)
def test_what_a_knob_cannot_be_is_refused_with_what_it_can(name: str, raw: Any, why: str) -> None:
    """The error quotes the value, says what is possible, and where to read on."""
    with pytest.raises(InputError) as caught:
        parse(name, raw)
    assert caught.value.what.startswith(f"{name}=")
    assert caught.value.what.endswith(" is not possible")
    assert (caught.value.why, caught.value.fix) == (why, f"see: doit knobs {name}")


NONE = "no knob named '{name}'"


@pytest.mark.parametrize(
    ("name", "what", "why", "fix"),
    [
        ("similarty", NONE, "is called that", "did you mean 'similarity'?"),
        ("layer2.simlarity", NONE, "is called that", "did you mean 'similarity'?"),
        ("qqqq", NONE, "is called that", "list them all: doit knobs"),
        ("layer0.fit", NONE, "one layer's knob is written layer2.", "layers are 1 to 9"),
        ("layer10.fit", NONE, "one layer's knob is written layer2.", "layers are 1 to 9"),
        (
            "layer2.fps",
            "'fps' cannot be turned for one layer",
            "one fps for the whole",
            "say fps=…",
        ),
        ("layer1.similarity", "layer 1 has no 'similarity'", "the base", "layer2.similarity=…"),
        ("stereo_panning", NONE, "is done by 'pan' now", "see: doit knobs pan"),
    ],
)
def test_an_unknown_knob_is_refused_with_the_nearest(
    name: str, what: str, why: str, fix: str
) -> None:
    """Each way of missing a knob has its own explanation."""
    with pytest.raises(InputError) as caught:
        find(name)
    assert caught.value.what == what.format(name=name)
    assert why in caught.value.why
    assert fix in caught.value.fix


def test_the_later_word_counts_for_more() -> None:
    """DEFAULTS < config's presets < config's knobs < presets typed < knobs typed, with origins."""
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


def test_a_pinned_layer_counts_for_more_than_all_layers() -> None:
    """layer2.similarity holds for layer 2 alone, whenever it was said."""
    settings = resolve(
        [("config.json", {"layer2.similarity": 0.3}), ("command line", {"similarity": 0.5})]
    )
    assert [settings.of("similarity", layer).value for layer in (2, 3)] == [0.3, 0.5]


def test_a_mistake_names_the_place_it_stands_in() -> None:
    """A bad knob of a preset says which preset; a typed one needs no place."""
    with pytest.raises(InputError, match=r"^preset fog: no knob named 'grian'"):
        resolve([("preset fog", {"grian": 1})])
    with pytest.raises(InputError, match=r"^no knob named 'grian'"):
        resolve([("command line", {"grian": 1})])


def test_nothing_is_taken_of_values_of_which_one_is_wrong() -> None:
    """A refused set of values leaves the settings as they were."""
    settings = resolve([("config.json", {"crf": 30})])
    with pytest.raises(InputError):
        settings.add({"crf": 18, "fps": "soon"}, "command line")
    assert settings.of("crf") == Setting(30, "config.json")


def test_an_old_name_is_read_and_noted_once() -> None:
    """`blend` of an old preset turns softness, for one layer too, and says so one time."""
    settings = resolve([("preset old", {"blend": 0.1, "layer2.blend": 0.2})])
    assert [settings.of("softness", layer).value for layer in (2, 3)] == [0.2, 0.1]
    assert settings.notes == ["'blend' is called 'softness' now; it was read as that"]


def test_turning_one_knob_moves_no_other_draw() -> None:
    """Pinning one value leaves every other die where it lay, in every layer."""
    before, after = resolve([]), resolve([("command line", {"contrast": 1.0})])
    for layer in range(1, MOST_LAYERS + 1):
        drawn = before.layer(layer) | {"contrast": 1.0}
        assert after.layer(layer) == drawn
    assert after.piece() == before.piece()


def test_layers_throw_dice_of_their_own() -> None:
    """A window gives each layer a value of its own, and the same one at every asking."""
    settings = resolve([("config.json", {"seed": 7})])
    drawn = [settings.layer(layer)["pan"] for layer in range(1, MOST_LAYERS + 1)]
    assert len(set(drawn)) == MOST_LAYERS
    assert drawn == [settings.layer(layer)["pan"] for layer in range(1, MOST_LAYERS + 1)]


def test_another_seed_is_another_piece() -> None:
    """The seed moves what windows give, and nothing that was said plainly."""
    one, other = (resolve([("config.json", {"seed": seed, "crf": 30})]) for seed in (1, 2))
    assert one.layer(2)["hue_shift"] != other.layer(2)["hue_shift"]
    assert one.piece()["crf"] == other.piece()["crf"] == 30


def test_every_knob_is_drawn_for_the_piece_or_for_a_layer() -> None:
    """The base has no key; together piece and upper layers have every knob."""
    settings = Settings()
    assert settings.piece().keys() | settings.layer(2).keys() == knobs().keys()
    assert settings.layer(2).keys() - settings.layer(1).keys() == {
        knob.name for knob in knobs().values() if knob.scope == "keyed"
    }


def test_every_default_can_be_typed() -> None:
    """What holds when nobody turns a knob is something its limit allows."""
    for knob in knobs().values():
        assert plain(parse(knob.name, knob.default)) == knob.default
