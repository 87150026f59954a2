"""taken_names: a star's name, given again to another look."""

import json

import pytest

from collide.base.workspace import Workspace
from collide.corrections.taken_names import taken_lines


@pytest.fixture
def home(tmp_path) -> Workspace:
    """Return a workspace whose project x has a star named first."""
    piece = tmp_path / "projects" / "x"
    piece.mkdir(parents=True)
    (piece / "config.json").write_text('{"seed": 7}')
    stars = {"looks": ["7f3a91bc"], "names": {"first": "7f3a91bc"}}
    (piece / "stars.json").write_text(json.dumps(stars))
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("words", "typed"), [(["first"], {"project": "x"}), (["x", "first"], {}), (["first", "x"], {})]
)
def test_a_taken_star_name_is_moved_or_varied(home, words, typed):
    """If a star's name is taken, the fixes move the name to the last look or vary the name."""
    assert taken_lines(home, "star", words, typed) == [
        "instead of look 7f3a91bc: doit star project=x name=first over=true",
        "keep both: doit star project=x name=first-2",
    ]


@pytest.mark.parametrize(
    ("verb", "words", "typed"),
    [
        ("star", ["second"], {"project": "x"}),
        ("star", ["first"], {"project": "x", "off": "true"}),
        ("render", ["first"], {"project": "x"}),
    ],
)
def test_only_a_taken_name_gets_a_fix(home, verb, words, typed):
    """No command is suggested for a new name, for off=true, or for a verb other than star."""
    assert taken_lines(home, verb, words, typed) == []
