"""Damage in the shared store never changes a picture, and every fault is counted."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import BEGIN, MIDDLE, SEAL
from tests.shared.machines import ALONE

START = len(BEGIN) + SEAL + len(MIDDLE)


def unsigned(path, _machines):
    """Strip the seal of an entry."""
    path.write_bytes(path.read_bytes()[START:-1])


def forged(path, machines):
    """Seal an entry with another farm's key."""
    other = FarmKey.make(machines.folder / path.name / "farm.pem")
    inside = path.read_bytes()[START:-1]
    path.write_bytes(BEGIN + other.seal(inside).encode() + MIDDLE + inside + b"}")


def changed(path, _machines):
    """Change an entry's bytes under its old seal."""
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"seconds":', b'"seconds" :'))


def truncated(path, _machines):
    """Cut an entry in half."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path, _machines):
    """Empty an entry."""
    path.write_bytes(b"")


def stale(path, machines):
    """Copy the first entry over all entries, so each copy has a valid seal at a wrong address."""
    kept = machines.kept("ac")
    data = kept[0].read_bytes()
    if path == kept[-1]:
        for place in kept[1:]:
            place.write_bytes(data)


REASONS = {unsigned: "unsigned", forged: "forged", changed: "forged", truncated: "truncated",
           empty: "truncated", stale: "stale"}  # fmt: skip


@pytest.mark.parametrize("damage", REASONS, ids=lambda one: one.__name__)
def test_a_damaged_entry_is_a_miss(filled, video, damage):
    """A damaged entry is a miss, so its step is rendered; the reason is counted and printed."""
    for path in filled.kept("ac"):
        damage(path, filled)
    machine = filled.another()
    ran = machine.go()
    asked = {"layer:1", "stack:0", "encode:0", "mux"}
    # the first stale entry is at its own address, so its result may be fetched
    assert len(asked - ran.rendered) <= (damage is stale)
    assert machine.video().read_bytes() == video
    shared = machine.shared(ran)
    assert shared[REASONS[damage]] >= 10
    assert "shared store: rejected and rendered here: " in ran.out
    assert "rejected and rendered here: " in machine.doit("cache", "stats").out
    if damage is forged:  # new results replace forged ones, so the next machine finds all results
        assert filled.another().go().rendered == ALONE


def flipped(path):
    """Flip one bit without changing the size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    """Remove the last byte."""
    path.write_bytes(path.read_bytes()[:-1])


def longer(path):
    """Add one byte."""
    path.write_bytes(path.read_bytes() + b"x")


OBJECTS = {flipped: "damaged", cut: "truncated", longer: "damaged"}


@pytest.mark.parametrize("damage", [*OBJECTS, None], ids=lambda d: d.__name__ if d else "absent")
def test_a_damaged_object_is_rendered_again(filled, video, damage):
    """Damaged or missing objects are rendered again, which repairs the store."""
    for path in filled.kept("cas"):
        damage(path) if damage else path.unlink()
    machine = filled.another()
    ran = machine.go()
    assert "mux" in ran.rendered
    assert machine.video().read_bytes() == video
    assert machine.shared(ran)[OBJECTS[damage] if damage else "gone"] >= 1
    assert not list((machine.root / "cache" / "quarantine").iterdir())
    third = filled.another()
    ran = third.go()
    assert ran.rendered == ALONE
    assert third.video().read_bytes() == video


def test_a_partial_file_is_never_read(filled, video):
    """A partial file that a killed process left behind is never read."""
    (filled.nas / "cas" / ".half-abc").write_bytes(b"half")
    machine = filled.another()
    assert machine.go().rendered == ALONE
    assert machine.video().read_bytes() == video


def test_a_different_result_for_the_same_key_is_reported(filled, video):
    """If a machine's result differs from the store's, a note says so; the store is not changed."""
    machine = filled.another()
    code = """
import sys
from pathlib import Path
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import inside, sealed
import json
key = FarmKey.read(Path(sys.argv[1]))
for path in Path(sys.argv[2]).glob("*"):
    found = json.loads(inside(key, path.read_bytes())[0])
    body = found["body"]
    body["objects"] = {role: ["0" * 64, size] for role, (_, size) in body["objects"].items()}
    body["entry"]["key"] = "another"
    path.write_bytes(sealed(key, found["name"], body))
"""
    ac = filled.nas / "ac"
    subprocess.run([sys.executable, "-c", code, machine.key, ac], check=True, env=machine.env())
    before = {path: path.read_bytes() for path in filled.kept("ac")}
    ran = machine.go()
    assert machine.video().read_bytes() == video
    assert "not repeatable: layer:1 differs from another machine's result" in ran.out
    assert {path: path.read_bytes() for path in filled.kept("ac")} == before


def test_a_small_cache_evicts_before_it_fetches(filled, video):
    """A cache with a small limit stays within the limit, and the video is the same."""
    machine = filled.another()
    machine.more["COLLIDE_CACHE_MAX_GB"] = "0.02"
    machine.go()
    assert machine.video().read_bytes() == video
    held = sum(p.stat().st_size for p in (machine.root / "cache" / "objects").glob("*/*"))
    assert held <= 20_000_000


def test_only_farm_gc_evicts_from_the_shared_store(filled, video):
    """`cache gc` ignores the shared store; `farm gc` evicts its least recently used results."""
    machine = filled.another()
    machine.go()
    before = filled.kept("cas") + filled.kept("ac")
    assert machine.doit("cache", "gc", "keep=0").code == 0
    assert filled.kept("cas") + filled.kept("ac") == before
    assert machine.doit("farm", "gc").code == 3
    old = filled.nas / "cas" / ("0" * 64)
    old.write_bytes(bytes(3_000_000))
    os.utime(old, (1e9, 1e9))
    ran = machine.doit("farm", "gc", "keep=3M")
    assert ran.code == 0, ran.out
    assert "deleted 3.0 MB: 1 object and 0 entries; " in ran.out
    assert filled.kept("cas") + filled.kept("ac") == before
    assert filled.another().go().rendered == ALONE
    for path in filled.kept("cas") + filled.kept("ac"):
        os.utime(path, (1e9, 1e9))
    assert machine.doit("farm", "gc", "keep=0").code == 0
    assert not filled.kept("cas") + filled.kept("ac")
    third = filled.another()
    third.go()
    assert third.video().read_bytes() == video


def test_an_empty_folder_is_not_used_in_place_of_a_store(filled, video):
    """An empty folder where a used store was is reported and remains empty."""
    machine = filled.another()
    machine.go()
    shutil.rmtree(filled.nas)
    filled.nas.mkdir()
    ran = machine.go("crf=30")
    assert "it was used before, but is empty now" in ran.out
    assert not list(filled.nas.iterdir())


def test_the_record_of_a_run_contains_the_store_counts(filled):
    """A run's record lists the shared store's counts in `shared`."""
    machine = filled.another()
    machine.go()
    last = sorted(machine.records())[-1]
    assert json.loads(last.read_text())["shared"]["hits"] >= 10
