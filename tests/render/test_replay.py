"""`doit replay` reproduces the bytes of a record; an untrusted record can only be rendered."""

import json
import shutil
from pathlib import Path

import pytest

from collide.engine.programs import find_engine
from collide.project.release import RELEASE, why_other_bytes
from tests.render.conftest import record
from tests.render.refusals import write


@pytest.mark.parametrize("kind", ["manifest", "look", "video"])
def test_a_replay_in_another_workspace_gives_the_same_bytes(house, friend, kind):
    """A replay with a cold cache and different clip names makes the same bytes."""
    ran = friend.doit("replay", f"manifest={record(house, kind)}")
    assert ran.code == 0, ran.out
    look = house.manifest()["look"]
    made = friend.video(f"look-{look}")
    assert made.read_bytes() == house.video().read_bytes()
    tasks = len(house.manifest()["tasks"])
    said = f"all {tasks} tasks of the record, and " if kind == "manifest" else ""
    assert f"the same bytes: {said}projects/look-{look}/output/look-{look}.mp4\n" in ran.out
    assert ran.rendered >= {"layer:1", "layer:2", "layer:3", "stack:0", "encode:0", "mux"}
    assert friend.manifest(f"look-{look}")["look"] == look


def test_a_replay_equals_a_render_with_four_parallel_tasks(house, friend):
    """A render with four parallel tasks makes the same bytes as the record.

    A later replay of the record renders neither pictures nor sounds.
    """
    ran = friend.doit("new", f"from={record(house, 'look')}", "project=y")
    assert ran.code == 0, ran.out
    ran = friend.doit("-n", "4", "render", "project=y")
    assert ran.code == 0, ran.out
    assert friend.video("y").read_bytes() == house.video().read_bytes()
    ran = friend.doit("replay", f"manifest={record(house, 'manifest')}")
    assert ran.code == 0, ran.out
    assert ran.rendered <= {"record"}


def test_a_replay_in_its_workspace_delivers_to_its_project(house):
    """Replaying a project's own record delivers the video to the project."""
    video = house.video().read_bytes()
    house.video().unlink()
    shutil.rmtree(house.root / "cache")
    ran = house.doit("replay", "manifest=projects/x/manifest.json")
    assert ran.code == 0, ran.out
    assert house.video().read_bytes() == video
    assert sorted(p.name for p in (house.root / "projects").iterdir()) == ["x"]


def test_a_replay_without_a_clip_names_it(house, friend):
    """`doit replay` refuses a record with a missing clip and does not create a project."""
    (friend.root / "library" / "video" / "trip" / "their b.mp4").unlink()
    assert friend.doit("scan").code == 0
    ran = friend.doit("replay", f"manifest={record(house, 'manifest')}")
    assert ran.code == 3
    (digest,) = (c["clip"] for c in house.manifest()["clips"] if c["layer"] == 2)
    assert f"ERROR: a clip is missing: b.mp4 of layer 2 (content {digest[:8]})\n" in ran.out
    assert "or add their folder: doit scan path=DIR" in ran.out
    assert not (friend.root / "projects").exists()


