"""source/levels and blend/look: measure a clip's light once and stretch it with one table."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.blend import look
from collide.engine.programs import find_engine
from collide.plan.clip_levels import normalized
from collide.source import levels
from tests.dry import SMALL, Dry
from tests.steps.samples import CLIP, middle
from tests.steps.studio import filtered, looked, perform, probed

# Luma 70 in the left half and 150 in the right; after 1.5 s a lamp is switched on.
GREY = "geq=lum='if(lt(X,W/2),70,150)+60*gt(T,1.5)*gt(X,W*0.9)':cb=128:cr=128"
STILL = {"levels": 0.8, "auto_normalize": False, "color_shift": True, **look.AS_SHOT}


def clip(folder: Path, picture: str, *words: str, name: str = "clip.mp4") -> Path:
    """Make a four-second clip and return its path."""
    source = ["-f", "lavfi", "-i", f"color=s=160x90:r=10:d=4,{picture}"]
    ending = words or ("-pix_fmt", "yuv420p")
    command = [str(find_engine().path), "-v", "error", "-y", *source, *ending, str(folder / name)]
    subprocess.run(command, check=True)
    return folder / name


def measured(folder: Path, path: Path) -> tuple[Clip, dict[str, Any]]:
    """Return a clip's facts and the lumas for black and white."""
    facts = probed(folder, path)
    whole, colors = normalized(facts)
    perform(folder, levels.passes({}, clip=facts, whole=whole, colors=colors), clip=path)
    written = {role: folder / role for role in levels.leaves(facts) if (folder / role).exists()}
    return facts, levels.answer(written, size=(facts.width, facts.height))


def test_the_light_range_of_a_clip_is_measured(tmp_path: Path) -> None:
    """Black and white are near the clip's darkest and brightest luma, including a late lamp."""
    _, answer = measured(tmp_path, clip(tmp_path, GREY))
    assert answer["black"] == pytest.approx((70 - 16) / 219, abs=0.01)
    assert answer["white"] == pytest.approx((210 - 16) / 219, abs=0.02), "the lamp counts too"


def test_every_color_range_is_measured_alike(tmp_path: Path) -> None:
    """A picture has the same measured and stretched light in limited range, full range and RGB."""
    forms = {
        "a.mp4": ("-pix_fmt", "yuv420p"),
        "b.mp4": ("-vf", "scale=out_range=pc,format=yuvj420p"),
        "c.mkv": ("-c:v", "ffv1", "-vf", "format=gbrp"),
    }
    seen = []
    for name, words in forms.items():
        path = clip(tmp_path, "geq=lum='if(lt(X,W/2),70,150)':cb=110:cr=150", *words, name=name)
        facts, answer = measured(tmp_path, path)
        assert answer["black"] == pytest.approx((70 - 16) / 219, abs=0.02)
        made = look.filters(STILL, clip=facts, light=answer)
        tv = "scale=iw:ih:out_range=tv:flags=bicubic+accurate_rnd+bitexact"
        raw = np.frombuffer(filtered(tmp_path, f"{made},{tv}", path, "gray"), np.uint8)
        seen.append(raw.reshape(-1, 90, 160)[:, 45, [20, 140]].astype(int).mean(axis=0))
    assert np.abs(seen[0] - seen[1]).max() <= 3
    assert np.abs(seen[0] - seen[2]).max() <= 3


def test_transparent_pixels_do_not_count(tmp_path: Path) -> None:
    """Transparent pixels, whose hidden color is often black, do not count."""
    picture = "format=gbrap,geq=r='180*gt(X,80)':g='180*gt(X,80)':b='180*gt(X,80)':a='255*gt(X,80)'"
    path = clip(tmp_path, picture, "-c:v", "qtrle", "-pix_fmt", "argb", name="clip.mov")
    facts, answer = measured(tmp_path, path)
    assert facts.alpha
    assert answer["black"] == pytest.approx(180 / 255, abs=0.03)


def test_an_undecodable_clip_keeps_its_light() -> None:
    """A clip that has no decodable part keeps its light as shot."""
    assert levels.answer({}, size=(160, 90)) == {"black": 0.0, "white": 1.0}
    assert look.filters(STILL, clip=CLIP, light={"black": 0.0, "white": 1.0}) == ""


