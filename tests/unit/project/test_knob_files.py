"""knob_files: a color table that ffmpeg cannot read is refused before a render."""

from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.instrument import File
from collide.library.library import Library
from collide.project.knob_files import called, lent_file
from collide.store.digests import Memo

LUTS = File("luts", (".cube", ".3dl"))
CUBE = '# a comment 3\nTITLE "4"\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\n' + "0 0.5 1\n" * 8
FLAT = "0 2 4\n" + "0 2048 4095\n" * 17**3


def write_table(house: Workspace, name: str, text: str) -> Path:
    """Write a table and return the path of the file that the knob uses."""
    folder = house.library.parent / "luts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return lent_file("grade_lut", name, LUTS, Library(house, Memo(house.cache / "memo.db"))).path


@pytest.mark.parametrize(("name", "text"), [("a.cube", CUBE), ("A.CUBE", CUBE), ("a.3dl", FLAT)])
def test_a_complete_lut_is_accepted(house, name, text):
    """A complete LUT is accepted; numbers in its comments and title do not count as colors."""
    assert write_table(house, name, text).name == name


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.cube", "garbage", "it contains no line LUT_3D_SIZE"),
        ("a.cube", CUBE.replace("3D_SIZE 2", "1D_SIZE 8"), "it contains no line LUT_3D_SIZE"),
        (
            "a.cube",
            CUBE.replace("SIZE 2", "SIZE 3"),
            "it has 8 colors; with 3 per side it needs 27",
        ),
        ("a.cube", CUBE.replace("SIZE 2", "SIZE 999"), "it has 999 colors per side; ffmpeg reads"),
        ("a.3dl", FLAT[:-12], "it has 4912 colors; with 17 per side it needs 4913"),
        ("a.cube", "", "it contains no line LUT_3D_SIZE"),
    ],
    ids=["garbage", "curve", "cut", "huge", "cut flat", "empty"],
)
def test_a_table_that_ffmpeg_cannot_read_is_refused(house, name, text, why):
    """The error for an unreadable table says what is wrong and suggests a render without it."""
    with pytest.raises(InputError, match="cannot be read as a LUT") as caught:
        write_table(house, name, text)
    assert caught.value.why.startswith(why)
    assert caught.value.turns == [{"grade_lut": "none"}]


def test_a_missing_file_is_named(house):
    """If no file matches the recorded content, the error names the knob and the recorded file."""
    library = Library(house, Memo(house.cache / "memo.db"))
    with pytest.raises(InputError, match="the file for grade_lut is missing"):
        called("grade_lut", "0" * 64, library, "noir.cube", shipped())
