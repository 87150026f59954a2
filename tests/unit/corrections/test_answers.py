"""answers: the fix for a request in plain language is the nearest possible command."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.answers import refuse_request


def answer(house: Workspace, verb: str, *words: str, **typed: str) -> InputError:
    """Return the error for a request."""
    with pytest.raises(InputError) as caught:
        refuse_request(house, verb, words, typed)
    return caught.value


def project(house: Workspace, name: str) -> None:
    """Create an empty project."""
    (house.root / "projects" / name).mkdir(parents=True)
    (house.root / "projects" / name / "config.json").write_text("{}")


def test_night_report_opens_the_last_report(house: Workspace):
    """The fix for `night report` opens the last report or says that no night has run."""
    assert "no night has run yet" in answer(house, "night", "report").fix
    page = house.cache_place / "nights" / "latest" / "report.html"
    page.parent.mkdir(parents=True)
    page.write_text("<html>")
    assert answer(house, "night", "status").fix.endswith(f"open {page}")


def test_cleaning_one_kind_of_file_becomes_doit_clean(house: Workspace):
    """The fix for `clean stills` is `doit clean` with the named project, or a list of projects."""
    project(house, "x")
    project(house, "y")
    assert answer(house, "clean", "stills").fix == "name one: project=x or project=y"
    line = "all the project's rendered files: doit clean project=y"
    assert answer(house, "clean", "y", "stills").fix == line


def test_a_word_of_a_search_is_not_a_project(house: Workspace):
    """The fix for `clips fog longer than 5` searches for fog, although a project is called fog."""
    project(house, "fog")
    fix = answer(house, "clips", "fog", "longer", "than", "5").fix
    assert fix == "doit clips fog shortest=5"


@pytest.mark.parametrize("verb", ["clips", "night", "clean", "cache", "why", "render", "new"])
def test_other_words_are_not_requests(house: Workspace, verb: str):
    """A word that is not a request in plain language does not raise an error here."""
    assert refuse_request(house, verb, ["rain"], {}) is None


def test_a_cache_is_moved_from_its_current_place(house: Workspace, monkeypatch, tmp_path: Path):
    """The command that moves a cache starts from COLLIDE_CACHE and updates that variable."""
    monkeypatch.setenv("COLLIDE_CACHE", str(tmp_path / "old"))
    moved = f"mv {tmp_path}/old /media/new/cache && export COLLIDE_CACHE=/media/new/cache"
    assert answer(house, "cache", "move", "/media/new").fix == moved
