"""Rooms of collide: the location and the name of every file, and the length of every function."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.house.rooms import CODE, FAMILIES, GENERATED, REPO, layers, table, written

MACHINE = sorted(CODE.rglob("*.py"))
# Names that users type for both an instrument and a verb, or for two instruments.
TYPED_TWICE = {"matte", "listen"}


def test_each_file_name_occurs_once_in_the_tree():
    """Each file name occurs once in collide/, except for names that users type."""
    names = Counter(path.stem for path in MACHINE if not path.stem.startswith("__"))
    assert {name for name, count in names.items() if count > 1} <= TYPED_TWICE


def test_no_folder_has_a_name_that_tools_skip():
    """No folder has a name, such as build or dist, that test runners and packagers skip."""
    files = [path for root in (CODE, CODE.parent / "tests") for path in root.rglob("*.py")]
    folders = {path.parent.name for path in files}  # ignores folders left by older versions
    assert not folders & {"build", "dist", "out", "target", "venv", "node_modules"}


def test_no_room_contains_a_room():
    """Every module is collide/ROOM/FILE.py, or one of the few in collide/ itself."""
    assert not [path for path in MACHINE if len(path.relative_to(CODE).parts) > 2]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_tables_match_the_tree(name):
    """Tables of rooms, files, verbs and instruments match the tree, row by row."""
    assert written(name) == table(name), "write them: python -m tests.house.rooms"


@pytest.mark.parametrize("name", GENERATED)
def test_the_first_sentence_of_every_file_fits_one_row(name):
    """The first sentence of each file fits in a row of its table."""
    rows = [row.split(" | ")[1] for row in table(name).splitlines() if row.startswith("| `")]
    assert rows
    assert not [row for row in rows if not row.strip(" |") or len(row) > 125]


def test_architecture_has_at_most_160_lines():
    """ARCHITECTURE.md has at most 160 lines."""
    assert len((REPO / "ARCHITECTURE.md").read_text().splitlines()) <= 160


def test_the_import_order_lists_every_room_once():
    """Each folder and file directly in collide/ occurs once in the import order."""
    named = [name for names in layers() for name in names]
    there = {path.parent.name for path in CODE.glob("*/__init__.py")}
    there |= {path.stem for path in CODE.glob("[a-z]*.py")} | {"__main__"}
    assert sorted(named) == sorted(there)


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return every function and method of a file."""
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("room", sorted({path.parent.name for path in MACHINE}))
def test_no_function_has_more_than_forty_lines(room):
    """No function has more than forty lines, including its docstring."""
    long = {
        f"{path.name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MACHINE
        if path.parent.name == room
        for node in functions(path)
    }
    assert not {name: lines for name, lines in long.items() if lines > 40}


def test_every_family_of_instruments_has_a_folder():
    """The folders of all five families of instruments exist."""
    assert all((CODE / family / "__init__.py").exists() for family in FAMILIES)
