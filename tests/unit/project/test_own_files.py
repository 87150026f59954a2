"""own_files: wrong files in a project's folder are refused before a render starts."""

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.own_files import FOLDERS, refuse_odd
from collide.project.project import KEPT, Project, named


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return an existing project."""
    made = named(house, "x")
    made.write_config({"seed": 7})
    return made


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_where_a_folder_must_be_is_moved_by_the_fix(project: Project, name: str) -> None:
    """The error names a file where a folder should be, and the fix is to move it away."""
    refuse_odd(project)
    (project.path / name).touch()
    with pytest.raises(InputError) as caught:
        refuse_odd(project)
    assert caught.value.what == f"projects/x/{name} is a file, but must be a folder"
    assert caught.value.fix == f"move it away: mv projects/x/{name} projects/x/{name}.old"


@pytest.mark.parametrize("name", KEPT)
def test_a_folder_where_a_file_must_be_is_moved_by_the_fix(project: Project, name: str) -> None:
    """A folder where a file should be is refused, and the error names the folder."""
    (project.path / name).mkdir()
    with pytest.raises(InputError) as caught:
        refuse_odd(project)
    assert caught.value.what == f"projects/x/{name} is a folder, but must be a file"


def test_damaged_stars_are_refused_before_the_work(project: Project) -> None:
    """A damaged stars.json is refused immediately, because a render could not finish with it."""
    (project.path / "stars.json").write_text('{"looks": [],}')
    with pytest.raises(InputError, match=r"stars\.json is not JSON"):
        refuse_odd(project)
