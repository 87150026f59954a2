"""stars: the starred looks of a project, and their names."""

import json

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.look_book import pinned_looks
from collide.project.project import Project, named
from collide.project.stars import star, star_names, starred, unname, unstar
from collide.store.leases import pin
from collide.store.objects import Store


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return an existing project."""
    made = named(house, "x")
    made.write_config({"seed": 7})
    return made


def test_a_star_stays_until_it_is_removed(project: Project, store: Store) -> None:
    """Stars are added one by one; starring twice, or removing an unknown star, changes nothing."""
    star(project, "7f3a91bc")
    star(project, "91bc7f3a")
    star(project, "91bc7f3a")
    assert starred(project) == {"7f3a91bc", "91bc7f3a"}
    unstar(project, store, "7f3a91bc")
    unstar(project, store, "00000000")
    assert json.loads((project.path / "stars.json").read_bytes()) == {"looks": ["91bc7f3a"]}


def test_a_star_name_belongs_to_the_look_that_got_it_last(project: Project, store: Store) -> None:
    """A name belongs to the look that got it last, and is removed with that look's star."""
    star(project, "7f3a91bc", name="first")
    star(project, "91bc7f3a", name="second")
    star(project, "91bc7f3a", name="late")
    assert star_names(project) == {"first": "7f3a91bc", "second": "91bc7f3a", "late": "91bc7f3a"}
    star(project, "91bc7f3a", name="first")
    assert star_names(project)["first"] == "91bc7f3a"
    unstar(project, store, "91bc7f3a")
    assert (starred(project), star_names(project)) == ({"7f3a91bc"}, {})


def test_one_of_several_names_is_removed(project: Project) -> None:
    """A look that loses a name keeps its star and its other names."""
    star(project, "7f3a91bc", name="first")
    star(project, "7f3a91bc", name="final")
    unname(project, "first")
    assert (starred(project), star_names(project)) == ({"7f3a91bc"}, {"final": "7f3a91bc"})


def test_a_pin_of_an_older_version_is_a_star(project: Project, store: Store) -> None:
    """A pin that an older version left in the cache counts as a star of its project."""
    pin(store, "x-7f3a91bc", ["aa"])
    pin(store, "y-00000000", ["aa"])
    star(project, "91bc7f3a")
    assert pinned_looks(project, store) == {"7f3a91bc", "91bc7f3a"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"looks": "7f3a91bc"}',
        '{"looks": [7]}',
        '{"looks": [], "names": ["7f3a91bc"]}',
        '{"looks": [], "names": {"a": 7}}',
    ],
)
def test_a_damaged_stars_json_is_refused_and_kept(project: Project, text: str) -> None:
    """A damaged stars.json is refused and never overwritten."""
    path = project.path / "stars.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"projects/x/stars\.json"):
        star(project, "7f3a91bc")
    assert path.read_text() == text
