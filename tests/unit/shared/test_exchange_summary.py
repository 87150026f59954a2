"""exchange_summary: the printed lines about the shared store."""

from pathlib import Path

import pytest

from collide.shared.exchange_summary import _of_other_keys, rejections, tallied
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from collide.shared.side_table import SideTable


def test_rejections_are_printed_by_their_reason() -> None:
    """Each reason for a rejection is printed in words, with its count."""
    assert rejections({"hits": 3}) == ""
    told = rejections({"forged": 2, "truncated": 1, "hits": 3})
    assert told == "2 sealed with a different key, or changed, 1 cut off"


def test_a_tally_lists_what_was_exchanged(
    tmp_path: Path, nas: Path, key: FarmKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tally lists hits, misses, bytes, speed, and results rejected, late or dropped.

    The tally also counts large pictures that were rendered because fetching was slower.
    """
    monkeypatch.setenv("COLLIDE_STORE", nas.as_uri())
    monkeypatch.setenv("COLLIDE_FARM_KEY", str(key.path))
    side = SideTable(tmp_path, SharedStore(nas.as_uri(), key).url)
    counts = {"hits": 5, "absent": 2, "fetched": 1, "bytes_fetched": 2_000_000, "forged": 3}
    side.keep({**counts, "made here": 4, "late": 6, "dropped": 7})
    side.close()
    first, *rest = tallied(tmp_path)
    assert first == (
        f"shared store {nas.as_uri()}: 5 results found there, 2 not; 1 object fetched (2.0 MB), "
        "0 objects sent (0 bytes); 100.0 MB/s"
    )
    assert len(rest) == 4
    assert rest[-1] == "  not sent in time and kept only here: 7 results"
    assert "3 sealed with a different key, or changed" in rest[0]


@pytest.mark.parametrize("ours", [True, False])
def test_a_different_key_gets_commands_for_both_keys(tmp_path, ours):
    """If all results are sealed with another key, the commands for both keys are printed.

    Both commands set the replaced key aside. If some results are sealed with this key, only the
    command that copies this key to the other machine is printed.
    """
    path = tmp_path / "farm.pem"
    lines = [*_of_other_keys(path, ours=ours)]
    assert len(lines) == (1 if ours else 3)
    if not ours:
        assert all("farm.pem.old" in line.partition("scp")[0] for line in lines[1:])
        assert f"scp -p THAT-MACHINE:.config/collide/farm.pem {path}" in lines[1]
