"""beside: files in library/ itself, which a scan does not read."""

from collide.base.workspace import Workspace
from collide.library.beside import beside_lines
from tests.unit.shelf import Shelf


def test_files_in_library_are_named_with_the_line_that_moves_them(shelf: Shelf) -> None:
    """Clips and sounds each get a line, and an added folder is not mentioned."""
    root = shelf.house.root
    assert [*beside_lines(shelf.library())] == []
    shelf.put("one.mp4", folder="library")
    shelf.put("my two.mov", folder="library")
    shelf.put("song.mp3", folder="library")
    shelf.put("roots.txt", folder="library")
    assert [*beside_lines(shelf.library())] == [
        "2 files are in library/, where none is read: "
        "mv 'library/my two.mov' library/one.mp4 library/video/",
        "1 file is in library/, where none is read: mv library/song.mp3 library/audio/",
    ]
    shelf.library().add_root(root / "library")
    assert [*beside_lines(shelf.library())] == []


def test_without_a_library_there_is_nothing_to_move(house: Workspace) -> None:
    """A workspace without library/ gets no line."""
    assert [*beside_lines(Shelf(house).library())] == []
