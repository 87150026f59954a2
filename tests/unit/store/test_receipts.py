"""receipts: the last result of a task, accepted only if intact."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.store import receipts as here
from collide.store.entry import Entry, ObjectRef, sealed, unsealed
from collide.store.receipts import Receipt, Receipts

ENTRY = Entry(
    "k" * 32, {"a.nut": ObjectRef("d" * 32, 5)}, facts={"n": 1}, seconds=1.5, kind="layer"
)
LOG = {"fps": 30}
WRITTEN = Receipt(ENTRY, LOG)


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    """Return receipts whose folder does not exist yet."""
    return Receipts(tmp_path / "receipts")


def test_a_written_receipt_is_read_back(receipts: Receipts) -> None:
    """A receipt is read back unchanged, also by another process; a new task has no receipt."""
    assert receipts.read("layer:2") is None
    receipts.write("layer:2", ENTRY, LOG)
    assert receipts.read("layer:2") == WRITTEN
    assert Receipts(receipts.folder).read("layer:2") == WRITTEN
    assert Path(receipts.path("layer:2")).name == "layer-2.json"


def test_a_shorter_receipt_replaces_a_longer_one_completely(receipts: Receipts) -> None:
    """A receipt is overwritten in place and truncated to its new length."""
    receipts.write("mux", ENTRY, {"words": "long " * 100})
    receipts.write("mux", ENTRY, LOG)
    assert Receipts(receipts.folder).read("mux") == WRITTEN


def test_the_same_receipt_is_not_written_again(receipts: Receipts) -> None:
    """Writing an identical receipt again does not touch its file."""
    receipts.write("mux", ENTRY, LOG)
    path = Path(receipts.path("mux"))
    path.chmod(0o444)
    before = path.stat()
    receipts.write("mux", ENTRY, LOG)
    assert path.stat() == before


def test_a_receipt_of_another_process_is_read_again(receipts: Receipts) -> None:
    """A receipt that another process rewrites is read again."""
    receipts.write("mux", ENTRY, LOG)
    assert receipts.read("mux") == WRITTEN
    Receipts(receipts.folder).write("mux", ENTRY, {"fps": 1000})
    assert receipts.read("mux") == Receipt(ENTRY, {"fps": 1000})


def test_an_unchanged_receipt_is_parsed_once(
    receipts: Receipts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receipt that is read many times without a change is parsed once."""
    receipts.write("mux", ENTRY, LOG)
    opened: list[bytes] = []
    monkeypatch.setattr(here, "_parse", opened.append)
    for _ in range(10):
        receipts.read("mux")
        receipts.state(receipts.path("mux"))
    assert len(opened) == 1


def test_the_state_of_a_receipt_is_its_content(receipts: Receipts, tmp_path: Path) -> None:
    """Identical receipts have the same state; a file that is not a receipt has no state."""
    receipts.write("a", ENTRY, LOG)
    receipts.write("b", ENTRY, LOG)
    receipts.write("c", ENTRY, {"fps": 25})
    states = [receipts.state(receipts.path(task)) for task in "abc"]
    assert states[0] == states[1] != states[2]
    assert receipts.state(str(tmp_path / "clip.mp4")) is None


@given(st.data())
def test_a_damaged_receipt_counts_as_missing(
    tmp_path_factory: pytest.TempPathFactory, data
) -> None:
    """A receipt that is truncated or has a flipped bit is rejected."""
    receipts = Receipts(tmp_path_factory.getbasetemp() / "damaged")
    receipts.write("mux", ENTRY, LOG)
    path = Path(receipts.path("mux"))
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 8))
    hurt = whole[:at] if bit == 8 else whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    path.write_bytes(hurt)
    assert receipts.read("mux") is None
    path.write_bytes(whole)


def test_a_receipt_of_an_earlier_version_is_marked(receipts: Receipts) -> None:
    """A receipt from an earlier version, whose log has a different name, is marked."""
    receipts.folder.mkdir()
    Path(receipts.path("mux")).write_bytes(sealed({**ENTRY.data(), "says": LOG}))
    assert receipts.read("mux") == Receipt(ENTRY, LOG, earlier=True)
    receipts.write("mux", ENTRY, LOG)
    assert Receipts(receipts.folder).read("mux") == WRITTEN, (
        "it is written again, though entry and log are equal"
    )


def test_sealed_data_is_plain_json() -> None:
    """Any JSON reader can read sealed data; a broken seal is an error."""
    data = {"b": [1, 2.5, None], "a": "ü"}
    assert unsealed(sealed(data)) == data == json.loads(sealed(data))["made"]
    with pytest.raises(ValueError, match="differs from what was written"):
        unsealed(b"")
