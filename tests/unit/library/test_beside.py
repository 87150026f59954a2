"""beside: files that no scan reads, in library/ itself or in a project outside its input/."""

import shutil

from collide.base.workspace import Workspace
from collide.library.beside import beside_lines
from tests.unit.shelf import Shelf


def test_files_in_library_get_a_command_that_moves_them(shelf: Shelf) -> None:
    """A line about clips and one about sounds are printed, unless library/ itself was added."""
    root = shelf.house.root
    assert [*beside_lines(shelf.library())] == []
    shelf.put("one.mp4", folder="library")
    shelf.put("my two.mov", folder="library")
    shelf.put("song.mp3", folder="library")
    shelf.put("roots.txt", folder="library")
    assert [*beside_lines(shelf.library())] == [
        "2 files are in library/ itself, which no scan reads: "
        "mv 'library/my two.mov' library/one.mp4 library/video/",
        "1 file is in library/ itself, which no scan reads: mkdir -p library/audio && "
        "mv library/song.mp3 library/audio/",
    ]
    shelf.library().add_root(root / "library")
    assert [*beside_lines(shelf.library())] == []


def test_without_a_library_there_is_nothing_to_move(house: Workspace) -> None:
    """If a workspace lacks library/, no line about misplaced files is printed."""
    shutil.rmtree(house.root / "library")
    assert [*beside_lines(Shelf(house).library())] == []


def test_clips_beside_an_input_get_a_command_that_moves_them(shelf: Shelf) -> None:
    """A command moves clips from a project's folder `video` into the project's input/."""
    root = shelf.house.root
    (root / "projects/x").mkdir(parents=True)
    (root / "projects/x/config.json").write_text("{}")
    shelf.put("one.mp4", folder="projects/x/video")
    shelf.put("kept.mp4", folder="projects/x/output")
    move = "mv projects/x/video/one.mp4 projects/x/input/"
    line = "1 file is in projects/x/video/, which no scan reads: mkdir -p projects/x/input && "
    assert [*beside_lines(shelf.library())] == [line + move]
