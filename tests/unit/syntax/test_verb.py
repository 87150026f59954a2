"""verb: a verb's declaration decides whether `project=` is needed and what is recorded."""

import pytest

from collide.syntax.verb import declaration, purpose, verbs


@pytest.mark.parametrize("verb", verbs())
def test_each_subcommand_variable_is_declared(verb: str) -> None:
    """A variable of a subcommand is one of the verb's variables, and every verb has a purpose."""
    takes = declaration(verb)
    assert takes.of_subcommand.keys() <= takes.variables.keys()
    assert purpose(verb)


@pytest.mark.parametrize(
    ("verb", "typed", "may"),
    [
        ("render", {}, True),
        ("render", {"project": "fog"}, False),
        ("clean", {}, False),  # in the wrong project it would delete files
        ("undo", {}, False),
        ("gallery", {}, False),  # if no project is named, it shows all projects
        ("set", {"fps": "25"}, True),
        ("set", {"fps": ""}, False),  # unsets a knob
        ("star", {"off": "true"}, False),
        ("star", {"off": "false"}, True),
    ],
)
def test_a_project_is_left_out_only_where_no_work_is_at_risk(
    verb: str, typed: dict[str, str], may: bool
) -> None:
    """A command may omit `project=` unless it removes something or concerns all projects."""
    assert declaration(verb).leaves_out(typed) is may


def test_verbs_that_write_nothing_record_no_last_project() -> None:
    """A render records its project, a plan records nothing, and a night keeps the last project."""
    assert declaration("render").used("fog", "ink") == "fog"
    assert declaration("plan").used("fog", "ink") == ""
    assert declaration("new").used("fog", "ink") == ""
    assert declaration("night").used("fog", "ink") == "ink"


def test_the_variable_that_requires_a_file_is_found_by_its_limit() -> None:
    """`replay` requires a file in manifest=; `new` does not require from=."""
    assert declaration("replay").record == "manifest"
    assert declaration("new").record == ""
