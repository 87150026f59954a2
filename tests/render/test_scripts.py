"""A project's script plays in a chain, as a mode and by hand, and can move into collide."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import collide
from tests.render.conftest import REPO, House
from tests.render.reading import one_command, posted, stacked, still

TOYS = Path(__file__).parent / "toys"

DAWN = '''"""modes/dawn: the palest grey opens, at any hour of the day.

Play it in tests only.
Reads nothing; returns one color.
"""

from typing import Any

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how pale it is
    # low: 0 = night; high: 255 = noon; typical 240
    "dawn": 240,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"dawn": Range(0, 255)}

KEYED = ("dawn",)


def analyze(knobs: Knobs) -> dict[str, Any]:
    """Return a grey."""
    return {"colors": ["0x" + 3 * f"{knobs['dawn']:02X}"]}
'''


@pytest.fixture
def trying(house: House) -> House:
    """Return the rendered workspace, with two scripts in its project."""
    for family in ("post", "modes"):
        (house.root / "projects" / "x" / "scripts" / family).mkdir(parents=True)
    shutil.copy(TOYS / "blink.py", script(house, "post/blink"))
    script(house, "modes/dawn").write_text(DAWN)
    return house


def script(house: House, name: str) -> Path:
    """Return the path of a script of the project."""
    return house.root / "projects" / "x" / "scripts" / f"{name}.py"


def by_hand(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    """Play an instrument by hand in the workspace."""
    where = getattr(house, "package", REPO)
    return subprocess.run(
        [sys.executable, "-m", "collide", *words], cwd=house.root,
        env={**os.environ, "PYTHONPATH": str(where)}, capture_output=True, text=True,
    )  # fmt: skip


def test_the_fix_for_an_alias_names_the_knob_of_the_script(trying: House) -> None:
    """In the script's project, the fix for an alias names the right knob, value or effect."""
    words = 'ALIASES = {"dawn": "daybreak"}\nVALUE_ALIASES = {"dawn": {"dawn=250": "noon"}}\n'
    script(trying, "modes/dawn").write_text(f"{DAWN}\n{words}")
    blink = script(trying, "post/blink")
    blink.write_text(f'{blink.read_text()}\nVALUE_ALIASES = {{"post": {{"post=blink": "wink"}}}}\n')
    for typed, meant in (
        ("daybreak=200", "dawn=200"),
        ("layer2.dawn=noon", "layer2.dawn=250"),
        ("post=wink", "post=blink"),
    ):
        ran = trying.doit("set", "project=x", typed)
        assert ran.code == 3 and f"doit set project=x {meant}" in ran.out, ran.out
    assert "dawn" not in trying.doit("set", "project=y", "daybreak=200").out


def test_a_script_plays_only_in_the_chain_of_its_project(trying: House) -> None:
    """`post` accepts a script's name only in the script's own project."""
    before = posted(trying)
    trying.render("post=blink", "blink=0.5")
    assert posted(trying) != before
    refused = trying.doit("render", "project=y", "post=blink")
    assert refused.code == 3
    assert "post=blink is not a valid value" in refused.out
    assert "how much the light comes and goes" in trying.doit("knobs", "blink", "project=x").out


def test_a_changed_mode_script_finds_its_colors_again(trying: House) -> None:
    """If a mode's script changes, the mode finds its colors again, even with the same VERSION."""
    said = ("layer2.mode=dawn", "layer2.dawn=250")
    assert "color:2" in trying.render(*said).rendered
    assert not trying.render(*said).rendered
    text = DAWN.replace("def analyze", "# tuned\ndef analyze")
    script(trying, "modes/dawn").write_text(text)
    ran = trying.render(*said)
    assert "color:2" in ran.rendered
    assert "layer:2" not in ran.rendered, "the changed mode finds the same color"


def test_a_script_plays_alone_only_with_its_project(trying: House) -> None:
    """By hand, a script plays only with --project."""
    clip, out = str(trying.root / "library" / "video" / "a.mp4"), str(trying.root / "o.mp4")
    done = by_hand(trying, "post/blink", "-i", clip, "-o", out, "--project", "x", "--blink", "0.4")
    assert done.returncode == 0, done.stderr
    assert by_hand(trying, "post/blink", "-i", clip, "-o", out).returncode == 3
    said = by_hand(trying, "modes/dawn", "--project", "x", "--dawn", "16")
    assert json.loads(said.stdout) == {"colors": ["0x101010"]}


def test_a_script_moved_into_collide_gives_the_same_pictures(trying: House) -> None:
    """A script moved into collide makes the same pictures and plays without a project."""
    trying.render("post=blink", "blink=0.5")
    tried = posted(trying)
    package = trying.root / "collide"
    shutil.copytree(Path(collide.__file__).parent, package)
    trying.package = trying.root
    script(trying, "post/blink").rename(package / "post" / "blink.py")
    trying.render("post=blink", "blink=0.5")
    assert posted(trying) == tried
    clip, out = str(trying.root / "library" / "video" / "a.mp4"), str(trying.root / "o.mp4")
    assert by_hand(trying, "post/blink", "-i", clip, "-o", out).returncode == 0


def test_a_script_cannot_use_the_name_of_an_instrument(trying: House) -> None:
    """A script cannot have the name of one of collide's own instruments."""
    script(trying, "post/blink").rename(script(trying, "post/vhs"))
    refused = trying.doit("plan", "project=x")
    assert refused.code == 3
    assert "projects/x/scripts/post/vhs.py cannot be played" in refused.out


