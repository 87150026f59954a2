"""Segments, stills and the exported command make the same steadied key."""

import json

import pytest

from tests.render.conftest import House, make_clip
from tests.render.reading import md5s, one_command, stacked, still

# A square that moves over noise like that of a dark room, so its key flickers.
NOISY = (
    "color=0x6080A0:s=160x90:r={rate}[a];color=0xC06020:s=24x24:r={rate}[b];"
    "[a][b]overlay=x='mod(t*70,136)':y='20+t*4',noise=alls=30:allf=t:all_seed=3"
)
KNOBS = {
    "seed": 5, "num_videos": 2, "output_size": "128x72", "fps": 24, "duration": 6, "storage": "raw",
    "min_resolution": 0, "min_seconds": 0, "audio_sources": 0, "colorkey_hex": "0x6080A0",
    "mode": "fixed", "color_shift": False, "similarity": 0.12, "layer1.clip": "base.mp4",
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a workspace with a base, and a long, a short and a slow clip that key badly."""
    made = House(tmp_path_factory.mktemp("steady"))
    folder = made.root / "library" / "video"
    make_clip(folder / "base.mp4", picture="testsrc2=s=160x90:r=25", seconds=7)
    make_clip(folder / "long.mp4", picture=NOISY.format(rate=24), seconds=14)
    make_clip(folder / "short.mp4", picture=NOISY.format(rate=30), seconds=2.1)
    make_clip(folder / "slow.mp4", picture=NOISY.format(rate=10), seconds=3)
    return made


PIECES = {
    "begun": {"layer2.clip": "long.mp4", "layer2.start": 0},
    "middle": {"layer2.clip": "long.mp4", "layer2.start": 0.21},
    "looped": {"layer2.clip": "short.mp4", "layer2.start": 0},
    "hurried": {"layer2.clip": "long.mp4", "layer2.speed": 1.7, "layer2.start": 0.1},
    "slowed": {"layer2.clip": "slow.mp4", "layer2.speed": 0.6, "layer2.start": 0, "fps": 29.97},
    "broadcast": {"layer2.clip": "long.mp4", "fps": 23.976, "layer2.start": 0.13},
}


def composed(house: House, name: str, **knobs: object) -> str:
    """Write a project's config, render the project and return its name."""
    path = house.root / "projects" / name / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**KNOBS, **PIECES[name.partition("-")[0]], **knobs}))
    ran = house.doit("render", f"project={name}")
    assert ran.code == 0, ran.out
    return name


@pytest.mark.parametrize("name", PIECES)
def test_command_stills_and_segments_give_the_same_frames(house: House, name: str) -> None:
    """The exported command and stills make the segments' frames.

    The stills are at both ends of the piece and on both sides of a segment boundary.
    """
    staged = stacked(house, composed(house, name))
    assert one_command(house, project=name) == staged
    fps, last = len(staged) / 6, len(staged) - 1
    border = 5 * round(fps)
    for at in (0, 1, border - 1, border, last):
        assert still(house, name, at / fps) == staged[at], at


def test_smooth_and_steady_render_only_their_layer(house: House) -> None:
    """If smooth or steady changes, the layer and later steps run; if similarity does, no layer."""
    name = composed(house, "middle")
    for knob in ("layer2.smooth=3.9", "layer2.steady=0.2"):
        ran = house.doit("render", f"project={name}", knob)
        assert ran.code == 0, ran.out
        kinds = {task for task in ran.rendered if not task.startswith(("stack:", "encode:"))}
        assert kinds == {"layer:2", "presence", "mux", "record"}, knob
        assert {"stack:0", "stack:1", "encode:0", "encode:1"} <= ran.rendered
    house.doit("render", f"project={name}")
    ran = house.doit("render", f"project={name}", "layer2.similarity=0.2", "softness=0.1")
    assert not [task for task in ran.rendered if task.startswith("layer:")]


def test_a_longer_piece_keeps_its_first_segments(house: House) -> None:
    """In a longer piece, the first segments are kept.

    The end of each segment was already steadied with the frames after it.
    """
    name = composed(house, "middle-longer")
    before = house.manifest(name)["tasks"]
    ran = house.doit("render", f"project={name}", "duration=11")
    assert ran.code == 0, ran.out
    after = house.manifest(name)["tasks"]
    for role in ("look-000.nut", "cut-000.nut"):
        assert after["layer:2"]["objects"][role] == before["layer:2"]["objects"][role]
    assert "stack:0" not in ran.rendered
    short, long = (
        md5s(house.object(tasks["layer:2"]["objects"]["cut-001.nut"]), "-f", "nut")
        for tasks in (before, after)
    )
    assert (len(short), len(long)) == (24, 120)
    assert long[:24] == short, "the last frames too"


def test_a_look_with_neutral_knobs_does_not_record_them(house: House) -> None:
    """A look with smooth=0 and steady=0 omits these knobs and differs from a steadied look.

    In a replay of the unsteadied look, neither layer 2 nor the stack is rendered.
    """
    composed(house, "begun-new")
    name = composed(house, "begun-old", smooth=0, steady=0)
    recipe = house.manifest(name)["recipe"]
    assert not {"smooth", "steady"} & set(recipe["layers"][1]["knobs"])
    assert stacked(house, name) != stacked(house, "begun-new")
    record = house.root / "projects" / name / "manifest.json"
    again = house.doit("replay", f"manifest={record}")
    assert again.code == 0, again.out
    assert not again.rendered & {"layer:2", "stack:0", "stack:1"}
