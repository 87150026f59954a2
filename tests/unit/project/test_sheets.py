"""sheets: a cell number of the last sheet is accepted wherever a look is."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.strict_json import LARGEST
from collide.project import sheets
from collide.project.look_book import find_look, owner
from collide.project.project import Project, named
from collide.project.recipe import look_name
from collide.project.sheets import LookSheet, SheetCell, numbered, remember_sheet, sheets_of
from tests.unit.project.test_look_book import changed, project, write

__all__ = ["project"]


def sheet(*looks: str, verb: str = "sweep") -> LookSheet:
    """Return a sheet of the given looks."""
    cells = [SheetCell(look, f"crf={n}") for n, look in enumerate(looks, start=1)]
    return LookSheet(verb, 1.7e9, ["sweep", "project=x", "crf=1,2"], cells)


def names(project: Project) -> list[str]:
    """Return the project's look names, sorted."""
    return sorted(path.stem for path in (project.path / "looks").glob("????????.json"))


def test_a_cell_number_finds_its_look(project: Project) -> None:
    """Cells of the last sheet are counted from 1, including failed cells."""
    one, two, three = names(project)
    remember_sheet(project, sheet(one, two))
    remember_sheet(project, sheet(three, "", one, verb="roll"))
    assert [find_look(project, n).name for n in "13"] == [three, one]
    assert sheets_of(project)[0].cells == [SheetCell(one, "crf=1"), SheetCell(two, "crf=2")]
    with pytest.raises(InputError) as caught:
        find_look(project, "2")
    assert str(caught.value) == (
        "cell 2 of the last roll of x has no look\n  why  crf=2 failed\n"
        "  fix  see the others: doit looks project=x all=true"
    )
    (project.path / "looks" / f"{one}.json").unlink()
    with pytest.raises(InputError, match="cell 3 of the last roll of x has no look") as caught:
        find_look(project, "3")
    assert caught.value.why == f"look {one} has since been deleted"


def test_a_cell_number_takes_precedence_over_a_prefix(
    project: Project,
) -> None:
    """One or two digits find only a cell, and four characters find only a look."""
    recipes = (changed(crf=crf) for crf in range(1, 50))
    recipe = next(one for one in recipes if look_name(one)[0] in "123456789")
    name = write(project, recipe).stem
    first = name[0]
    for other in names(project):
        if other[0] == first and other != name:
            (project.path / "looks" / f"{other}.json").unlink()
    with pytest.raises(InputError, match=f"there is no cell {first}") as caught:
        find_look(project, first)
    assert caught.value.why == "x has no roll or sweep yet"
    assert caught.value.fix == "doit roll project=x n=12"
    rest = [other for other in names(project) if other != name]
    remember_sheet(project, sheet(*(rest * 5)[: int(first)]))
    assert find_look(project, first).name == (rest * 5)[int(first) - 1]
    assert find_look(project, name[:4]).name == name
    remember_sheet(project, sheet())
    with pytest.raises(InputError, match=f"there is no cell {first}"):
        find_look(project, first)


def test_an_unknown_cell_number_is_refused_with_the_count(project: Project) -> None:
    """The error for an unknown cell gives the number of cells and lists the existing looks."""
    remember_sheet(project, sheet(*names(project)))
    with pytest.raises(InputError, match="x has no look '200'") as caught:
        find_look(project, "200")
    assert caught.value.why.startswith("its last sheet has 3 cells; there are ")


def test_a_number_beyond_the_sheet_proposes_its_last_cell(project: Project) -> None:
    """The fix for a cell beyond the sheet names the valid numbers, without failed last cells."""
    remember_sheet(project, sheet(*names(project)[:2], ""))
    with pytest.raises(InputError, match="there is no cell 9") as caught:
        find_look(project, "9")
    earlier = "earlier sheets: doit looks project=x all=true"
    assert caught.value.why == f"the last sweep has 3 cells; {earlier}"
    assert (caught.value.fix, caught.value.meant) == ("choose 1 to 2", ("9", "2"))


def test_a_cell_number_finds_its_project(project: Project) -> None:
    """A cell number is looked up in the last sheets of all projects."""
    other = named(project.workspace, "y")
    (other.path / "looks").mkdir(parents=True)
    write(other, changed(crf=25))
    (other.path / "config.json").write_text("{}")
    remember_sheet(other, sheet(*names(other)))
    assert owner(project.workspace, "1") == "y"
    remember_sheet(project, sheet(*names(project)))
    assert owner(project.workspace, "3") == "x"
    with pytest.raises(InputError, match="the last sheets of x, y all have a cell 1"):
        owner(project.workspace, "1")


def test_the_file_stays_small_enough_to_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest sheets are dropped if the file would be too large to read."""
    monkeypatch.setattr(sheets, "MOST", 200)
    full = sheet(*["7f3a91bc"] * 256)
    first = {**asdict(full), "verb": "roll"}
    data = {"sheets": [first, *[asdict(full)] * 80]}
    (project.path / "sheets.json").write_text(json.dumps(data))
    for _ in range(20):
        remember_sheet(project, full)
    assert (project.path / "sheets.json").stat().st_size <= LARGEST
    assert {one.verb for one in sheets_of(project)} == {"sweep"}
    assert sheets_of(project)[-1] == full


@pytest.mark.parametrize(
    "rubbish",
    [
        3,
        [3],
        [{"verb": 1}],
        [{"verb": "sweep", "cells": [None, {"look": "../x"}], "when": "x"}],
        {},
    ],
)
def test_an_invalid_sheet_is_skipped(project: Project, rubbish: object) -> None:
    """An invalid sheet is skipped, and invalid JSON is reported."""
    path: Path = project.path / "sheets.json"
    path.write_text(json.dumps({"sheets": rubbish}))
    cell = numbered(project, "1")
    assert cell is None or cell.look == ""
    path.write_text("{")
    with pytest.raises(InputError, match=r"projects/x/sheets\.json is not JSON"):
        numbered(project, "1")
