"""collide never accepts garbage in its records and caches, and never prints a traceback for it."""

import shutil

import pytest

from collide.base.hashing import digest_file

RUBBISH = [b"", b"\0" * 5000, b"[]", b'{"clips": 3, "objects": []}', b"[" * 100_000]
MEMORIES = [
    "memo.db",
    "doit/x.db",
    "library.json",
    "receipts/x/mux.json",
    "receipts/x/color-2.json",
]


@pytest.mark.parametrize("place", [0.3, 0.99])
@pytest.mark.parametrize("kind", ["actions", "receipts"])
def test_a_damaged_record_counts_as_missing(faulty, kind, place):
    """A record with a flipped bit counts as missing, and the video does not change."""
    before = digest_file(faulty.video())
    records = list((faulty.root / "cache" / kind).glob("*/*.json"))
    assert len(records) > 8
    for path in records:
        data = bytearray(path.read_bytes())
        data[int(len(data) * place)] ^= 1
        path.write_bytes(data)
    if kind == "actions":
        shutil.rmtree(faulty.root / "cache" / "receipts")
        faulty.video().unlink()
    faulty.again()
    assert digest_file(faulty.video()) == before
    assert faulty.again().tasks("rendered", "restored", "failed") == set()


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda data: f"{data[:8]!r}")
def test_garbage_in_all_memories_reruns_no_step(faulty, rubbish):
    """With garbage in all MEMORIES, no step reruns.

    After a knob is turned, only the steps that depend on the knob are rendered.
    """
    before = digest_file(faulty.video())
    for name in MEMORIES:
        (faulty.root / "cache" / name).write_bytes(rubbish)
    assert faulty.again().rendered == set()
    assert digest_file(faulty.video()) == before
    assert faulty.again("crf=30").rendered == {"encode:0", "encode:1", "mux", "record"}


@pytest.mark.parametrize("name", MEMORIES)
def test_garbage_in_one_memory_reruns_no_step(faulty, name):
    """With garbage in one of MEMORIES, no step reruns, and reading verbs still work."""
    (faulty.root / "cache" / name).write_bytes(b"{}")
    for verb in (["plan"], ["why"], ["info", "mux"], ["list"]):
        read = faulty.doit(*verb, "project=x")
        assert read.code in (0, 1), read.out
        assert "Traceback" not in read.out
    assert faulty.again().rendered == set()


@pytest.mark.parametrize("name", ["memo.db", "doit/x.db"])
def test_a_database_with_bad_pages_counts_as_missing(faulty, name):
    """With overwritten pages in a database, no step reruns."""
    path = faulty.root / "cache" / name
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data), 512):
        data[at : at + 64] = b"\xa5" * len(data[at : at + 64])
    path.write_bytes(data)
    assert faulty.again().rendered == set()


def test_a_cache_with_a_different_version_is_refused(faulty):
    """collide refuses a cache from a different version with a message and exit code 3."""
    (faulty.root / "cache" / "version").write_text("2")
    ran = faulty.doit("render", "project=x")
    assert ran.code == 3
    assert "was created by a different version of collide" in ran.out
    assert "Traceback" not in ran.out


def test_a_damaged_list_of_library_folders_is_reported(faulty):
    """A scan reports a damaged library.json."""
    (faulty.root / "cache" / "library.json").write_text("{")
    assert "cache/library.json was damaged" in faulty.doit("scan").out
