"""digests: a file's digest is cached until the file's stat changes."""

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from collide.base.hashing import digest
from collide.store import digests as memo_file
from collide.store.digests import TOO_FRESH, Memo


@pytest.fixture
def memo(tmp_path: Path) -> Memo:
    """Return a memo whose folder does not exist yet."""
    return Memo(tmp_path / "cache" / "memo.db")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that collects the names of files as they are read."""
    seen: list[str] = []
    really = memo_file.digest_file

    def counted(path: Path) -> str:
        seen.append(path.name)
        return really(path)

    monkeypatch.setattr(memo_file, "digest_file", counted)
    return seen


def at_rest(path: Path, data: bytes) -> Path:
    """Write a file, wait until its digest may be cached, and return its path."""
    path.write_bytes(data)
    changed = path.stat().st_ctime_ns
    while time.time_ns() - changed <= TOO_FRESH:
        time.sleep(0.01)
    return path


def test_a_file_at_rest_is_read_once(memo: Memo, tmp_path: Path, reads: list[str]) -> None:
    """A second query only calls stat, even through a new Memo, which another process would use."""
    path = at_rest(tmp_path / "a", b"one")
    assert memo.digest(path) == memo.digest(path) == digest(b"one")
    assert Memo(memo.path).digest(path) == digest(b"one")
    assert reads == ["a"]


def test_a_file_just_written_is_not_trusted(memo: Memo, tmp_path: Path) -> None:
    """Two changes within one clock tick may leave the same stat, so a new file is always read."""
    path = tmp_path / "a"
    for turn in range(200):
        data = b"%03d" % turn
        path.write_bytes(data)
        os.utime(path, ns=(10**18, 10**18))
        assert memo.digest(path) == digest(data)


def test_a_change_that_keeps_size_and_mtime_is_detected(memo: Memo, tmp_path: Path) -> None:
    """ctime reveals a change that keeps size and mtime, as some editors and copies do."""
    path = at_rest(tmp_path / "a", b"one")
    before = path.stat()
    memo.digest(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert memo.digest(path) == digest(b"two")


def test_a_replacement_of_equal_size_and_time_is_read(memo: Memo, tmp_path: Path) -> None:
    """A replacement with the same size and time is read because its inode differs."""
    path, other = at_rest(tmp_path / "a", b"one"), tmp_path / "b"
    other.write_bytes(b"two")
    shutil.copystat(path, other)
    memo.digest(path)
    os.replace(other, path)
    assert memo.digest(path) == digest(b"two")


def test_a_touched_file_is_read_again_and_has_the_same_digest(
    memo: Memo, tmp_path: Path, reads: list[str]
) -> None:
    """A file with a new time is read again, even if its bytes are the same."""
    path = at_rest(tmp_path / "a", b"one")
    first = memo.digest(path)
    os.utime(path)
    assert memo.digest(path) == first
    assert reads == ["a", "a"]


def test_a_renamed_file_keeps_its_digest(memo: Memo, tmp_path: Path) -> None:
    """A renamed file has the same digest under its new name."""
    path = at_rest(tmp_path / "a", b"one")
    memo.digest(path)
    path.rename(tmp_path / "b")
    assert memo.digest(tmp_path / "b") == digest(b"one")


def test_a_hard_link_is_the_same_file(memo: Memo, tmp_path: Path, reads: list[str]) -> None:
    """A file with two hard links is read once if both existed before the first read."""
    path = tmp_path / "a"
    path.write_bytes(b"one")
    os.link(path, tmp_path / "b")
    at_rest(path, b"one")
    assert memo.digest(path) == memo.digest(tmp_path / "b")
    assert reads == ["a"]


def test_a_cold_memo_writes_nothing_for_a_fresh_file(memo: Memo, tmp_path: Path) -> None:
    """A query about a file that is too new to be trusted does not create a database."""
    (tmp_path / "a").write_bytes(b"one")
    memo.digest(tmp_path / "a")
    assert not memo.path.parent.exists()


def test_a_missing_file_is_an_error(memo: Memo, tmp_path: Path) -> None:
    """A missing file raises FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        memo.digest(tmp_path / "none")


def test_a_lost_memo_costs_only_another_read(memo: Memo, tmp_path: Path, reads: list[str]) -> None:
    """If the memo is deleted between two runs, the file is read again."""
    path = at_rest(tmp_path / "a", b"one")
    memo.digest(path)
    shutil.rmtree(memo.path.parent)
    assert Memo(memo.path).digest(path) == digest(b"one")
    assert reads == ["a", "a"]


@pytest.mark.parametrize("keep", [0, 16, 100, 4096])
def test_a_damaged_memo_gives_no_wrong_digest(
    memo: Memo, tmp_path: Path, reads: list[str], keep: int
) -> None:
    """However the cache of digests is damaged, it causes no wrong digest and no error."""
    path = at_rest(tmp_path / "a", b"one")
    memo.digest(path)
    with closing(sqlite3.connect(memo.path)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    whole = memo.path.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(whole[:keep] + b"\x55" * (len(whole) - keep))
    again = Memo(damaged)
    assert again.digest(path) == again.digest(path) == digest(b"one")
    assert Memo(damaged).digest(path) == digest(b"one")
    assert len(reads) <= 3, "a file that was read again is cached again"


def test_many_threads_can_share_a_memo(memo: Memo, tmp_path: Path) -> None:
    """Threads that share one cache of digests all read correct digests."""
    paths = [at_rest(tmp_path / f"{n}", b"%d" % n) for n in range(4)] * 4
    found: dict[int, str] = {}

    def ask(index: int) -> None:
        found[index] = memo.digest(paths[index])

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(len(paths))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {index: digest(path.name.encode()) for index, path in enumerate(paths)}


@pytest.mark.parametrize("column", ["digest", "proof", "ino"])
def test_a_changed_row_is_not_trusted(
    memo: Memo, tmp_path: Path, reads: list[str], column: str
) -> None:
    """If a value in the database was changed, the file is read again and the row is repaired."""
    path = at_rest(tmp_path / "a", b"one")
    memo.digest(path)
    with closing(sqlite3.connect(memo.path)) as database:
        other = f"case substr({column}, 1, 1) when 'f' then 'e' else 'f' end"
        value = "ino + 1" if column == "ino" else f"{other} || substr({column}, 2)"
        database.execute(f"update memo set {column} = {value}")
        database.commit()
    assert Memo(memo.path).digest(path) == Memo(memo.path).digest(path) == digest(b"one")
    assert reads == ["a", "a"]


def test_a_file_with_a_huge_inode_number_is_read_once(
    memo: Memo, reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with a huge inode number (some network disks use them) is read only once."""
    path, really = tmp_path / "a", os.stat
    path.write_text("a")
    os.utime(path, ns=(0, 0))

    def far(asked: Path) -> os.stat_result:
        found = really(asked)
        return os.stat_result((found[0], found[1] + (1 << 63), *found[2:]), _nanoseconds(found))

    def _nanoseconds(found: os.stat_result) -> dict[str, int]:
        old = found.st_mtime_ns - 10 * TOO_FRESH
        return {"st_mtime_ns": old, "st_ctime_ns": old}

    with monkeypatch.context() as patched:
        patched.setattr(memo_file.os, "stat", far)
        assert memo.digest(path) == memo.digest(path) == digest(b"a")
    assert reads == ["a"]
