"""misplaced: files outside the folder where they belong, and the command that moves them."""

from pathlib import Path

import pytest

from collide.base.misplaced import is_command, misplaced, putting


def test_a_file_is_looked_up_by_path_and_by_name(tmp_path: Path) -> None:
    """A path is used as given; a bare name is also looked up in folders. The suffix must fit."""
    inside = tmp_path / "library" / "a.mp4"
    inside.parent.mkdir()
    inside.touch()
    for text in ("a.mp4", "library/a.mp4", str(inside)):
        assert misplaced(text, tmp_path, ["library"], [".mp4"]) == inside, text
    assert misplaced("a.mp4", tmp_path, ["library"], [".wav"]) is None
    assert misplaced("b.mp4", tmp_path, ["library"], [".mp4"]) is None
    assert misplaced(f"{'b' * 290}.mp4", tmp_path, ["library"], [".mp4"]) is None


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("library/a b.mp4", "mv 'library/a b.mp4' library/video/"),
        ("projects/x/a.mp4", "cp projects/x/a.mp4 library/video/"),
    ],
)
def test_files_in_library_are_moved_and_others_are_copied(
    tmp_path: Path, file: str, command: str
) -> None:
    """A missing folder is created first. Files in library/ are moved; other files are copied."""
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.touch()
    assert putting(path, tmp_path, "library/video") == f"mkdir -p library/video && {command}"
    (tmp_path / "library/video").mkdir(parents=True)
    assert putting(path, tmp_path, "library/video") == command
    assert is_command(command) and not is_command("copy it there")
