"""look= opens a rendered look again, and knobs given with look= override the look's values."""

import json
import re

import pytest

from tests.render.conftest import SMALL, House, copied, ffmpeg
from tests.render.refusals import answered, in_process, tree

TURNED = ["layer2.similarity=0.2", "contrast=1.3", "crf=30", "post=color-grade", "duration=4"]


def make_sound(path) -> None:
    """Write a small sound file."""
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "anoisesrc=a=0.1:seed=3:d=4", str(path))


def looks(house, project: str = "x") -> list[str]:
    """Return the names of the recorded looks."""
    return sorted(path.stem for path in (house.root / "projects" / project / "looks").iterdir())


@pytest.fixture(scope="module")
def turned(tmp_path_factory, rendered) -> House:
    """Return a workspace that rendered project x twice, the second time with other knobs."""
    house = copied(rendered, tmp_path_factory.mktemp("turned") / "house")
    house.render(*TURNED)
    return house


@pytest.fixture
def two(tmp_path, rendered, turned):
    """Return a workspace with two looks in its project x, and the looks' names, older first."""
    house = copied(turned.root, tmp_path / "house")
    first = json.loads((rendered / "projects" / "x" / "manifest.json").read_text())["look"]
    return house, first, house.manifest()["look"]


def test_a_look_gives_the_same_bytes_whatever_the_config(two):
    """A look is rendered to the same bytes, whatever knobs and clips config.json sets now."""
    house, first, second = two
    video = house.video().read_bytes()
    house.render()
    before = house.video().read_bytes()
    assert video != before
    words = [
        "similarity=0.9",
        "layer3.mode=kmeans",
        "seed=8",
        "layer2.dice=5",
        "layer2.clip=any",
        "post=analog",
    ]
    assert house.doit("set", "project=x", *words, "layer1.sound=off", "spread=0.8").code == 0
    for look, bytes_ in ((second, video), (first, before)):
        ran = house.doit("render", "project=x", f"look={look[:5]}")
        assert ran.code == 0, ran.out
        assert ran.rendered <= {"record"}
        assert house.manifest()["look"] == look
        assert house.video().read_bytes() == bytes_
        assert f"to keep it: doit set project=x look={look}" in ran.out


