"""lent_names: finds the command that plays a color table, given its path or its bare name."""

from collide.base.workspace import Workspace
from collide.corrections.lent_names import lent_lines
from collide.project.project import named
from collide.syntax.arguments import TypedLine


def lines(house: Workspace, text: str, *, near: bool = False) -> list[str]:
    """Return the fixes for a value of grade_lut; `near` says whether a file's name is similar."""
    typed = {"project": "x", "grade_lut": text}
    whole = TypedLine(house, "set", ["set"], typed)
    return lent_lines(whole, "grade_lut", named(house, "x"), near=near)


def test_a_table_elsewhere_is_copied_or_moved_into_place(house: Workspace) -> None:
    """If a path or a bare name is given, a command copies or moves the file into place."""
    luts, plays = house.root / "library" / "luts", "grade_lut=film.cube post=color-grade"
    luts.mkdir(parents=True)
    (house.root / "film.cube").touch()
    copied = f"cp film.cube library/luts/ && doit set project=x {plays}"
    assert lines(house, "film") == lines(house, "./film.cube") == [copied]
    (house.root / "film.cube").rename(luts.parent / "film.cube")
    assert lines(house, "film", near=True) == [
        f"mv library/film.cube library/luts/ && doit set project=x {plays}"
    ]


def test_the_tables_in_the_folder_are_proposed(house: Workspace) -> None:
    """If no file has that name and no name is similar, each table in the folder is suggested."""
    luts = house.root / "library" / "luts"
    luts.mkdir(parents=True)
    assert lines(house, "sepia") == []
    (luts / "noir.cube").touch()
    assert lines(house, "sepia") == [
        "use noir.cube: doit set project=x grade_lut=noir.cube post=color-grade"
    ]
    assert lines(house, "nour", near=True) == []
