"""every_project: the fix for a value such as `all` or `fog*` names the projects to type."""

import json
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.noop import NoopStamp
from collide.cli.request import understand
from collide.corrections.every_project import every, refuse_every
from collide.limits import BadValueError
from collide.project.project import refuse_unnameable
from collide.syntax.left_out import last_used, remember


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    """Return a workspace with three projects."""
    for name in ("demo", "fog", "fog-2"):
        (tmp_path / "projects" / name).mkdir(parents=True)
        (tmp_path / "projects" / name / "config.json").write_text(json.dumps({"seed": 1}))
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("verb", "text", "lines"),
    [
        ("render", "all", ["doit render project=demo,fog,fog-2"]),
        ("render", "fog*", ["doit render project=fog,fog-2"]),
        ("set", "fog*", ["doit set project=fog", "doit set project=fog-2"]),
        ("gallery", "*", ["doit gallery"]),
        ("gallery", "fog*", ["doit gallery project=fog", "doit gallery project=fog-2"]),
        ("undo", "everything", ["name one: project=demo or project=fog or project=fog-2"]),
    ],
)
def test_all_projects_get_one_command_or_one_each(
    home: Workspace, verb: str, text: str, lines: list[str]
) -> None:
    """The fix for `all` is one command if the verb takes several projects, or one per project.

    `gallery` shows all projects if none is named, and `undo` works on a single project.
    """
    with pytest.raises(Exception, match="is not a valid value") as caught:
        understand(home, verb, [], {"project": text})
    assert caught.value.fix.splitlines() == lines


@pytest.mark.parametrize(
    ("verb", "why", "more"),
    [
        ("diff", "it compares looks from one project", ["pictures of all projects: doit gallery"]),
        ("clean", "a command applies to one project", []),
    ],
)
def test_a_list_of_projects_gets_one_command_for_each(
    home: Workspace, verb: str, why: str, more: list[str]
) -> None:
    """The error for project=demo,fog after a verb that takes one project lists one for each."""
    with pytest.raises(InputError, match=f"doit {verb} takes one project, not 2") as caught:
        understand(home, verb, [], {"project": "demo,fog"})
    assert caught.value.why == why
    each = [f"doit {verb} project={name}" for name in ("demo", "fog")]
    assert caught.value.fix.splitlines() == [*each, *more]


def test_a_project_may_be_called_all(home: Workspace) -> None:
    """A project may be called `all`, and `new` may create it; a plain name is not a pattern."""
    refuse_every(home, "new", "all")
    with pytest.raises(BadValueError, match="project=all"):
        refuse_every(home, "still", "all")
    (home.root / "projects" / "all").mkdir()
    (home.root / "projects" / "all" / "config.json").write_text("{}")
    refuse_every(home, "still", "all")
    assert every(home, "fog") == every(home, "fo") == []


def test_many_projects_become_a_night(home: Workspace) -> None:
    """If `all` covers more than twenty projects, the fix is `doit night` instead of a long command.

    A night would not apply knobs, so for a command with a knob, the fix names all projects.
    """
    for n in range(20):
        (home.root / "projects" / f"p{n:02}").mkdir()
        (home.root / "projects" / f"p{n:02}" / "config.json").write_text("{}")
    every = "project=demo,fog,fog-2,p0"
    for typed, words in (({}, "doit night until=7:00"), ({"crf": "20"}, every)):
        with pytest.raises(InputError, match="and 15 more") as caught:
            understand(home, "render", [], {"project": "all", **typed})
        assert words in caught.value.fix


def test_a_long_list_of_projects_is_not_a_name(home: Workspace) -> None:
    """A list too long for a file name is not looked up as a file or remembered as a project."""
    home.cache.mkdir(parents=True, exist_ok=True)
    names = ",".join(f"night-{n}" for n in range(99))
    refuse_unnameable(home, names)
    assert NoopStamp(home, ["render", f"project={names}"]).answer() is None
    remember(home, "fog")
    remember(home, names)
    assert last_used(home) == "fog"
    (home.cache_place / "last-project").write_text(names)
    assert last_used(home) == ""
