"""`doit prove` renders a look again outside the store and names the first task that differs."""

import shutil

from collide.base.hashing import digest_file
from collide.engine.programs import find_engine
from tests.render.refusals import tree, write


def test_a_proof_renders_every_task_and_changes_no_object(house):
    """`doit prove` reproduces the result of every task and changes neither projects nor objects.

    `doit prove` deletes its own files.
    """
    ignored = ("cache/runs", "cache/memo.db", "cache/index.db", "cache/tmp")
    before = {k: v for k, v in tree(house.root).items() if not k.startswith(ignored)}
    ran = house.doit("prove", "project=x")
    assert ran.code == 0, ran.out
    look, tasks = house.manifest()["look"], house.manifest()["tasks"]
    objects = {d for task in tasks.values() for d in task["objects"].values()}
    assert ran.out.splitlines()[-1] == (
        f"all {len(tasks)} tasks of look {look} produced the same result; "
        f"the bytes of {len(objects)} objects are the same"
    )
    assert set(tasks) - ran.rendered <= {"color:3"}, "two fixed colors are one analysis"
    after = {k: v for k, v in tree(house.root).items() if not k.startswith(ignored)}
    assert after == before
    assert list((house.root / "cache" / "tmp").iterdir()) == []


def test_an_earlier_look_can_be_proved_without_its_manifest(house):
    """`doit prove` can prove an earlier look until the records of its steps are deleted."""
    first = house.manifest()["look"]
    house.render("crf=30")
    ran = house.doit("prove", "project=x", f"look={first}")
    assert ran.code == 0, ran.out
    assert f"tasks of look {first} produced the same result" in ran.out
    shutil.rmtree(house.root / "cache" / "actions")
    said = house.doit("prove", "project=x", f"look={first}")
    assert said.code == 3 and f"the results of look {first} are no longer recorded" in said.out


def test_a_proof_finds_a_damaged_object(house):
    """`doit prove` finds a flipped bit in the store, names the task and removes the object."""
    digest = house.manifest()["tasks"]["stack:1"]["objects"]["stack.nut"]
    path = house.object(digest)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    ran = house.doit("prove", "project=x")
    assert ran.code == 1, ran.out
    assert f"ERROR: the stored result of stack:1 was damaged: {digest[:8]}\n" in ran.out
    assert not path.exists()
    assert ran.record["code"] == 1


def test_a_proof_with_a_different_engine_differs_first_in_mux(house, tmp_path, monkeypatch):
    """With a different ffmpeg, mux differs first, because the recipe in its file names ffmpeg."""
    program = tmp_path / "ffmpeg"
    program.write_text(f'#!/bin/sh\nexec "{find_engine().path}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(program))
    ran = house.doit("prove", "project=x")
    assert ran.code == 1, ran.out
    assert "ERROR: mux is the first task whose result differs\n" in ran.out
    old, new = house.manifest()["engine"]["digest"], digest_file(program)
    assert f"a different engine: {old} → {new}" in ran.out


def test_a_proof_finds_an_instrument_with_real_randomness(house):
    """`doit prove` finds a mode with real randomness and names its color task."""
    write(
        house,
        "projects/x/scripts/modes/whim.py",
        '"""modes/whim: another color each time."""\n'
        "import secrets\n"
        "DEFAULTS = {}\nLIMITS = {}\nVERSION = 1\n"
        "def analyze(knobs):\n"
        '    return {"colors": [f"0x{secrets.randbelow(1 << 24):06X}"]}\n',
    )
    house.render("layer2.mode=whim")
    ran = house.doit("prove", "project=x")
    assert ran.code == 1, ran.out
    assert "ERROR: color:2 is the first task whose result differs\n" in ran.out
    assert (
        "two runs just now produced different bytes: its instrument is not deterministic" in ran.out
    )


def test_a_proof_without_its_clip_fails(house):
    """If a clip is missing, `doit prove` fails and says so."""
    (house.root / "library" / "video" / "b.mp4").unlink()
    ran = house.doit("prove", "project=x")
    assert ran.code in (1, 3), ran.out
    assert "is missing" in ran.out
