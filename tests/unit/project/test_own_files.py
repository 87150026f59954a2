"""own_files: what is odd in a project's folder is named before a render starts."""

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
    """It is named itself, not the folder above it, which is as it should be."""
    refuse_odd(project)
    (project.path / name).touch()
    with pytest.raises(InputError) as caught:
        refuse_odd(project)
    assert caught.value.what == f"projects/x/{name} is a file, where a folder must be"
    assert caught.value.fix == f"move it away: mv projects/x/{name} projects/x/{name}.old"


@pytest.mark.parametrize("name", KEPT)
def test_a_folder_where_a_file_must_be_is_moved_by_the_fix(project: Project, name: str) -> None:
    """The same, the other way round."""
    (project.path / name).mkdir()
    with pytest.raises(InputError) as caught:
        refuse_odd(project)
    assert caught.value.what == f"projects/x/{name} is a folder, where a file must be"


def test_stars_are_read_before_the_work(project: Project) -> None:
    """A render that ends with them would be in vain."""
    (project.path / "stars.json").write_text('{"looks": [],}')
    with pytest.raises(InputError, match=r"stars\.json is not JSON"):
        refuse_odd(project)
