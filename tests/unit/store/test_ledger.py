"""ledger: doit's rows are written as tasks end; if lost or damaged, tasks are checked again."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collide.store.ledger import Ledger


class Codec:
    """doit's codec, with which a backend writes values."""

    encode = staticmethod(json.dumps)
    decode = staticmethod(json.loads)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger's file with a row for each of two tasks."""
    path = tmp_path / "doit" / "x.db"
    ledger = opened(path)
    for task in ("layer:1", "mux"):
        ledger.set(task, "checker:", "Contents")
        ledger.set(task, "deps:", ["a"])
    ledger.dump()
    return path


def opened(path: Path) -> Ledger:
    """Open a ledger as doit does."""
    return Ledger(str(path), Codec(), writes=True)


def test_a_row_is_there_when_its_task_ends(path: Path) -> None:
    """Without a final write, as after a kill, another process still reads the row."""
    ledger = opened(path)
    ledger.set("mix", "deps:", ["b"])
    assert opened(path).get("mix", "deps:") == ["b"]
    assert opened(path).in_("layer:1") and not opened(path).in_("loudness")


def test_a_verb_that_looks_makes_no_file(tmp_path: Path) -> None:
    """Its rows live in memory, and queries still work."""
    ledger = Ledger(str(tmp_path / "doit" / "x.db"), Codec())
    ledger.set("mux", "deps:", [])
    assert ledger.in_("mux")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["rubbish", "bad pages", "other table"])
def test_a_damaged_ledger_is_begun_anew(path: Path, damage: str) -> None:
    """It is empty, later rows are kept, and no error appears."""
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
def test_a_damaged_row_is_no_row(path: Path, row: str) -> None:
    """One task is asked again; the others are remembered."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("update doit set task_data=? where task_id='mux'", (row,))
        file.commit()
    ledger = opened(path)
    assert ledger.get("mux", "deps:") is None
    assert ledger.get("layer:1", "deps:") == ["a"]
