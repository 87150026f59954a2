"""ledger: doit's rows are written as tasks end; a task without a row is checked again."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collide.store.ledger import Ledger


class Codec:
    """A stand-in for doit's codec, which encodes a backend's values."""

    encode = staticmethod(json.dumps)
    decode = staticmethod(json.loads)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger file with rows for two tasks."""
    path = tmp_path / "doit" / "x.db"
    ledger = opened(path)
    for task in ("layer:1", "mux"):
        ledger.set(task, "checker:", "Contents")
        ledger.set(task, "deps:", ["a"])
    ledger.dump()
    return path


def opened(path: Path) -> Ledger:
    """Open a ledger as doit does for a verb that renders."""
    return Ledger(str(path), Codec(), writes=True)


def test_a_row_is_written_when_its_task_ends(path: Path) -> None:
    """Another process can read the row of a finished task, even if the run is killed."""
    ledger = opened(path)
    ledger.set("mix", "deps:", ["b"])
    assert opened(path).get("mix", "deps:") == ["b"]
    assert opened(path).in_("layer:1") and not opened(path).in_("loudness")


def test_a_verb_that_only_reads_creates_no_file(tmp_path: Path) -> None:
    """A verb that only reads keeps its rows in memory, without creating a file."""
    ledger = Ledger(str(tmp_path / "doit" / "x.db"), Codec())
    ledger.set("mux", "deps:", [])
    assert ledger.in_("mux")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["rubbish", "bad pages", "other table"])
def test_a_damaged_ledger_is_replaced_by_an_empty_one(path: Path, damage: str) -> None:
    """A damaged ledger is replaced without an error, and the new ledger stores rows."""
    data = path.read_bytes()
    bad = {
        "rubbish": b"rubbish" * 999,
        "bad pages": data[:4096] + b"\x55" * (len(data) - 4096),
        "other table": data.replace(b"task_data", b"task_dat`"),
    }[damage]
    path.write_bytes(bad)
    ledger = opened(path)
    assert not ledger.in_("mux")
    for task in ("mux", "mix"):
        ledger.set(task, "deps:", ["b"])
    ledger.dump()
    again = opened(path)
    assert again.get("mix", "deps:") == ["b"]


@pytest.mark.parametrize("row", ["", "{", "7", "[]", '"x"'])
def test_a_damaged_row_is_ignored(path: Path, row: str) -> None:
    """Only the task of a damaged row is checked again; all other rows are still read."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("update doit set task_data=? where task_id='mux'", (row,))
        file.commit()
    ledger = opened(path)
    assert ledger.get("mux", "deps:") is None
    assert ledger.get("layer:1", "deps:") == ["a"]
