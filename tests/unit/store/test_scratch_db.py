"""scratch_db: a database that may lose rows but never returns wrong rows."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from collide.store.scratch_db import Notes, patiently, take_away, whole

TABLES = ("table words (word text primary key, count int)",)
SET = "insert or replace into words values (?,?)"
GET = "select word, count from words order by word"


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    """Return notes whose folder does not exist yet."""
    return Notes(tmp_path / "cache" / "notes.db", TABLES)


def replace_bytes(notes: Notes, data: bytes) -> None:
    """Replace the file's bytes, after merging its write-ahead log."""
    notes.close()
    with closing(sqlite3.connect(notes.path)) as file:
        file.execute("pragma wal_checkpoint(truncate)")
    notes.path.write_bytes(data)


def test_stored_rows_are_visible_to_other_processes(notes: Notes) -> None:
    """The rows of both statements are stored and visible to another connection."""
    assert notes.tell((SET, [("a", 1)]), (SET, [("b", 2)]))
    assert notes.ask(GET) == Notes(notes.path, TABLES).ask(GET) == [("a", 1), ("b", 2)]


def test_a_query_creates_no_file(notes: Notes) -> None:
    """A query does not create the file."""
    assert notes.ask(GET) == []
    assert not notes.path.parent.exists()


def test_all_statements_take_effect_or_none_does(notes: Notes) -> None:
    """If one of two statements fails, neither takes effect."""
    notes.tell((SET, [("a", 1)]))
    assert not notes.tell((SET, [("b", 2)]), ("insert into words values (?,?)", [("a", 3)]))
    assert notes.ask(GET) in ([], [("a", 1)])


@pytest.mark.parametrize("keep", [0, 16, 60, 100, 4096])
def test_a_damaged_file_counts_as_empty(notes: Notes, keep: int) -> None:
    """A damaged file reads as empty and can be filled again, whatever the damage."""
    notes.tell((SET, [("a", 1)]))
    replace_bytes(notes, (notes.path.read_bytes()[:keep] + b"\x55" * 9000)[:9000])
    again = Notes(notes.path, TABLES)
    assert again.ask(GET) == []
    assert again.tell((SET, [("b", 2)]))
    assert again.ask(GET) == Notes(notes.path, TABLES).ask(GET) == [("b", 2)]


def test_a_missing_table_counts_as_damage(notes: Notes) -> None:
    """A missing table, which a flipped bit can cause, counts as damage: the file is replaced."""
    notes.tell((SET, [("a", 1)]))
    notes.close()
    with closing(sqlite3.connect(notes.path)) as file:
        file.execute("pragma wal_checkpoint(truncate)")
    replace_bytes(notes, notes.path.read_bytes().replace(b"words", b"wordr"))
    again = Notes(notes.path, TABLES)
    assert again.ask(GET) == []
    assert again.tell((SET, [("b", 2)]))
    assert again.ask(GET) == [("b", 2)]


def test_a_file_with_different_tables_is_not_read(notes: Notes) -> None:
    """A file with tables from a different version of collide is replaced."""
    other = Notes(notes.path, ("table words (count int, word text)",))
    other.tell((SET, [(1, "a")]))
    other.close()
    assert notes.ask(GET) == []
    assert notes.tell((SET, [("b", 2)]))
    assert notes.ask(GET) == [("b", 2)]


def test_a_deleted_file_is_created_again(notes: Notes) -> None:
    """A file that is deleted while it is open is created again."""
    notes.tell((SET, [("a", 1)]))
    take_away(notes.path)
    assert notes.ask(GET) == []
    assert notes.tell((SET, [("b", 2)]))
    assert Notes(notes.path, TABLES).ask(GET) == [("b", 2)]


def test_a_full_disk_loses_no_earlier_rows(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed write is reported, and the earlier rows are kept."""
    notes.tell((SET, [("a", 1)]))

    def full() -> sqlite3.Connection:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(notes, "_file", full)
        assert not notes.tell((SET, [("b", 2)]))
        assert notes.ask(GET) == []
    assert notes.ask(GET) == [("a", 1)]


def test_threads_and_connections_can_write_at_once(notes: Notes) -> None:
    """Eight threads write together, half over separate connections, without losing a row."""

    def write(number: int) -> None:
        mine = notes if number % 2 else Notes(notes.path, TABLES)
        for turn in range(10):
            assert mine.tell((SET, [(f"{number}.{turn}", turn)]))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notes.ask(GET)) == 80


def test_a_file_with_a_bad_page_is_not_intact(notes: Notes) -> None:
    """A missing file counts as intact; a file with a bad page does not."""
    assert whole(notes.path)
    notes.tell((SET, [(f"{n}", n) for n in range(2000)]))
    assert whole(notes.path)
    notes.close()
    with closing(sqlite3.connect(notes.path)) as file:
        file.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(notes.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 900] = bytes(900)
    replace_bytes(notes, bytes(data))
    assert not whole(notes.path)


@pytest.mark.parametrize(
    ("code", "tries"),
    [(sqlite3.SQLITE_FULL, 1), (sqlite3.SQLITE_IOERR, 1), (sqlite3.SQLITE_BUSY, 3)],
)
def test_only_a_busy_file_is_retried(code: int, tries: int, tmp_path: Path) -> None:
    """A busy file is retried; a full disk or an I/O error is reported immediately."""
    tried = list[int]()

    def act() -> None:
        tried.append(code)
        if len(tried) < 3:
            error = sqlite3.OperationalError("cannot be opened")
            error.sqlite_errorcode = code
            raise error

    if tries == 1:
        with pytest.raises(sqlite3.OperationalError):
            patiently(act, tmp_path / "notes.db")
    else:
        patiently(act, tmp_path / "notes.db")
    assert len(tried) == tries


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_an_unwritable_file_is_created_again(
    notes: Notes, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """A read-only file is deleted and created again."""
    notes.tell((SET, [("a", 1)]))
    notes.close()
    shut = notes.path.with_name(notes.path.name + end)
    shut.touch()
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY

    def refused() -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda path, _: path != shut)
        with pytest.raises(sqlite3.OperationalError):
            patiently(refused, notes.path)
        patched.setattr(notes, "_file", refused)
        assert not notes.tell((SET, [("b", 2)]))
    assert not notes.path.exists()
    assert notes.tell((SET, [("c", 3)]))
    assert notes.ask(GET) == [("c", 3)]


def test_a_file_with_other_tables_is_replaced(notes: Notes) -> None:
    """A file whose tables have a different layout is replaced, so no old table remains."""
    notes.tell((SET, [("a", 1)]))
    notes.close()
    other = Notes(notes.path, ("table others (word text primary key)",))
    while not other.tell(("insert into others values (?)", [("b",)])):
        pass
    with closing(sqlite3.connect(notes.path)) as file:
        tables = file.execute("select name from sqlite_master where type = 'table'").fetchall()
    assert tables == [("others",)]
