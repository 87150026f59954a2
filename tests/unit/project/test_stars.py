"""stars: a person's stars are stored in the project, one look beside the other."""

import json

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.look_book import pinned_looks
from collide.project.project import Project, named
from collide.project.stars import star, starred, unstar
from collide.store.leases import pin
from collide.store.objects import Store


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project that exists."""
    made = named(house, "x")
    made.write_config({"seed": 7})
    return made


def test_a_star_stays_until_it_is_taken_away(project: Project) -> None:
    """One look after another; repeated or unknown ones change nothing."""
    star(project, "7f3a91bc")
    star(project, "91bc7f3a")
    star(project, "91bc7f3a")
    assert starred(project) == {"7f3a91bc", "91bc7f3a"}
    unstar(project, "7f3a91bc")
    unstar(project, "00000000")
    assert json.loads((project.path / "stars.json").read_bytes()) == {"looks": ["91bc7f3a"]}


def test_a_pin_of_an_older_collide_is_a_star(project: Project, store: Store) -> None:
    """It wrote no stars, only pins in the cache; those of other projects are theirs."""
    pin(store, "x-7f3a91bc", ["aa"])
    pin(store, "y-00000000", ["aa"])
    star(project, "91bc7f3a")
    assert pinned_looks(project, store) == {"7f3a91bc", "91bc7f3a"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"looks": "7f3a91bc"}', '{"looks": [7]}'])
def test_a_list_that_is_none_is_refused_and_kept(project: Project, text: str) -> None:
    """It is a person's: it is not taken for no stars, and nothing is written over it."""
    path = project.path / "stars.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"projects/x/stars\.json"):
        star(project, "7f3a91bc")
    assert path.read_text() == text
