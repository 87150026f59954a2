"""unknown_look: for a look that a project lacks, another project's star may be suggested."""

import json

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.look_book import find_look
from collide.project.project import named


@pytest.mark.parametrize(
    ("typed", "stars", "why"),
    [
        ("first", {"first": "7f3a0000"}, "y has a star named 'first'"),
        ("frist", {"first": "7f3a0000"}, "y has a star named 'first'"),
        ("other", {"first": "7f3a0000"}, "it has none yet"),
        ("0123abcd", {"first": "7f3a0000"}, "it has none yet"),
    ],
)
def test_a_star_of_another_project_is_proposed(house: Workspace, typed, stars, why):
    """If look= is another project's star, the fix is a new project or the star's own project."""
    for name in ("x", "y"):
        named(house, name).path.mkdir(parents=True)
        (named(house, name).path / "config.json").write_text("{}")
    kept = {"looks": [*stars.values()], "names": stars}
    (named(house, "y").path / "stars.json").write_text(json.dumps(kept))
    with pytest.raises(InputError, match=f"x has no look '{typed}'") as caught:
        find_look(named(house, "x"), typed)
    assert caught.value.why == why
    starred = "y has a star" in why
    assert caught.value.turns == ([{"project": "y", "look": "first"}] if starred else [])
    begun = "doit new project=piece-1 from=projects/y/looks/7f3a0000.json"
    assert caught.value.fix.startswith(f"to begin a project from it: {begun}\n") == starred


def test_a_look_of_another_project_may_begin_a_project(house: Workspace):
    """If look= is another project's look, the fix is a new project or the look's own project."""
    for name in ("x", "y"):
        (named(house, name).path / "looks").mkdir(parents=True)
        (named(house, name).path / "config.json").write_text("{}")
    (named(house, "y").path / "looks" / "0123abcd.json").write_text("{}")
    with pytest.raises(InputError, match="x has no look '0123a'") as caught:
        find_look(named(house, "x"), "0123a")
    assert caught.value.why == "it is a look of y"
    begun = "doit new project=piece-1 from=projects/y/looks/0123abcd.json"
    assert caught.value.fix == f"to begin a project from it: {begun}\nin that project:"
    assert caught.value.turns == [{"project": "y", "look": "0123abcd"}]
