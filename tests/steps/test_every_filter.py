"""The laws of filter chains on real frames, except blend/lay and those of audio/ and post/."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from collide.catalog import instruments, knobs
from collide.instrument import chain as joined
from tests.steps.samples import arguments, ends, middle, shape
from tests.steps.studio import filtered, kinds, laid_out

# Instruments that turn one picture into another; test_lay.py covers blend/lay, which joins two
# pictures, and test_every_post.py covers post/.
PICTURES = {
    name: module
    for name, module in instruments().items()
    if shape(module) == "filters"
    and not name.startswith(("audio/", "post/"))
    and name != "blend/lay"
}
NEUTRAL = {n: m for n, m in PICTURES.items() if hasattr(m, "NEUTRAL")}
PLANES = {"blend/key", "blend/matte", "blend/edge"}  # instruments whose input is a grey plane


def chain(name: str, module: ModuleType, **turned: Any) -> str:
    """Return the chain of an instrument for 64x36 pictures."""
    return made(name, module, "filters", **turned)


def made(name: str, module: ModuleType, part: str, **turned: Any) -> str:
    """Return the chain of an instrument's function `part`, for 64x36 pictures."""
    # sizes that suit a 64x36 picture
    small = {"output_size": "48x48", "picture": (64, 36), "matte": "format=gray"}
    play = getattr(module, part)
    asked = {k: small.get(k, value) for k, value in arguments(name, module, None, play).items()}
    if "clip" in asked:
        asked["clip"] = replace(asked["clip"], width=64, height=36)
    found = str(play(middle() | turned, **asked))
    if part == "around":  # `around` surrounds the fitted picture
        found = joined(made(name, module, "filters", **turned), found)
    grey = part in ("plane", "thinned") or (part == "filters" and name in PLANES)
    return f"format=gray,{found}" if found and grey else found


@pytest.mark.parametrize(("name", "module"), PICTURES.items(), ids=list(PICTURES))
def test_rendering_twice_gives_the_same_bytes(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """Rendering a chain twice makes the same bytes."""
    first = filtered(tmp_path, chain(name, module), moving, "yuva444p")
    assert len(first) > 0
    assert filtered(tmp_path, chain(name, module), moving, "yuva444p") == first


TURNS: dict[str, list[dict[str, Any]]] = {
    "blend/backdrop": [{"backdrop": color} for color in ("0x000000", "0x40A0E0")],
    "blend/deinterlace": [{"deinterlace": fields} for fields in ("auto", "top", "bottom")],
    "blend/edge": [{"choke": c, "feather": f} for c in (-8, 8) for f in (8, 60)],
    "blend/fit": [{"fit": fit} for fit in ("contain", "blur", "cover", "stretch")],
    "blend/key": [{"softness": soft} for soft in (0, 0.3)],
    "blend/look": [
        {"auto_normalize": whole, "levels": levels, "hue_shift": 40.0}
        for whole, levels in ((True, 0.0), (True, 0.8), (False, 0.8))
    ],
    "blend/matte": [{"matte_softness": soft} for soft in (0, 0.7)],
}
PARTS = [
    (name, part)
    for name, module in PICTURES.items()
    for part in ("filters", "colors", "cut", "plane", "around", "kept")
    if hasattr(module, part)
]


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_every_processor_renders_the_same_bits(
    name: str, part: str, moving: Path, tmp_path: Path
) -> None:
    """Every chain makes the same bits in plain C and with every instruction set."""
    laid_out(tmp_path, "pq")
    for turned in TURNS.get(name, [{}]):
        played = made(name, PICTURES[name], part, **turned)
        for pixels in ("yuva420p", "gray"):
            found = {filtered(tmp_path, played, moving, pixels, kind) for kind in ("all", *kinds())}
            assert len(found) == 1, f"{turned} {pixels}"


@pytest.mark.parametrize(("name", "module"), NEUTRAL.items(), ids=list(NEUTRAL))
def test_neutral_knobs_change_nothing(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """With neutral knobs, an instrument adds no filter or a filter that leaves pixels unchanged."""
    neutral = chain(name, module, **module.NEUTRAL)
    assert not neutral or filtered(tmp_path, neutral, moving, "yuv420p") == filtered(
        tmp_path, "", moving, "yuv420p"
    )


@pytest.mark.parametrize(("name", "module"), NEUTRAL.items(), ids=list(NEUTRAL))
def test_turning_any_neutral_knob_changes_the_picture(
    name: str, module: ModuleType, moving: Path, tmp_path: Path
) -> None:
    """A knob turned away from neutral changes the picture."""
    untouched = filtered(tmp_path, "format=gray" if name in PLANES else "", moving, "yuv420p")
    for knob in module.NEUTRAL:
        turned = {**module.NEUTRAL, knob: ends(knobs()[knob])[-1]}
        assert filtered(tmp_path, chain(name, module, **turned), moving, "yuv420p") != untouched