def test_a_replay_with_another_engine_needs_engine_new(house, friend, tmp_path, monkeypatch):
    """A different ffmpeg is refused; with engine=new, a replay reports the first difference."""
    program = tmp_path / "ffmpeg"
    program.write_text(f'#!/bin/sh\nexec "{find_engine().path}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(program))
    ran = friend.doit("replay", f"manifest={record(house, 'manifest')}")
    assert ran.code == 3 and "was rendered by a different ffmpeg\n" in ran.out, ran.out
    assert "engine=new" in ran.out
    assert not (friend.root / "projects").exists()
    ran = friend.doit("replay", f"manifest={record(house, 'manifest')}", "engine=new")
    assert ran.code == 0, ran.out
    assert "rendered by a different ffmpeg; the first difference is in mux\n" in ran.out


@pytest.mark.parametrize("typed", [(), ("engine=new",)])
def test_a_replay_that_differs_names_the_first_task(house, typed):
    """If a task differs from the record, `doit replay` names the task and exits with 1.

    With engine=new, a difference is still an error if ffmpeg is the same.
    """
    manifest = house.manifest()
    manifest["tasks"]["stack:1"]["objects"]["stack.nut"] = "0" * 32
    write(house, "other.json", json.dumps(manifest))
    ran = house.doit("replay", "manifest=other.json", *typed)
    assert ran.code == 1
    assert "ERROR: stack:1 differs from the record in other.json\n" in ran.out


@pytest.mark.parametrize("kind", ["manifest", "look"])
def test_a_record_of_another_release_gives_the_same_look(house, kind):
    """The look in a record of a different release is rendered; a note says why bytes differ."""
    told = json.loads(Path(record(house, kind)).read_text())
    assert told["release"] == RELEASE
    told["video"] = "0" * 32
    if kind == "manifest":
        told["tasks"]["encode:0"]["objects"]["part.mp4"] = "0" * 32
    for release in (None, 1, "two", RELEASE + 1):
        write(house, "other.json", json.dumps({**told, "release": release}))
        ran = house.doit("replay", "manifest=other.json")
        assert ran.code == 0, ran.out
        assert f"the same look, {told['look']}: projects/x/output/x.mp4\n" in ran.out
        named = release if type(release) is int else 1
        assert f"bytes cannot match: other.json is from {why_other_bytes(named)}\n" in ran.out


def test_a_replay_of_an_old_record_can_report_equal_bytes(house):
    """`doit replay` reports identical bytes even for a record from release 1.

    A difference from a record of the current release is an error.
    """
    told = house.manifest()
    write(house, "other.json", json.dumps({**told, "release": 1}))
    ran = house.doit("replay", "manifest=other.json")
    assert ran.code == 0 and "the same bytes: all " in ran.out, ran.out
    video = house.root / "cut.mp4"
    video.write_bytes(house.video().read_bytes() + bytes(1))
    ran = house.doit("replay", f"manifest={video}")
    assert ran.code == 1 and "mux differs from the record in " in ran.out, ran.out


def test_a_manifest_of_another_release_is_not_proved(house):
    """`doit prove` refuses a manifest from a different release, because its bytes cannot match."""
    path = house.root / "projects" / "x" / "manifest.json"
    path.write_text(json.dumps({**house.manifest(), "release": 1}))
    ran = house.doit("prove", "project=x")
    assert ran.code == 3 and "cannot produce the same bytes again\n" in ran.out, ran.out
    assert why_other_bytes(1) in ran.out


@pytest.mark.parametrize("strange", [("frames", "abc"), ("frames", None), ("shell", "rm")])
def test_a_record_with_an_invalid_entry_is_not_replayed(house, strange):
    """`doit replay` refuses a record with an extra or invalid entry.

    The gallery skips such a record.
    """
    manifest, (name, value) = house.manifest(), strange
    manifest["recipe"][name] = value
    write(house, "strange.json", json.dumps(manifest))
    before = sorted(p.name for p in (house.root / "projects").iterdir())
    ran = house.doit("replay", "manifest=strange.json")
    assert ran.code == 3 and "strange.json is not a look that collide can read\n" in ran.out, (
        ran.out
    )
    assert sorted(p.name for p in (house.root / "projects").iterdir()) == before
    write(house, "projects/x/looks/0badc0de.json", json.dumps(manifest))
    ran = house.doit("gallery", "project=x")
    assert ran.code == 0 and "skipped: " in ran.out, ran.out


def test_a_record_that_gives_a_different_look_is_refused(house):
    """A record that would be a different look here is refused, and no project is created."""
    manifest = house.manifest()
    manifest["recipe"]["piece"]["grade_contrast"] = 1.0  # color-grade is not in the piece's chain
    write(house, "other.json", json.dumps(manifest))
    for more in ([], ["engine=new"]):
        ran = house.doit("replay", "manifest=other.json", *more)
        assert ran.code == 3 and "other.json makes a different look here\n" in ran.out, ran.out
    assert sorted(p.name for p in (house.root / "projects").iterdir()) == ["x"]


def test_a_foreign_record_can_only_render(house, tmp_path):
    """collide refuses or ignores paths and filters in a record, and writes only into the cache."""
    manifest = house.manifest()
    manifest["names"] = dict.fromkeys(manifest["names"], "../../../secret\u202e")
    manifest["video"] = "../../x"
    manifest["tasks"]["layer:2"]["objects"] = {"../../evil": "f" * 32}
    manifest["recipe"]["piece"]["post"] = "color-grade,movie=/etc/passwd"
    write(house, "evil.json", json.dumps(manifest))
    for verb in (["replay", "manifest=evil.json"], ["identify", "file=evil.json"]):
        ran = house.doit(*verb)
        assert ran.code == 3 and "post=color-grade,movie=/etc/passwd is not" in ran.out, ran.out
    manifest["recipe"] = house.manifest()["recipe"]
    write(house, "evil.json", json.dumps(manifest))
    before = {p for p in tmp_path.rglob("*") if "cache" not in p.parts}
    ran = house.doit("replay", "manifest=evil.json")
    assert ran.code == 1 and "layer:2 differs from the record in" in ran.out
    assert {p for p in tmp_path.rglob("*") if "cache" not in p.parts} == before
