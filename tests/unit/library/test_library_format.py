"""library: what library.json says, and that it is believed as it was written or not at all."""

import json

import pytest

from collide.library.library import empty, read, written

KNOWN = {
    "roots": ["/media/disk"],
    "clips": {
        "a.mp4": {"digest": "1", "facts": {"seconds": 1.5}},
        "ü \udcff.mp4": {"left_out": "x"},
    },
    "seen": {"a.mp4": [1, 2, 3]},
}


@pytest.mark.parametrize("known", [KNOWN, empty()], ids=["some", "none"])
def test_what_is_written_is_read_as_it_was(known: dict) -> None:
    """Whatever signs a name has; and it is JSON that other programs read."""
    data = written(known)
    assert read(data) == known
    assert json.loads(data)["clips"] == known["clips"]


def test_a_clip_has_a_line() -> None:
    """One can be looked for with grep."""
    (line,) = (line for line in written(KNOWN).splitlines() if b"1.5" in line)
    assert line.startswith(b'"a.mp4":')


@pytest.mark.parametrize("cut", [0, 5, 43, 44, 60, -1])
def test_a_part_of_it_is_nothing(cut: int) -> None:
    """Cut short anywhere it says nothing at all."""
    with pytest.raises(ValueError, match="digest"):
        read(written(KNOWN)[:cut])
