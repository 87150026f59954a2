"""library_file: library.json is accepted only if it is exactly as it was written."""

import json

import pytest

from collide.base.hashing import digest
from collide.library.library_file import HEAD, empty, merged, read, reported, unsaid, written

KNOWN = {
    "clips": {
        "a.mp4": {"digest": "1", "facts": {"seconds": 1.5}},
        "ü \udcff.mp4": {"left_out": "x"},
    },
    "seen": {"a.mp4": [1, 2, 3]},
    "unsaid": {"b.mp4": {}},
    "former": {"c.mp4": "1"},
}


@pytest.mark.parametrize("known", [KNOWN, empty()], ids=["some", "none"])
def test_contents_are_read_back_unchanged(known: dict) -> None:
    """Contents with odd names are read back unchanged, and other programs can parse the JSON."""
    data = written(known)
    assert read(data) == (known, [])
    assert json.loads(data)["clips"] == known["clips"]


def test_each_clip_is_one_line() -> None:
    """Each clip takes one line, so grep finds it."""
    (line,) = (line for line in written(KNOWN).splitlines() if b"1.5" in line)
    assert line.startswith(b'"a.mp4":')


@pytest.mark.parametrize("cut", [0, 5, 43, 44, 60, -1])
def test_a_truncated_file_is_rejected(cut: int) -> None:
    """A truncated file is rejected."""
    with pytest.raises(ValueError, match="digest"):
        read(written(KNOWN)[:cut])


def test_an_old_library_with_roots_can_be_read() -> None:
    """An older library.json with roots is read and has no unreported changes."""
    text = json.dumps({"roots": ["/media/disk"], "clips": {}, "seen": {"a": [1]}}).encode()
    data = HEAD % digest(text[1:]).encode() + text[1:]
    assert read(data) == ({**empty(), "seen": {"a": [1]}}, ["/media/disk"])


def contents(**clips: dict) -> dict:
    """Return the contents of a library.json with these clips."""
    return {**empty(), "clips": clips}


A, B = {"digest": "1"}, {"digest": "2"}


def test_changes_of_two_processes_are_both_kept() -> None:
    """Both processes' changes to clips are kept, and the facts found by both are merged."""
    base = contents(same=A, mine=A, theirs=A, i_took=A, they_took=A, facts=A)
    mine = contents(same=A, mine=B, theirs=A, they_took=A, i_gave=A, facts={**A, "facts": 1})
    theirs = contents(same=A, mine=A, theirs=B, i_took=A, they_gave=A, facts={**A, "signature": 2})
    assert merged(base, mine, theirs)["clips"] == {
        "facts": {**A, "facts": 1, "signature": 2}, "i_gave": A, "mine": B, "same": A,
        "theirs": B, "they_gave": A,
    }  # fmt: skip


def test_facts_of_different_bytes_are_not_merged() -> None:
    """If both processes found new content, `mine` is kept, without the facts of `theirs`."""
    mine, theirs = contents(a={**B, "facts": 1}), contents(a={"digest": "3", "signature": 2})
    assert merged(contents(a=A), mine, theirs)["clips"] == {"a": {**B, "facts": 1}}


def test_unreported_changes_are_those_since_the_last_report() -> None:
    """A file that changed since the last report is unreported, unless it changed back."""
    before = {"gone": A, "changed": A, "same": {**A, "facts": 1}}
    now = {"gone": {**A, "gone": True}, "changed": B, "same": A, "new": B}
    left = unsaid(before, now)
    assert left == {"changed": A, "gone": A, "new": {}}
    view = reported({"clips": now, "seen": {}, "unsaid": left})
    assert view == {"changed": A, "gone": A, "same": A}
    assert unsaid(view, before) == {}