@pytest.mark.parametrize(
    "knobs",
    [
        ["spread=0.8", "audio_sources=3"],
        ["audio_beds=1", "bed_volume=-3"],
        ["post=color-grade,vhs", "grade_lut=warm.cube"],
        ["layer2.mode=random", "layer3.mode=kmeans", "layer3.coverage=0.3..0.6"],
        ["num_videos=2", "audio_sources=0", "speed=0.5"],
        ["layer3.take=2", "layer3.clip=any", "layer3.scale=0.5", "layer3.blend_mode=screen"],
    ],
    ids=" ".join,
)
def test_a_look_restores_its_pans_beds_luts_and_dice(house, knobs):
    """A look restores its pans, beds, LUTs and dice, even after the config has changed."""
    (house.root / "library" / "audio").mkdir()
    make_sound(house.root / "library" / "audio" / "rain.wav")
    (house.root / "library" / "luts").mkdir()
    cube = "".join(f"{r} {g} {b / 2}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    (house.root / "library" / "luts" / "warm.cube").write_text(f"LUT_3D_SIZE 2\n{cube}")
    house.render(*knobs)
    look, video = house.manifest()["look"], house.video().read_bytes()
    (house.root / "library" / "luts" / "warm.cube").rename(
        house.root / "library" / "luts" / "other.cube"
    )
    house.render("similarity=0.9", "seed=9")
    assert house.manifest()["look"] != look
    words = [
        "layer1.pan=0.9",
        "coverage=0.8..0.9",
        "post=analog",
        "audio_beds=1",
        "silence_lufs=-30",
    ]
    assert house.doit("set", "project=x", "seed=9", *words).code == 0
    ran = house.doit("render", f"look={look}")
    assert ran.code == 0, ran.out
    assert house.manifest()["look"] == look, ran.out
    assert house.video().read_bytes() == video
    assert ran.rendered <= {"record"}


def test_unrendered_cells_are_hidden_by_default(two):
    """`looks` and `diff` omit unrendered cells unless all=true is given or the cell is named."""
    house, first, second = two
    swept = [*SMALL, "at=1"]
    assert house.doit("sweep", "project=x", "layer2.gamma=0.8,1.1,1.4", *swept).code == 0
    cells = {*looks(house)} - {first, second}
    assert len(cells) == 3
    ran = house.doit("looks", "project=x")
    shown = [line[:8] for line in ran.out.splitlines()]
    assert shown[:2] == [second, first] and not {*shown} & cells
    assert ran.out.splitlines()[-1] == (
        "not shown: 3 cells of sweeps and rolls; to list them: doit looks project=x all=true"
    )
    every = house.doit("looks", "project=x", "all=true").out
    assert every.count("not rendered") == 3 and "not shown" not in every
    assert f"\n{first}" in every and cells <= {line[:8] for line in every.splitlines()}
    assert house.doit("diff", "project=x").out.startswith(f"{first} → {second}\n")
    one, other, last = sorted(cells)
    assert house.doit("diff", "project=x", f"b={one}").out.startswith(f"{second} → {one}\n")
    compared = house.doit("diff", "project=x", "all=true").out.splitlines()[0].split(" → ")
    assert {*compared} & cells
    assert house.doit("render", "project=x", f"look={one}").code == 0
    ran = house.doit("looks", "project=x")
    assert ran.out.startswith(one) and "not shown: 2 cells of sweeps and rolls" in ran.out
    assert other not in ran.out and last not in ran.out


def test_the_name_of_a_look_finds_its_project(two):
    """A look's name is enough to find its project; an unknown name or a path is refused."""
    house, first, _ = two
    assert house.doit("render", f"look={first}").code == 0
    assert house.manifest()["look"] == first
    assert "ERROR: no project has a look 'zz'\n" in answered(house, "render", "look=zz")
    for one in (f"x/{first}", f"x:{first}", f"projects/x/looks/{first}.json"):
        assert f"doit render look={first} project=x" in answered(house, "render", f"look={one}")


def test_knobs_typed_with_a_look_override_it(two):
    """A knob given with a look applies to all layers, and a layer's knob only to that layer."""
    house, first, second = two
    ran = house.doit("plan", "project=x", f"look={second}", "similarity=0.35")
    assert "similarity 0.2 → 0.35" in ran.out
    assert "similarity 0.3 → 0.35" in ran.out
    house.render()
    ran = house.doit("why", "project=x", f"look={first}", "layer3.similarity=0.5", "crf=31")
    assert "stack: layer3.similarity 0.3 → 0.5\n" in ran.out
    assert "encode: crf 20 → 31\n" in ran.out
    assert "layer2" not in ran.out and "layer 2" not in ran.out


def test_one_layer_of_a_look_can_draw_a_new_clip(two):
    """With a look and take=, the layer draws a new clip, and the other clips do not change."""
    house, _, _ = two
    assert house.doit("set", "project=x", "layer3.clip=any").code == 0
    house.render()
    look = house.manifest()["look"]
    before = {clip["layer"]: clip["clip"] for clip in house.manifest()["clips"]}
    takes = set()
    for take in range(1, 6):  # one take alone could draw the same clip
        house.render(f"look={look}", f"layer3.take={take}")
        after = {clip["layer"]: clip["clip"] for clip in house.manifest()["clips"]}
        assert {n: after[n] for n in (1, 2)} == {n: before[n] for n in (1, 2)}
        takes.add(after[3])
    assert takes - {before[3]}


def test_a_typed_clip_replaces_one_clip_of_a_look(two):
    """A clip chosen for a layer together with a look replaces only that layer's clip."""
    house, first, _ = two
    assert house.doit("set", "project=x", "layer1.clip=any", "layer2.clip=any").code == 0
    before = {clip["layer"]: clip["clip"] for clip in house.manifest()["clips"]}
    ran = house.doit("render", "project=x", f"look={first}", "layer3.clip=c.mp4")
    assert ran.code == 0, ran.out
    after = {clip["layer"]: clip["clip"] for clip in house.manifest()["clips"]}
    assert {n for n in before if before[n] != after[n]} == {3}


def test_a_look_can_be_set_and_undone(two):
    """`doit set look=` writes the look into config.json; `doit undo` restores the old config."""
    house, first, _ = two
    config = json.loads((house.root / "projects/x/config.json").read_text())
    assert house.doit("set", "project=x", "seed=8", "layer1.clip=any", "similarity=0.8").code == 0
    other = json.loads((house.root / "projects/x/config.json").read_text())
    ran = house.doit("set", "project=x", f"look={first}")
    assert ran.code == 0, ran.out
    assert re.search(rf"^look {first} is set, .* \(\d+ knobs changed\)$", ran.out, re.MULTILINE)
    ran = house.doit("render", "project=x")
    assert ran.code == 0, ran.out
    assert house.manifest()["look"] == first
    assert ran.rendered <= {"record"}
    assert house.doit("undo", "project=x").code == 0
    assert json.loads((house.root / "projects/x/config.json").read_text()) == other
    assert house.doit("undo", "project=x").code == 0
    assert json.loads((house.root / "projects/x/config.json").read_text()) == config


def test_a_roll_after_setting_a_look_solves_thresholds_again(two):
    """A roll frees the thresholds of a set look, except in kept layers; `undo` restores them."""
    house, first, _ = two
    out = in_process(house, "set", "project=x", f"look={first}").out
    assert f"look {first} is set, with its clips a.mp4" in out
    assert "\nnext: doit tune project=x " in out
    path = house.root / "projects/x/config.json"
    fixed = json.loads(path.read_text())
    assert not isinstance(fixed["similarity"], list) and fixed["balance"] == 0
    ran = house.doit("roll", "project=x", "keep=layer3", "min_resolution=0", "min_seconds=0")
    assert ran.code == 0, ran.out
    assert "layer2.similarity = 0.14..0.44\n" in ran.out
    rolled = json.loads(path.read_text())
    assert isinstance(rolled["layer2.similarity"], list) and rolled["layer2.balance"] == 1
    assert not {"layer3.similarity", "layer3.balance"} & rolled.keys()
    assert house.doit("undo", "project=x").code == 0
    assert json.loads(path.read_text()) == fixed


def test_an_unknown_look_is_refused_with_the_nearest_names(two):
    """A look's name is refused if it matches no look, several looks, or a changed file."""
    house, first, second = two
    said = answered(house, "render", "project=x", "look=zz")
    assert said == (
        "ERROR: x has no look 'zz'\n"
        f"  why  there are {second}, {first}\n"
        "  fix  see them: doit looks project=x"
    )
    path = house.root / f"projects/x/looks/{first}.json"
    twin = path.with_name(f"{first[:7]}{'0' if first[7] != '0' else '1'}.json")
    twin.write_bytes(path.read_bytes())
    both = answered(house, "plan", "project=x", f"look={first[:7]}")
    assert both.startswith(f"ERROR: look={first[:7]} matches 2 looks of x\n")
    said = answered(house, "plan", "project=x", f"look={twin.stem}")
    assert said.startswith(f"ERROR: projects/x/looks/{twin.name} contains a different look\n")
    assert f"it contains look {first}: it was changed" in said
    named = answered(house, "new", "project=y", f"look={first}")
    assert named.startswith("ERROR: doit new has no variable 'look'\n")


def test_a_look_without_its_clip_uses_stored_results(two):
    """If a clip of a look is missing, a render uses stored results and names the clip."""
    house, first, _ = two
    (house.root / "library" / "video" / "b.mp4").unlink()
    ran = house.doit("render", "project=x", f"look={first}")
    assert ran.code == 0, ran.out
    assert (
        "layer 2: its clip library/video/b.mp4 is missing; its stored results are used" in ran.out
    )
    assert ran.rendered <= {"record"}


def test_reading_a_look_writes_nothing(two):
    """Reading a look with `plan`, `why` or `knobs` leaves the workspace unchanged."""
    house, first, _ = two
    before = tree(house.root)
    for words in (["plan"], ["why"], ["knobs"], ["knobs", "similarity"]):
        ran = house.doit(*words, "project=x", f"look={first}")
        assert ran.code == 0, ran.out
    assert tree(house.root) == before
    assert f"from look {first}" in ran.out


def test_a_repeated_command_refuses_a_now_ambiguous_prefix(two):
    """A repeated command is refused once its look's prefix has become ambiguous."""
    house, first, _ = two
    for _ in range(2):
        assert house.doit("render", "project=x", f"look={first}").code == 0
    path = house.root / f"projects/x/looks/{first}.json"
    twin = path.with_name(f"{first[:7]}{'0' if first[7] != '0' else '1'}.json")
    assert house.doit("render", "project=x", f"look={first[:7]}").code == 0
    assert house.doit("render", "project=x", f"look={first[:7]}").code == 0
    twin.write_bytes(path.read_bytes())
    assert house.doit("render", "project=x", f"look={first[:7]}").code == 3


def test_the_name_of_a_star_opens_its_look(two):
    """A star's name opens its look.

    After the first look is rendered again, `doit looks` still calls it the first.
    """
    house, first, _ = two
    assert in_process(house, "star", "project=x", f"look={first}", "name=first").code == 0
    out = in_process(house, "set", "project=x", "look=first").out
    assert f"look {first} is set, " in out
    assert in_process(house, "why", "look=first").code == 0
    assert house.render(f"look={first}").code == 0
    rows = in_process(house, "looks", "project=x").out.splitlines()
    assert rows[0].startswith(first) and "  starred as first  " in rows[0]
    assert rows[0].endswith("  the first")
    assert "contrast" in rows[1]
    listed = json.loads(in_process(house, "looks", "project=x", "json=true").out)["looks"]
    assert [one["differs"] == [] for one in listed] == [True, False]
    said = answered(house, "set", "project=x", "look=frist")
    assert "it has one star, first, and the looks " in said and "did you mean 'first'?" in said
    gone = in_process(house, "star", "project=x", "look=first", "off=true").out
    assert f"look {first} is no longer starred" in gone
    assert "its video is kept: projects/x/output/first.mp4" in gone
    assert (house.root / "projects/x/output/first.mp4").exists()
