"""collide finds damaged objects, actions, databases and videos before use, and repairs them."""

import os
from pathlib import Path

import pytest

from collide.base.hashing import digest_file
from collide.store.entry import unsealed
from tests.fault.conftest import Faulty
from tests.fault.damages import Damages

# Each kind of object with the task that reads it, or "" if only delivery copies it.
READ_BY = [
    ("keyframe:2", "color:2"),
    ("layer:1", "stack:0"),
    ("layer:2", "stack:1"),  # the stack reads the colors and the cut
    ("layer:2", "presence"),  # presence reads samples of the cut
    ("audio:1", "mix"),
    ("mix", "loudness"),
    ("loudness", "mux"),
    ("stack:0", "encode:0"),
    ("encode:1", "mux"),
    ("mux", ""),
    ("record", ""),
]


def flip(path: Path) -> None:
    """Flip one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def cut(path: Path) -> None:
    """Remove the second half."""
    os.truncate(path, path.stat().st_size // 2)


def swap(path: Path) -> None:
    """Replace the content with zeros of the same length."""
    path.write_bytes(bytes(path.stat().st_size))


def grow(path: Path) -> None:
    """Append a byte."""
    path.write_bytes(path.read_bytes() + b"\0")


DAMAGE = {"flipped": flip, "cut": cut, "swapped": swap, "grown": grow, "gone": Path.unlink}


def hurt(path: Path, how: str) -> None:
    """Damage a file and restore its times and permissions."""
    before = path.stat()
    path.chmod(0o644)
    DAMAGE[how](path)
    if path.exists():
        path.chmod(before.st_mode)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def receipt(house: Faulty, task: str) -> Path:
    """Return the path of a task's receipt."""
    return house.root / "cache" / "receipts" / "x" / f"{task.replace(':', '-')}.json"


def action(house: Faulty, task: str) -> Path:
    """Return the path of a task's action."""
    key = unsealed(receipt(house, task).read_bytes())["key"]
    return house.root / "cache" / "actions" / key[:2] / f"{key}.json"


def objects_of(house: Faulty, task: str) -> list[Path]:
    """Return the files of a task's objects."""
    made = unsealed(receipt(house, task).read_bytes())["objects"]
    return [house.object(digest) for digest, _ in made.values()]


def forget(house: Faulty, task: str) -> None:
    """Delete a task's action and receipt to make the task run again."""
    action(house, task).unlink()
    receipt(house, task).unlink()


def seen(house: Faulty) -> dict[str, str]:
    """Return the digests of the video and the selection."""
    folder = house.root / "projects" / "x"
    return {name: digest_file(folder / name) for name in ("output/x.mp4", "selection.json")}


@pytest.mark.parametrize(("task", "reader"), READ_BY)
def test_a_render_finds_a_flipped_bit_and_repairs_it(faulty, task, reader):
    """A render finds a flipped bit when it reads the object, and makes the object again.

    All objects except the record get the same bytes as before.
    """
    before, objects = seen(faulty), objects_of(faulty, task)
    for path in objects:
        hurt(path, "flipped")
    if reader:
        forget(faulty, reader)
    faulty.video().unlink()
    (faulty.root / "projects" / "x" / "manifest.json").unlink()
    ran = faulty.again()
    assert task in ran.rendered
    assert seen(faulty) == before
    quarantined = {path.name for path in (faulty.root / "cache" / "quarantine").iterdir()}
    assert quarantined, "the damaged object is kept to be looked at"
    assert quarantined <= {path.name for path in objects}
    if task == "record":  # the record contains durations, so its bytes always differ
        assert faulty.manifest()["recipe"]["frames"] == 60
        return
    healed = [path for path in objects if path.exists() and digest_file(path) == path.name]
    assert quarantined <= {path.name for path in healed}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_render_repairs_damage_to_all_objects(faulty, how):
    """Even if every object is damaged, a render makes the same video again, byte for byte."""
    before = seen(faulty)
    every = [path for path in (faulty.root / "cache" / "objects").glob("*/*") if path.is_file()]
    for path in every:
        hurt(path, how)
    for task in {reader for _, reader in READ_BY if reader}:
        forget(faulty, task)
    faulty.video().unlink()
    ran = faulty.again()
    assert {"layer:1", "layer:2", "stack:0", "encode:1", "loudness", "mux"} <= ran.rendered
    assert seen(faulty) == before
    assert len(every) > 10
    for task in ("layer:1", "stack:0", "mux", "loudness"):
        assert all(digest_file(path) == path.name for path in objects_of(faulty, task)), task


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_video_is_replaced_from_the_store(faulty, how):
    """collide replaces a damaged or missing video with a copy of its object, without rendering."""
    before = seen(faulty)
    hurt(faulty.video(), how)
    ran = faulty.again()
    assert ran.rendered == set()
    assert ran.tasks("restored") == {"mux"}
    assert seen(faulty) == before


def test_random_damage_is_found_and_repaired(faulty):
    """collide finds and repairs random damage to objects, actions and databases."""
    damages = Damages(faulty, seed=8)
    wrong = damages.objects(5) + damages.objects(5) + damages.actions(5) + damages.database()
    assert wrong == []
    assert damages.done.total() >= 10