def test_one_table_stretches_the_whole_clip(tmp_path: Path) -> None:
    """One table stretches the whole clip, so parts that do not change keep a constant light."""
    path = clip(tmp_path, GREY)
    facts, answer = measured(tmp_path, path)
    for knobs in (STILL, {**STILL, "auto_normalize": True}):
        made = look.filters(knobs, clip=facts, light=answer)
        raw = np.frombuffer(filtered(tmp_path, made, path, "gray"), np.uint8)
        left = raw.reshape(-1, 90, 160)[:, 40:50, 10:60].mean(axis=(1, 2))
        assert np.ptp(left) < 1.5, knobs
    old = look.filters({**STILL, "levels": 0.0, "auto_normalize": True}, clip=facts, light={})
    assert old == "format=gbrp,normalize=smoothing=0", "older looks stretch each frame by itself"
    raw = np.frombuffer(filtered(tmp_path, old, path, "gray"), np.uint8)
    assert raw.reshape(-1, 90, 160)[:, 45, 140].astype(int).std() > 5


@pytest.mark.parametrize(("black", "white"), [(0.3, 0.5), (0.0, 0.2), (0.45, 1.0), (0.1, 0.95)])
def test_stretching_is_gentle_and_keeps_tones_in_order(
    tmp_path: Path, black: float, white: float
) -> None:
    """Contrast grows by at most half, tones stay in order, and few of them merge."""
    steps = np.linspace(255 * black, 255 * white, 64).round().astype(np.uint8)
    picture = np.repeat(np.repeat(steps[None, :, None], 3, axis=2), 8, axis=0)
    made = look.filters(STILL, clip=None, light={"black": black, "white": white})
    seen = looked(tmp_path, f"scale=iw:ih:out_range=tv,{made}", picture)[4, :, 1].astype(float)
    assert (np.diff(seen) >= 0).all()
    assert seen[-1] - seen[0] > (255 * (white - black)) * 1.02
    assert seen[-1] - seen[0] < (255 * (white - black)) * 1.5 + 4
    assert seen[0] >= 0 and seen[-1] <= 255 and len({*seen}) >= len({*steps}) * 0.8


def test_a_clip_of_one_shade_does_not_change() -> None:
    """A one-shade clip does not change."""
    assert look.filters(STILL, clip=CLIP, light={"black": 0.4, "white": 0.41}) == ""


def test_a_clip_is_measured_once_for_all_pieces(tmp_path: Path) -> None:
    """The key of a measurement does not depend on start, length, speed or `levels`."""
    (tmp_path / "library" / "video").mkdir(parents=True)
    dry = Dry(Workspace(tmp_path))
    one = dry.walk(dry.plan({**SMALL, "start": 0.0}))
    other = dry.walk(
        dry.plan({**SMALL, "start": 0.5, "duration": 3.0, "speed": 0.7, "levels": 0.3})
    )
    for number in (1, 2, 3):
        assert one[f"levels:{number}"].key == other[f"levels:{number}"].key
    assert one["layer:2"].key != other["layer:2"].key


def test_turning_levels_renders_only_that_layer(tmp_path: Path) -> None:
    """Turning `levels` for layer 2 does not change other layers, and `why` names the knob.

    With `levels=0` or `color_shift=false`, nothing is measured.
    """
    (tmp_path / "library" / "video").mkdir(parents=True)
    dry = Dry(Workspace(tmp_path))
    first = dry.walk(dry.plan(SMALL))
    then = dry.walk(dry.plan({**SMALL, "layer2.levels": 0.2}))
    moved = {task for task, worked in then.items() if worked.key != first[task].key}
    assert {"layer:2", "stack:0"} <= moved and not moved & {"layer:1", "layer:3", "levels:2"}
    assert any("layer2.levels" in str(reason) for reason in then["layer:2"].why)
    for knobs in ({"levels": 0.0}, {"color_shift": False}):
        off = dry.plan({**SMALL, **knobs})
        assert not [task for task in off.steps if task.startswith("levels")]
    off = dry.plan({**SMALL, "levels": 0.0})
    assert all("levels" not in layer["knobs"] for layer in off.piece.recipe["layers"])


def test_limited_range_yuv_needs_no_conversion() -> None:
    """A plain limited-range YUV clip needs no conversion; full range and RGB do."""
    light = {"black": 0.1, "white": 0.8}
    assert "scale" not in look.filters(STILL, clip=CLIP, light=light)
    assert re.match("scale=", look.filters(STILL, clip=replace(CLIP, span="pc"), light=light))
    assert re.match("scale=", look.filters(STILL, clip=replace(CLIP, pixels="gbrp"), light=light))
    assert "normalize" not in look.filters(middle() | STILL, clip=CLIP, light=light)
