"""flags: the arguments of `python -m collide` and the knobs that each instrument accepts."""

from pathlib import Path

import pytest

from collide.__main__ import private_state
from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.by_hand.acts import ALONE
from collide.by_hand.flags import flags, help_of, read, refuse_strange
from collide.catalog import instruments, knobs, shipped
from collide.engine.programs import find_engine
from collide.project.project import named


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Map every instrument to its flags, computed in an empty folder."""
    root = tmp_path_factory.mktemp("empty")
    house = Workspace(root, apart=root / "cache")
    project = named(house, "_")
    state = private_state(house, project, find_engine())
    found = {name: flags(name, project, state) for name in instruments()}
    assert not list(root.iterdir()), "computing the flags writes nothing"
    return found


def test_flags_accept_every_common_notation() -> None:
    """Flags accept dashes or underscores, = or a space, and negative values."""
    one = read(["post/vhs", "-i", "a", "-i", "b", "-o", "c", "--vhs-bleed=0.3", "--preset", "x,y"])
    assert (one.name, one.inputs, one.output) == ("post/vhs", [Path("a"), Path("b")], Path("c"))
    assert one.knobs == {"vhs_bleed": "0.3"}
    assert one.presets == ["x", "y"]
    assert read(["blend/look", "--hue_shift", "-10"]).knobs == {"hue_shift": "-10"}
    assert read(["x", "--show"]).shows
    assert read(["-h"]).helps


def test_an_old_flag_is_read_as_the_new_one() -> None:
    """The old name `--blend` is read as softness; both flags together are refused."""
    assert read(["blend/key", "--blend", "0.1"]).knobs == {"softness": "0.1"}
    with pytest.raises(InputError):
        read(["blend/key", "--blend", "0.1", "--softness", "0.2"])


@pytest.mark.parametrize("name", instruments())
def test_an_instrument_lists_its_own_knobs_first(name: str, turned: dict[str, list[str]]) -> None:
    """An instrument's flags are knobs without duplicates, its own first, and include `seed`."""
    own = list(instruments()[name].DEFAULTS)
    assert turned[name][: len(own)] == own
    assert len(set(turned[name])) == len(turned[name])
    assert set(turned[name]) <= knobs().keys()
    assert "seed" in turned[name]


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("post/vhs", {"fps", "crf", "encoding_preset", "audio_bitrate"}),
        ("blend/look", {"fps", "crf", "encoding_preset", "audio_bitrate"}),
        ("blend/fit", {"output_size", "fps", "crf"}),
        ("blend/place", {"output_size", "fit", "fps"}),
        ("blend/key", {"keyframes", "kmeans_colors", "rembg_use", "rembg_model", "palette_name"}),
        ("blend/coverage", {"similarity", "softness", "mode", "keyframes"}),
        ("blend/lay", {"fit", "chroma", "fps", "crf"}),
        ("blend/stack", {"fit", "opacity", "blend_mode"}),
        ("modes/rembg", {"keyframes", "rembg_model"}),
        ("blend/upright", {"crf", "encoding_preset", "audio_bitrate"}),
    ],
)
def test_a_knob_that_an_instrument_reads_is_a_flag(
    name: str, beside: set[str], turned: dict[str, list[str]]
) -> None:
    """A knob that an instrument reads but does not own is also a flag."""
    assert beside <= {*turned[name]}


def test_a_knob_without_effect_is_not_a_flag(turned: dict[str, list[str]]) -> None:
    """A knob that does not affect the instrument is not a flag."""
    others = {"hue_shift", "speed", "scale", "start", "clip", "storage", "duration", "post"}
    for name in ("post/vhs", "modes/kmeans", "source/keyframe", "audio/mix"):
        assert not others & {*turned[name]}


def test_an_instrument_that_cannot_be_played_has_its_own_flags(
    turned: dict[str, list[str]],
) -> None:
    """An instrument that cannot be played by hand has only its own flags and `seed`."""
    assert {*ALONE} < {*turned}
    for name in ALONE:
        assert turned[name] == [*instruments()[name].DEFAULTS, "seed"]


def test_a_flag_of_another_instrument_is_refused(turned: dict[str, list[str]]) -> None:
    """A knob of another instrument is refused, and the error names its owner."""
    with pytest.raises(InputError) as caught:
        refuse_strange(read(["post/vhs", "--glitch_often", "1"]), turned["post/vhs"], shipped())
    assert caught.value.why == "it is a knob of post/glitch"


def test_help_describes_every_flag(turned: dict[str, list[str]]) -> None:
    """The help prints every flag of an instrument with its description."""
    said = help_of("post/glitch", turned["post/glitch"], shipped())
    for flag in turned["post/glitch"]:
        assert f"  --{flag} " in said
    assert "a wasp in a jar" in said
