"""entry: reading a malformed entry raises one of UNREADABLE."""

import json
from typing import Any

import pytest

from collide.store.entry import UNREADABLE, read_entry, sealed, unsealed

WHOLE = {
    "key": "a" * 32, "objects": {"out": ["b" * 32, 5]}, "facts": {}, "preimage": {}, "seconds": 1.5,
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"objects": []},
        {"objects": {"out": "b"}},
        {"objects": {"out": ["b", None]}},
        {"objects": {"out": ["b", float("inf")]}},
        {"seconds": "soon"},
        {"facts": 3},
    ],
)
def test_a_malformed_entry_is_unreadable(wrong: dict[str, Any]) -> None:
    """An entry with a wrong type or with a missing or infinite size is unreadable."""
    assert read_entry(WHOLE).objects["out"].size == 5
    data = json.loads(json.dumps({**WHOLE, **wrong}))
    with pytest.raises(UNREADABLE):
        read_entry(data)


def test_an_edited_file_is_rejected() -> None:
    """A sealed file is read back; if its content has changed, reading raises ValueError."""
    data = sealed(WHOLE)
    assert unsealed(data) == WHOLE
    with pytest.raises(ValueError, match="differs from what was written"):
        unsealed(data.replace(b"1.5", b"2.5"))
