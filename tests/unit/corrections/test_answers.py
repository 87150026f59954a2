"""answers: requests in plain words get what comes nearest, in the state of the workspace."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.answers import moved_store, refuse_request


def answer(house: Workspace, verb: str, *words: str, **typed: str) -> InputError:
    """Return the error for a request."""
    with pytest.raises(InputError) as caught:
        refuse_request(house, verb, words, typed)
    return caught.value


def project(house: Workspace, name: str) -> None:
    """Create an empty project."""
    (house.root / "projects" / name).mkdir(parents=True)
    (house.root / "projects" / name / "config.json").write_text("{}")


def test_the_report_of_a_night_is_opened_if_there_is_one(house: Workspace):
    """`night report` names the report of the last night; before the first, no file."""
    assert "no night has run yet" in answer(house, "night", "report").fix
    page = house.cache_place / "nights" / "latest" / "report.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html>")
    assert answer(house, "night", "status").fix.endswith(f"open {page}")


def test_one_kind_of_file_is_cleaned_with_all_others(house: Workspace):
    """`clean stills` names `doit clean` of a project, or the projects if none is typed."""
    project(house, "x")
    project(house, "y")
    assert answer(house, "clean", "stills").fix == "name one: project=x or project=y"
    line = "all rendered files of the project: doit clean project=y"
    assert answer(house, "clean", "y", "stills").fix == line


def test_a_word_of_a_search_is_not_a_project(house: Workspace):
    """`clips fog longer than 5` searches for fog, although a project has that name."""
    project(house, "fog")
    fix = answer(house, "clips", "fog", "longer", "than", "5").fix
    assert fix == "doit clips fog shortest=5"


@pytest.mark.parametrize("verb", ["clips", "night", "clean", "cache", "why", "render", "new"])
def test_other_words_are_no_request(house: Workspace, verb: str):
    """A word without a meaning in plain language raises no error here."""
    assert refuse_request(house, verb, ["rain"], {}) is None


def test_a_store_is_moved_from_where_it_is(house: Workspace, monkeypatch, tmp_path: Path):
    """The printed command moves the folder that COLLIDE_CACHE names, and sets it anew."""
    monkeypatch.setenv("COLLIDE_CACHE", str(tmp_path / "old"))
    moved = f"mv {tmp_path}/old /media/new/cache && export COLLIDE_CACHE=/media/new/cache"
    assert moved_store(house, "/media/new")[1] == moved
