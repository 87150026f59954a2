"""arguments: a command's project, and the words that name none."""

import pytest

from collide.base.workspace import Workspace
from collide.syntax.arguments import TypedLine
from collide.syntax.left_out import remember


@pytest.mark.parametrize(
    ("words", "typed", "project"),
    [
        (["y", "darker"], {}, "y"),
        (["darker", "y"], {"project": "x"}, "x"),
        (["darker"], {}, "x"),
    ],
)
def test_a_project_is_typed_or_named_by_a_word_or_the_last_used(
    house: Workspace, words: list[str], typed: dict[str, str], project: str
):
    """A command applies to the project in project=, in a word, or used last, in this order."""
    house.cache_place.mkdir(parents=True)
    for name in ("x", "y"):
        (house.root / "projects" / name).mkdir(parents=True)
        (house.root / "projects" / name / "config.json").write_text("{}")
    remember(house, "x")
    whole, others = TypedLine(house, "set", ["set"], typed).in_project(words)
    assert (whole.typed, others) == ({"project": project}, ["darker"])
