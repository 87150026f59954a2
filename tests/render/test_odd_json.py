"""Every verb that reads a JSON file accepts odd content or reports an error."""

import json

import pytest

from tests.render.odd_json import PROJECT, Reading, documents, readings

FILES = [
    "config", "preset", "selection", "history", "manifest", "look", "library", "run record",
    "provenance", "rolled", "sheets",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_odd_file_content_never_gives_a_traceback(house, name):
    """With odd content, a verb exits with 0, 1 or 3 and does not print control characters.

    A refused command changes nothing outside the cache. `python -m tests.render.odd_json` tries a
    thousand variants of each file.
    """
    reading = readings(house)[name]
    most = 2 if name == "rolled" else 14  # few variants of a roll, because it renders stills
    assert not reading.faults_of_all_contents(seed=len(name), most=most, texts=4)
    assert reading.count == most + 4


def test_variants_change_every_place_in_a_document():
    """Variants change every part of a document: names, numbers, and values in a list."""
    data = {"a": 1, "b": [2, {"c": "d"}]}
    changed = [json.loads(text) for text in documents(json.dumps(data).encode(), 1, 400, 0)]
    for old in (1, 2, "d"):
        assert any(repr(old) not in repr(one) for one in changed)
    assert any(one.keys() - data.keys() for one in changed)
    assert any("b" not in one for one in changed)


def test_the_check_reports_an_unexpected_exit_code(house):
    """The check accepts a valid file and reports an unexpected exit code."""
    config = house.root / "projects" / "x" / "config.json"
    reading = Reading(house, config, [["plan", PROJECT]])
    assert not reading.tried(config.read_bytes(), ["plan", PROJECT])
    reading.codes = (3,)
    assert reading.tried(config.read_bytes(), ["plan", PROJECT])
