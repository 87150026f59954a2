"""The tables of rooms and files in ARCHITECTURE.md, from pyproject.toml and docstrings.

    python -m tests.house.rooms

writes them between two marks in ARCHITECTURE.md; tests/house/test_rooms.py compares.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
CODE = REPO / "collide"
MAP = REPO / "ARCHITECTURE.md"
BEGIN, END = "<!-- rooms: begin -->\n", "<!-- rooms: end -->\n"
WIDEST = 110  # characters of a cell; a longer sentence ends at its first semicolon
# The instruments are listed by `doit knobs`, and verbs by `doit list`.
FAMILIES = ("source", "modes", "blend", "audio", "post")


def layers(container: str = "collide") -> list[list[str]]:
    """Return the names in each line of the order of imports, the highest first.

    A room in parentheses may be left out: without its folder it has no place.
    """
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text())["tool"]["importlinter"]
    (lines,) = (c["layers"] for c in contracts["contracts"] if c.get("containers") == [container])
    every = ((name.strip() for name in line.split("|")) for line in lines)
    named = [[name.strip("()") for name in line if not _left_out(name)] for line in every]
    return [line for line in named if line]


def _left_out(name: str) -> bool:
    return name.startswith("(") and not (CODE / name.strip("()")).is_dir()


def summary(path: Path) -> str:
    """Return the first sentence of a file's docstring, on one line, as a cell of a table."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    first = " ".join(text.split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.])\s", first)[0].rstrip(".")
    short = sentence if len(sentence) <= WIDEST else sentence.partition("; ")[0]
    return short.replace("|", "\\|")


def files(room: str) -> list[Path]:
    """Return the modules of a room, by name."""
    return sorted((CODE / room).glob("[a-z]*.py"))


def _rows() -> Iterator[str]:
    yield from ("| in `collide/` | is |", "|---|---|")
    for names in layers():
        for name in names:
            folder = (CODE / name / "__init__.py").exists()
            path = CODE / name / "__init__.py" if folder else CODE / f"{name}.py"
            yield f"| `{name}{'/' if folder else ''}` | {summary(path)} |"
    for name in (name for names in layers() for name in names):
        if (CODE / name).is_dir() and name not in (*FAMILIES, "verbs"):
            yield from ("", f"| in `{name}/` | is |", "|---|---|")
            yield from (f"| `{path.stem}` | {summary(path)} |" for path in files(name))


def tables() -> str:
    """Return the tables as they are to stand in ARCHITECTURE.md."""
    return "\n".join(_rows()) + "\n"


def written() -> str:
    """Return the tables that stand in ARCHITECTURE.md, but for those of rooms that are left out."""
    text = MAP.read_text().partition(BEGIN)[2].partition(END)[0]
    rooms = {name for names in layers() for name in names}
    tables = (table for table in text.split("\n\n") if _title(table) in ("collide", *rooms))
    rows = (row for table in tables for row in ["", *table.splitlines()])
    gone = re.compile(r"\| `(\w+)/` \|")
    kept = (row for row in rows if not (found := gone.match(row)) or found[1] in rooms)
    return "\n".join(kept).lstrip("\n") + "\n"


def _title(table: str) -> str:
    """Return the room that a table is of."""
    return table.partition("`")[2].partition("/`")[0]


if __name__ == "__main__":
    before, _, rest = MAP.read_text().partition(BEGIN)
    MAP.write_text(before + BEGIN + tables() + END + rest.partition(END)[2])
