"""recipe: an untrusted record is parsed strictly and can only set knobs and identify files."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.instrument import Range
from collide.project.recipe import Recipe, look_name, read_recipe
from tests.dry import with_toy

ONES = Range(0.0, 1.0)
ONE, TWO, ENGINE, LUT = ("0123456789abcdef" * 2, "f" * 32, "a" * 32, "b" * 32)
DATA = {
    "collide": 1,
    "engine": ENGINE,
    "seed": 7,
    "frames": 60,
    "piece": {
        "fps": 10, "duration": 6.0, "output_size": "128x72", "crf": 20, "post": "color-grade",
        "grade_lut": LUT,
    },
    "layers": [
        {"clip": ONE, "start": 0.5, "knobs": {"contrast": 1.1, "sound": "auto", "pan": 0.2}},
        {"clip": TWO, "start": 0, "knobs": {"contrast": 1.1, "similarity": 0.3, "mode": "fixed"}},
    ],
    "heard": [1],
    "beds": [{"sound": ONE, "start": 1.25}],
}  # fmt: skip

# Values of the source knobs for a recipe that is older than these knobs.
SOURCES = {
    "levels": 0.0, "still_move": "none", "still_reach": 0.1,
    "loop": "cut", "loop_fade": 1.0, "reverse": False, "freeze": -1.0,
    "deinterlace": "off", "backdrop": "0x000000", "picture_track": 0, "sound_track": 0,
}  # fmt: skip


def changed(path: str, value: object) -> dict:
    """Return DATA with one value (such as `piece.crf`) replaced; `...` deletes the value."""
    data = copy.deepcopy(DATA)
    *where, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    inner = data
    for word in where:
        inner = inner[word]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return data


def refused(data: dict) -> str:
    """Return the error raised when `data` is read."""
    with pytest.raises(InputError) as caught:
        read_recipe(data, "a file")
    assert "a file" in caught.value.what
    return str(caught.value)


def test_omitted_knobs_of_a_recipe_are_off() -> None:
    """A knob that a recipe omits is off or takes the value that stands for its absence."""
    found = read_recipe(DATA, "a file")
    assert found.knobs == {
        "seed": 7, "num_videos": 2, "audio_sources": 1, "audio_beds": 1, "pan_balance": False,
        "fps": 10, "duration": 6.0, "output_size": "128x72", "crf": 20, "post": "color-grade",
        "fade_in": 0.0, "fade_out": 0.0,
        **{f"layer{n}.{name}": value for n in (1, 2) for name, value in SOURCES.items()},
        "layer1.contrast": 1.1, "layer1.sound": "auto", "layer1.pan": 0.2,
        "layer1.sound_seam": "dip", "layer1.fill_ms": 0.0,
        "layer2.contrast": 1.1, "layer2.similarity": 0.3, "layer2.mode": "fixed",
        "layer2.choke": 0.0, "layer2.feather": 0.0, "layer2.smooth": 0.0, "layer2.steady": 0.0,
        "layer2.coverage": "off", "layer2.balance": 0, "layer2.sound": "off",
        "layer1.dice": 0, "layer2.dice": 0,
    }  # fmt: skip
    assert found.files == {"grade_lut": LUT}
    assert [(of, n, part.digest, part.start) for of, n, part in found.parts] == [
        ("layer", 1, ONE, 0.5), ("layer", 2, TWO, 0), ("bed", 1, ONE, 1.25),
    ]  # fmt: skip
    bare = changed("piece.post", ...)
    assert read_recipe(bare, "a file").knobs["post"] == "none"


def test_a_knob_that_a_recipe_predates_gets_its_old_behavior() -> None:
    """A knob newer than a recipe takes its BEFORE value, and the look keeps its name."""
    toy = {"DEFAULTS": {"fog": 1.0, "mist": 1.0}, "LIMITS": dict.fromkeys(("fog", "mist"), ONES)}
    later = with_toy(**toy, BEFORE={"mist": 0.0}, PER_LAYER=("fog", "mist"))
    full = copy.deepcopy(DATA)
    for layer in full["layers"]:
        layer["knobs"] |= SOURCES
    full["layers"][0]["knobs"] |= {"sound_seam": "dip", "fill_ms": 0.0}
    full["layers"][1]["knobs"] |= {"choke": 0.0, "feather": 0.0, "smooth": 0.0, "steady": 0.0}
    full["piece"] |= {"fade_in": 0.0, "fade_out": 0.0}
    assert read_recipe(DATA, "a file", later).full == full
    old = changed("layers.1.knobs.fog", 1.0)
    found = read_recipe(old, "a file", later)
    assert found.knobs["layer2.mist"] == 0
    assert found.look == look_name(old)
    new = with_toy(**toy, BEFORE={"fog": 0.0, "mist": 0.0}, PER_LAYER=("fog",), KEYED=("mist",))
    read = read_recipe(DATA, "a file", new).knobs
    assert {name for name in read if name.endswith(("fog", "mist"))} == {
        "layer1.fog", "layer2.fog", "layer2.mist",
    }  # fmt: skip


def test_a_manifest_and_the_file_of_a_look_hold_the_same_recipe() -> None:
    """Reading a manifest or a look file returns the recipe in it."""
    bare = read_recipe(DATA, "a file")
    assert read_recipe({"look": "whatever", "recipe": DATA, "video": 3}, "a file") == bare
    assert len(bare.look) == 8


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("collide", 2, "its format is 2"),
        ("collide", ..., "missing"),
        ("shell", "rm", "'shell' is not a known name here"),
        ("frames", ..., "missing"),
        ("frames", "abc", "its number of frames must be its duration"),
        ("frames", 60.0, "its number of frames must be its duration"),
        ("frames", 61, "its duration times its fps"),
        ("layers.0.path", "/etc/passwd", "'path' is not a known name here"),
        ("beds.0.model", ONE, "'model' is not a known name here"),
        ("layers.1.start", ..., "missing"),
        ("layers.1.knobs", [["mode", "fixed"]], "missing or malformed"),
        ("heard", [True], "numbers of layers"),
        ("heard", [1.0], "numbers of layers"),
        ("piece.fps", ..., "missing"),
        ("piece.output_size", ..., "missing"),
        ("piece.fps", "10", "fps must be written as 10, not '10'"),
        ("piece.crf", True, "crf"),
        ("layers", [], "it takes 1 to 9 layers"),
        ("layers", {}, "it takes 1 to 9 layers"),
        ("layers", [DATA["layers"][0]] * 10, "it takes 1 to 9 layers"),
        ("beds", [DATA["beds"][0]] * 4, "it takes 0 to 3 beds"),
        ("heard", [3], "numbers of layers"),
        ("heard", [1] * 12, "audio_sources=12 is not a valid value"),
        ("heard", "1", "numbers of layers"),
        ("layers.0.clip", "../../etc/passwd", "32 hexadecimal digits"),
        ("layers.0.clip", ONE.upper(), "32 hexadecimal digits"),
        ("layers.0.clip", ONE + "\n", "32 hexadecimal digits"),
        ("layers.0.start", -1, "a start is a number"),
        ("layers.0.start", True, "a start is a number"),
        ("layers.0.start", 1e9, "a start is a number"),
        ("layers.1.model", "u2netp", "32 hexadecimal digits"),
        ("layers.0.knobs", None, "missing or malformed"),
        ("layers.0.knobs.mode", "fixed", "layer 1 has no 'mode'"),
        ("layers.1.knobs.mode", "movie=/etc/passwd", "layer2.mode=movie=/etc/passwd is not"),
        ("layers.1.knobs.similarity", [0.1, 0.2], "is a range"),
        ("layers.1.knobs.similarity", "0.1..0.2", "is a range"),
        ("layers.1.knobs.clip", "c.mp4", "chooses a clip"),
        ("layers.1.knobs.take", 3, "chooses a clip"),
        ("engine", "ffmpeg", "32 hexadecimal digits"),
        ("seed", "x", "seed=x is not a valid value"),
        ("piece", None, "missing or malformed"),
        ("piece.crf", 99, "crf=99 is not a valid value"),
        ("piece.crf", "20:movie=x", "is not a valid value"),
        ("piece.nonsense", 1, "no knob named 'nonsense'"),
        ("piece.num_videos", 9, "num_videos does not belong in a recipe"),
        ("piece.storage", "raw", "storage does not belong in a recipe"),
        ("piece.grade_lut", "../../secret.cube", "32 hexadecimal digits"),
    ],
)
def test_an_invalid_recipe_is_refused(path: str, value: object, says: str) -> None:
    """An invalid part is refused, and the message says what is wrong."""
    assert says in refused(changed(path, value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    ),
    st.sampled_from(["layers", "piece", "heard", "beds", "layers.0", "layers.1.knobs", "engine"]),
)
def test_any_json_gives_a_recipe_or_an_input_error(value: object, path: str) -> None:
    """Any JSON in a recipe is read as a recipe or raises an InputError."""
    try:
        found, said = read_recipe(changed(path, value), "a file"), ""
    except InputError as error:
        found, said = None, str(error)
    assert isinstance(found, Recipe) or "a file" in said