CHAINED = '''"""FAMILY/NAME: one more filter in a chain, for tests.

Play it in tests only.
Reads and writes the pictures or the sound of its layer.
"""

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how much of it there is
    # low: 0 = none; high: 1 = all; typical 0
    "NAME": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"NAME": Range(0.0, 1.0)}

PER_LAYER = ("NAME",)

AFTER = "PLACE"


def filters(knobs: Knobs) -> str:
    """Return the chain."""
    return f"FILTER={knobs['NAME']}" if knobs["NAME"] else ""
'''


def test_a_script_plays_where_after_says(trying: House) -> None:
    """A script plays where AFTER says.

    If the knob is turned for one layer, no picture or sound of another layer is rendered.
    """
    places = (
        ("blend", "wash", "blend/look", "eq=brightness"),
        ("audio", "hush", "audio/equalizer", "volume"),
    )
    for family, name, place, plays in places:
        path = script(trying, f"{family}/{name}")
        path.parent.mkdir()
        words = {"FAMILY": family, "NAME": name, "PLACE": place, "FILTER": plays}
        text = CHAINED
        for word, said in words.items():
            text = text.replace(word, said)
        path.write_text(text)
    trying.render("sound=on")
    kinds = ("layer:", "audio:", "color:")
    for said, task, why in (
        ("layer2.wash=0.4", "layer:2", "wash 0 → 0.4"),
        ("layer1.hush=0.5", "audio:1", "hush 0 → 0.5"),
    ):
        ran = trying.render("sound=on", said)
        made = [name for name in ran.rendered if name.startswith(kinds)]
        assert task in made and not {*made} - {task, "color:2"}, ran.out
        assert why in ran.out
    assert not trying.render("sound=on").rendered


SWAY = '''"""blend/sway: the brightness of a layer comes and goes.

Play it in tests only.
Reads and writes the pictures of its layer.
"""

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how far the light goes
    # low: 0 = it stays; high: 1 = night falls; typical 0
    "sway": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"sway": Range(0.0, 1.0)}

PER_LAYER = ("sway",)

AFTER = "blend/PLACE"


def filters(knobs: Knobs) -> str:
    """Return the chain."""
    return f"eq=brightness='-{knobs['sway']}TIMES':eval=frame"
'''
STACKED = {"stack:0", "stack:1", "encode:0", "encode:1", "mux", "record"}


@pytest.mark.parametrize("place", ["pace", "look", "fit", "key", "place"])
def test_a_script_plays_after_the_step_that_it_names(trying: House, place: str) -> None:
    """A script after the pace, look or fit is part of a layer's color plane.

    A script after the key or place is part of the stack. Segments, the exported command and a still
    make the same picture.
    """
    stacked_there = place in ("key", "place")
    times = "*abs(sin(t))" if stacked_there else ""  # a color plane is stored once for all loops
    path = script(trying, "blend/sway")
    path.parent.mkdir()
    path.write_text(SWAY.replace("TIMES", times).replace("PLACE", place))
    words = ["layer2.scale=0.7", "layer2.x=0.2", "layer2.feather=12", "layer3.opacity=0.8"]
    trying.render(*words)
    plain = stacked(trying)
    said = [*words, "layer2.sway=0.8", "layer3.sway=0.3"]
    ran = trying.render(*said)
    expected = {
        "pace": {"layer:2", "layer:3", "presence"},
        "look": {"layer:2", "layer:3", "presence"},
        "fit": {"layer:2", "layer:3"},  # presence does not read this script
    }
    assert ran.rendered == STACKED | expected.get(place, set())
    frames = stacked(trying)
    moved = [n for n, (one, other) in enumerate(zip(plain, frames, strict=True)) if one != other]
    assert len(moved) > 50, "where the sine is near 0 there is nothing to see"
    small = ["output_size=128x72", "fps=10", "duration=6", "min_resolution=0"]
    assert one_command(trying, *small, *said) == frames
    assert still(trying, "x", 5.3, *small, *said) == frames[53]


def test_a_blend_script_without_a_place_is_refused(trying: House) -> None:
    """A script in blend/ is refused unless it declares its place."""
    path = script(trying, "blend/dust")
    path.parent.mkdir()
    path.write_text(DAWN.replace("modes/dawn", "blend/dust").replace("dawn", "dust"))
    refused = trying.doit("render", "project=x", "layer2.dust=9")
    assert refused.code == 3
    assert "projects/x/scripts/blend/dust.py cannot be played" in refused.out
    assert 'add a line to it: AFTER = "blend/look", or move it out of scripts/' in refused.out


def test_a_preset_that_names_a_path_runs_no_code(trying: House) -> None:
    """A preset that names a path or an unknown effect is refused and runs no code."""
    trap = trying.root / "trap.py"
    trap.write_text(f"open({str(trying.root / 'read')!r}, 'w')")
    preset = trying.root / "presets" / "post" / "trap.json"
    for value in ("../../trap", "trap", str(trap), "scripts/trap"):
        preset.write_text(json.dumps({"post": value}))
        assert trying.doit("render", "project=x", "preset=trap").code == 3
    assert not (trying.root / "read").exists()


def test_a_script_that_exits_is_refused(house):
    """A script that exits is refused with an error and exit code 3."""
    script = house.root / "projects" / "x" / "scripts" / "post" / "dust.py"
    script.parent.mkdir(parents=True)
    script.write_text("raise SystemExit(0)\n")
    ran = house.doit("plan", "project=x")
    assert ran.code == 3 and "post/dust.py cannot be played" in ran.out, ran.out
