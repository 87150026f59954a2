"""The sheets of a project, in projects/x/sheets.json: the look in each cell of sweeps and rolls.

Cells are counted from 1, as on the sheet itself: `look=3` is cell 3 of the last sheet.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import LARGEST, moved_away, read_json
from collide.base.words import several
from collide.project.project import Project
from collide.project.recipe import LOOK_FORM
from collide.store.locks import held_inside

MOST = 100  # the maximum number of sheets kept
MOST_CELLS = 256  # the maximum number of cells in one sheet
NUMBER = re.compile("[1-9][0-9]{0,2}")  # such a word is a cell number first, then a look's name
ONLY_NUMBER = re.compile("[0-9]{1,2}")  # such a word is only a cell number


@dataclass(frozen=True)
class SheetCell:
    """One cell: its look ("" if it failed), and its knobs as printed."""

    look: str
    turned: str


@dataclass(frozen=True)
class LookSheet:
    """The cells of one sweep or roll, in order."""

    verb: str
    when: float  # seconds since 1970
    words: list[str]  # as typed
    cells: list[SheetCell]

    def cell(self, number: int) -> SheetCell | None:
        """Return the cell with a number (counted from 1), or None if there are fewer cells."""
        return self.cells[number - 1] if 0 < number <= len(self.cells) else None


def sheets_of(project: Project) -> list[LookSheet]:
    """Return the sheets of a project, oldest first; raise InputError if the file is not JSON.

    Invalid sheets are skipped, since only cell numbers depend on them.
    """
    path = project.path / "sheets.json"
    label = f"projects/{project.name}/sheets.json"
    anew = moved_away(label, "move it away (its cells then lose their numbers)")
    every = read_json(path, label=label, anew=anew).get("sheets") if path.exists() else []
    return [sheet for data in _list(every) if (sheet := _sheet(data))]


def remember_sheet(project: Project, sheet: LookSheet) -> None:
    """Append a sheet and drop the oldest sheets beyond MOST sheets or LARGEST bytes."""
    with held_inside(project.path):
        kept = [asdict(one) for one in [*sheets_of(project), sheet][-MOST:]]
        while len(data := (json.dumps({"sheets": kept}) + "\n").encode()) > LARGEST:
            kept = kept[1 + len(kept) // 10 :]
        write_whole(project.path / "sheets.json", data)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _sheet(data: Any) -> LookSheet | None:
    if not isinstance(data, dict) or not isinstance(data.get("verb"), str):
        return None
    when, words = data.get("when"), [w for w in _list(data.get("words")) if isinstance(w, str)]
    when = float(when) if isinstance(when, int | float) and 0 <= when < 1e11 else 0.0
    raw_cells = [cell if isinstance(cell, dict) else {} for cell in _list(data.get("cells"))]
    cells = [_cell(cell.get("look"), cell.get("turned")) for cell in raw_cells[:MOST_CELLS]]
    return LookSheet(data["verb"], when, words, cells)


def _cell(look: Any, turned: Any) -> SheetCell:
    named = isinstance(look, str) and LOOK_FORM.fullmatch(look)
    return SheetCell(look if named else "", turned if isinstance(turned, str) else "")


def last_sheet(project: Project) -> str:
    """Return the word for the last sheet: "sweep" or "roll", or "sheet" for any other verb."""
    verb = sheets_of(project)[-1].verb
    return verb if verb in ("sweep", "roll") else "sheet"


def no_cell(project: Project, text: str) -> InputError:
    """Return the error for the number of a cell that is not on the last sheet."""
    if not (sheets := sheets_of(project)):
        return InputError(
            f"there is no cell {text}",
            why=f"{project.name} has no roll or sweep yet",
            fix=f"doit roll project={project.name} n=12",
        )
    last = max((n for n, cell in enumerate(sheets[-1].cells, start=1) if cell.look), default=0)
    earlier = f"doit looks project={project.name} all=true"
    count = several(len(sheets[-1].cells), "cell")
    return InputError(
        f"there is no cell {text}",
        why=f"the last {last_sheet(project)} has {count}; earlier sheets: {earlier}",
        fix=f"choose 1 to {last}" if last > 1 else "see the looks of earlier sheets: " + earlier,
        meant=(text, str(last)) if last > 1 else None,
    )


def numbered(project: Project, text: str) -> SheetCell | None:
    """Return the cell of the last sheet with the number in `text`, or None."""
    if not NUMBER.fullmatch(text) or not (sheets := sheets_of(project)):
        return None
    return sheets[-1].cell(int(text))
