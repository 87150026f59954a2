"""stray_presets: if a preset's file is in the wrong folder, the fix is to copy it."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.project import Project, named
from collide.project.stray_presets import OWN, elsewhere, stray


@pytest.fixture
def project(house: Workspace) -> Project:
    """Create a folder of presets and return a project."""
    (house.root / "presets" / "blend").mkdir(parents=True)
    return named(house, "x")


def put(root: Path, name: str) -> None:
    """Write a preset into any folder."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text('{"similarity": 0.2}')


@pytest.mark.parametrize(
    ("file", "typed", "fix"),
    [
        ("dusk.json", "./dusk.json", "cp dusk.json presets/blend/"),
        ("dusk.json", "dusk", "cp dusk.json presets/blend/"),
        ("projects/x/dusk.json", "dusk", "cp projects/x/dusk.json presets/blend/"),
        ("my dusk.json", "my dusk", "cp 'my dusk.json' presets/blend/my-dusk.json"),
    ],
)
def test_a_file_in_another_folder_is_copied(
    house: Workspace, project: Project, file: str, typed: str, fix: str
) -> None:
    """A file in the root of the workspace or in the project is copied into presets/blend."""
    put(house.root, file)
    right = Path(file).stem.replace(" ", "-")
    with pytest.raises(InputError) as caught:
        project.preset(typed)
    assert caught.value.what == f"no preset named {typed!r}"
    assert (
        caught.value.why == "a file has this name, but presets are in presets/blend, audio and post"
    )
    assert (caught.value.fix, caught.value.meant) == (fix, (typed, right))
    assert caught.value.turns == ([{}] if typed == right else [])


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("own", OWN)
def test_files_that_collide_writes_are_not_presets(
    house: Workspace, project: Project, own: str, suffix: str
) -> None:
    """The name of a file that collide writes, such as config or sheets.json, is not a preset."""
    put(house.root, f"projects/x/{own}.json")
    assert elsewhere(project.shelves, own + suffix) is None
    assert stray(project.shelves, own + suffix) is None
