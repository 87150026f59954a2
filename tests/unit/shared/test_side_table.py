"""side_table: SHA-256 digests, the speed of the link, and counts, kept from run to run."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collide.base.hashing import digest
from collide.shared.side_table import UNMEASURED, SideTable


def table(folder: Path) -> SideTable:
    """Return the table of a cache, as a new process opens it."""
    return SideTable(folder, "file:///nas")


def test_a_file_is_read_once_for_both_its_digests(tmp_path: Path) -> None:
    """A file's SHA-256 is kept after the file is deleted, even for later processes."""
    path, known = tmp_path / "a", table(tmp_path)
    path.write_bytes(b"data")
    sha256 = hashlib.sha256(b"data").hexdigest()
    assert known.of_file(digest(b"data"), path) == sha256
    path.unlink()
    assert known.of_file(digest(b"data"), path) == sha256
    known.keep({})
    assert table(tmp_path).sha256(digest(b"data")) == sha256


def test_a_missing_or_different_file_has_no_digest(tmp_path: Path) -> None:
    """A missing or different file raises a LookupError and is not recorded."""
    path, known = tmp_path / "a", table(tmp_path)
    path.write_bytes(b"data")
    for place in (path, tmp_path / "none"):
        with pytest.raises(LookupError):
            known.of_file(digest(b"other"), place)
    assert known.sha256(digest(b"other")) is None


def test_a_damaged_row_counts_as_missing(tmp_path: Path) -> None:
    """Each row includes a checksum, so a changed row returns no digest."""
    known = table(tmp_path)
    known.learn("a" * 32, "b" * 64)
    known.keep({})
    with closing(sqlite3.connect(tmp_path / "shared.db")) as file, file:
        file.execute("update names set sha256=?", ("c" * 64,))
    assert table(tmp_path).sha256("a" * 32) is None


def test_a_table_without_keep_writes_nothing(tmp_path: Path) -> None:
    """If `keep` is not set (reading verbs do not set it), a table writes nothing."""
    known = table(tmp_path)
    known.learn("a" * 32, "b" * 64)
    known.note_transfer("get", 10, 1.0)
    known.close()
    assert not list(tmp_path.iterdir())


def test_the_speed_follows_the_latest_transfers(tmp_path: Path) -> None:
    """Before its first transfer, a direction takes the other direction's speed or a guess.

    The latest transfers count most.
    """
    known = table(tmp_path)
    assert known.speed("get") == UNMEASURED
    known.note_transfer("put", 100, 1.0)
    assert known.speed("get") == known.speed("put") == pytest.approx(100)
    known.note_transfer("get", 50, 1.0)
    assert known.speed("get") == pytest.approx(50)
    known.keep({})
    later = table(tmp_path)
    assert later.speed("get") == pytest.approx(50)
    for _ in range(50):
        later.note_transfer("get", 10, 1.0)
    assert later.speed("get") == pytest.approx(10, rel=0.01)


def test_counts_add_up_over_runs(tmp_path: Path) -> None:
    """Each store has its own counts, and they add up over several runs."""
    for _ in range(2):
        known = table(tmp_path)
        known.keep({"hits": 2, "sent": 0})
        known.close()
    assert table(tmp_path).counted() == {"hits": 4}
    assert SideTable(tmp_path, "s3://other").counted() == {}
