"""misread: errors in the words after a verb."""

from collide.base.workspace import Workspace
from collide.corrections.misread import needs_project
from collide.syntax.arguments import TypedLine
from collide.syntax.left_out import remember


def test_a_destructive_verb_says_why_it_needs_a_project(house: Workspace):
    """With several projects, the error names the last one used and says why it is no default."""
    house.cache_place.mkdir(parents=True)
    for name in ("w", "x"):
        (house.root / "projects" / name).mkdir(parents=True)
        (house.root / "projects" / name / "config.json").write_text("{}")
        remember(house, name)
    error = needs_project(TypedLine(house, "undo", ["undo"], {}))
    assert error.why == (
        "it asks for one, so that it does not change the wrong one; projects: w, x; "
        "the last one used is x"
    )
    assert error.fix == "doit undo project=x\nname one: project=x or project=w"
