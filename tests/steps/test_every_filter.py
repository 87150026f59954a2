"""The laws of every instrument that is a filter chain, on real pictures; of post/ see there."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from collide.catalog import instruments, knobs
from collide.instrument import Clip
from tests.steps.samples import CLIP, arguments, ends, middle, shape
from tests.steps.studio import filtered

# Those that make one picture of one: blend/lay makes one of two, see test_lay.py; what is played
# on the finished picture, see test_every_post.py.
PICTURES = {
    name: module
    for name, module in instruments().items()
    if shape(module) == "filters"
    and not name.startswith(("audio/", "post/"))
    and name != "blend/lay"
}
NEUTRAL = {n: m for n, m in PICTURES.items() if hasattr(m, "NEUTRAL")}
SMALL = Clip(**CLIP.facts() | {"width": 64, "height": 36})


def chain(name: str, module: ModuleType, **turned: Any) -> str:
    """Return the chain of an instrument for pictures of 64x36."""
    small = {"clip": SMALL, "output_size": "48x48"}
    asked = {k: small.get(k, value) for k, value in arguments(name, module).items()}
    return str(module.filters(middle() | turned, **asked))


@pytest.mark.parametrize(("name", "module"), PICTURES.items(), ids=list(PICTURES))
def test_two_renders_are_the_same_bytes(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """Rendered again, every bit of every picture is the same."""
    first = filtered(tmp_path, chain(name, module), moving, "yuva444p")
    assert len(first) > 0
    assert filtered(tmp_path, chain(name, module), moving, "yuva444p") == first


@pytest.mark.parametrize(("name", "module"), NEUTRAL.items(), ids=list(NEUTRAL))
def test_neutral_changes_nothing(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """With every knob at its neutral place there is no filter, or one that moves no pixel."""
    neutral = chain(name, module, **module.NEUTRAL)
    assert not neutral or filtered(tmp_path, neutral, moving, "yuv420p") == filtered(
        tmp_path, "", moving, "yuv420p"
    )


@pytest.mark.parametrize(("name", "module"), NEUTRAL.items(), ids=list(NEUTRAL))
def test_each_knob_of_a_neutral_setting_does_something(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """A knob turned away from neutral changes the picture: it is not a lie."""
    untouched = filtered(tmp_path, "", moving, "yuv420p")
    for knob in module.NEUTRAL:
        turned = {**module.NEUTRAL, knob: ends(knobs()[knob])[-1]}
        assert filtered(tmp_path, chain(name, module, **turned), moving, "yuv420p") != untouched
