"""settings: how the values of knobs are read and why invalid values are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.catalog import knobs
from collide.limits import BadValueError
from collide.project.settings import Window, find, parse, plain

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
def test_any_value_is_checked_or_refused_with_a_message(name: str, raw: Any) -> None:
    """Any text or JSON value becomes a checked value or raises an InputError."""
    try:
        value = parse(name, raw)
    except InputError as error:
        assert error.fix  # noqa: PT017 - either outcome is allowed
    else:
        assert parse(name, plain(value)) == value, "a checked value is read as itself"


@given(st.text(max_size=20) | st.from_regex(r"layer[0-9]{1,2}\.[a-z_]{1,12}", fullmatch=True))
def test_any_name_is_found_or_refused_with_a_message(name: str) -> None:
    """Any text is a knob's name or raises an InputError."""
    try:
        assert find(name).name in knobs()
    except InputError as error:
        assert error.why  # noqa: PT017 - either outcome is allowed


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
    """Equivalent texts and JSON values become the same value and type."""
    found = parse(name, raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("similarity", "0.3x", "takes a number from 0.001 to 1"),
        ("similarity", 2, "takes a number from 0.001 to 1"),
        ("similarity", True, "takes a number from 0.001 to 1"),
        ("similarity", None, "takes a number from 0.001 to 1"),
        ("similarity", float("nan"), "takes a number from 0.001 to 1"),
        ("similarity", "1e-1", "takes a number from 0.001 to 1"),
        (
            "similarity",
            "0.4..0.2",
            "takes a range with its lower end first; "
            "a range stands for one value and does not move",
        ),
        ("similarity", "..0.2", "takes a number from 0.001 to 1"),
        ("similarity", [0.1, 0.2, 0.3], "takes a range of two numbers, LOW..HIGH"),
        ("similarity", [[0.1, 0.2], 0.3], "takes a number from 0.001 to 1"),
        ("num_videos", "2.5", "takes a whole number from 1 to 9"),
        ("num_videos", "0..3", "takes a whole number from 1 to 9"),
        ("crf", "18..23", "takes one value, not a range: a whole number from 0 to 51"),
        (
            "fit",
            "cover..contain",
            "takes one value, not a range: one of contain, blur, cover, stretch",
        ),
        (
            "fit",
            ["cover", "contain"],
            "takes one value, not a range: one of contain, blur, cover, stretch",
        ),
        ("fit", "crop", "takes one of contain, blur, cover, stretch"),
        ("output_size", "1281x720", "takes WIDTHxHEIGHT, both even, 16 to 8192"),
        ("output_size", [1280], "takes WIDTHxHEIGHT, both even, 16 to 8192"),
        ("color_shift", "yes", "takes true or false"),
        ("color_shift", 1, "takes true or false"),
        ("colorkey_hex", "white", "takes a color as 0xRRGGBB"),
        ("clip", "../../etc/passwd", "takes the name of a file, or the end of its path"),
        ("clip", "a\x1b[2J.mp4", "takes the name of a file, or the end of its path"),
        ("duration", "0:61", "takes a number from 0.2 to 3600"),
        ("seed", -1, "takes a whole number from 0 to 9007199254740992"),
    ],
)
def test_an_invalid_value_is_refused_with_the_valid_ones(name: str, raw: Any, why: str) -> None:
    """The error quotes an invalid value, says what the knob takes, and suggests a near value."""
    with pytest.raises(BadValueError) as caught:
        parse(name, raw)
    assert caught.value.what.startswith(f"{name}=")
    assert caught.value.what.endswith(" is not a valid value")
    assert caught.value.why == f"{name} {why}"
    instead = caught.value.instead
    near = f"for instance {name}={instead}; " if instead else ""  # empty if no value is near
    assert caught.value.fix == f"{near}see: doit knobs {name}"
    if instead:
        parse(name, instead)


@pytest.mark.parametrize(
    ("name", "raw", "instead"),
    [
        ("similarity", "2", "1"),
        ("similarity", -1, "0.001"),
        ("similarity", "0.4..0.2", "0.2..0.4"),
        ("similarity", "0.5..7", "0.5..1"),
        ("similarity", "abc", ""),
        ("num_videos", "2.5", "2"),
        ("crf", "18..23", "18"),
        ("color_shift", "yes", "true"),
        ("mode", "kmean", "kmeans"),
        ("post", "colour-grade,vsh", "color-grade,vhs"),
        ("output_size", "1281x9", "1280x16"),
        ("clip", "../x", ""),
    ],
)
def test_the_intended_value_is_proposed(name: str, raw: Any, instead: str) -> None:
    """The error for an invalid value suggests the nearest number, word or size, if one is near."""
    with pytest.raises(BadValueError) as caught:
        parse(name, raw)
    assert caught.value.instead == instead


NONE = "no knob named '{name}'"


@pytest.mark.parametrize(
    ("name", "what", "why", "fix"),
    [
        ("similarty", NONE, "has that name", "did you mean 'similarity'?"),
        ("layer2.simlarity", NONE, "has that name", "did you mean 'similarity'?"),
        ("qqqq", NONE, "has that name", "list them all: doit knobs"),
        ("layer0.fit", NONE, "one layer's knob is written layer2.", "layers are numbered 1 to 9"),
        ("layer10.fit", NONE, "there are 9 layers at most", "layers are numbered 1 to 9"),
        (
            "layer2.fps",
            "'fps' cannot be set for one layer",
            "the whole piece has one fps",
            "use fps=…",
        ),
        ("layer1.similarity", "layer 1 has no 'similarity'", "the base", "layer2.similarity=…"),
        ("stereo_panning", NONE, "replaced by 'pan'", "see: doit knobs pan"),
    ],
)
def test_an_unknown_knob_is_refused_with_the_nearest(
    name: str, what: str, why: str, fix: str
) -> None:
    """Each kind of unknown knob has its own explanation."""
    with pytest.raises(InputError) as caught:
        find(name)
    assert caught.value.what == what.format(name=name)
    assert why in caught.value.why
    assert fix in caught.value.fix
