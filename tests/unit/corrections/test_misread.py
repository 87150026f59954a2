"""misread: errors in the words after a verb."""

from collide.corrections.misread import needs_project


def test_a_destructive_verb_says_why_it_needs_a_project():
    """With several projects, the error names the last one used and says why it is no default."""
    error = needs_project("undo", ["w", "x"], "x", lambda project: f"doit undo project={project}")
    assert error.why == (
        "it asks for one, so that it does not change the wrong one; projects: w, x; "
        "the last one used is x"
    )
    assert error.fix == "doit undo project=x\nname one: project=x or project=w"
