"""renamed_folder: a renamed library/video is found, with the command that renames it back."""

import pytest

from collide.base.workspace import Workspace
from collide.library.renamed_folder import renamed_folder
from tests.unit.shelf import Shelf


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("library/video", "library/videos", "library/video"),
        ("library/video", "library/my clips", "library/video"),
        ("library", "lib", "library"),
    ],
)
def test_a_renamed_folder_is_named_with_a_fix(
    shelf: Shelf, before: str, after: str, lost: str
) -> None:
    """The error for a renamed folder names the folder with its clips and suggests renaming it."""
    root = shelf.house.root
    (root / before).rename(root / after)
    renamed = renamed_folder(shelf.library())
    assert renamed and (renamed.what, renamed.why) == (
        f"there is no folder {lost}",
        f"{after} contains 2 clips",
    )
    quoted = "'library/my clips'" if " " in after else after
    assert renamed.fix == f"mv {quoted} {lost}"
    (root / after).rename(root / lost)
    assert renamed_folder(shelf.library()) is None


def test_an_empty_folder_gets_the_files_back(shelf: Shelf) -> None:
    """If library/video was created again, the fix is to move the files into it."""
    root = shelf.house.root
    (root / "library/video").rename(root / "library/vids")
    (root / "library/video").mkdir()
    (root / "library/video/.gitkeep").touch()
    renamed = renamed_folder(shelf.library())
    assert renamed and renamed.line == (
        "library/video is empty, and library/vids contains 2 clips: mv library/vids/* library/video"
    )


def test_other_folders_do_not_count_as_renamed(house: Workspace) -> None:
    """A folder that was added, has other files, or mixes sounds with clips is not suggested."""
    shelf = Shelf(house)
    shelf.put("a.mp4", folder="library/more")
    shelf.put("notes.txt", folder="library/text")
    library = shelf.library()
    library.add_root(house.root / "library/more")
    assert renamed_folder(library) is None
    shelf.put("b.mp4")
    shelf.put("b.wav", folder="library/both")
    assert (found := renamed_folder(library)) and found.why == "library/both contains 1 sound"
    shelf.put("c.mp4", folder="library/both")
    assert renamed_folder(library) is None
