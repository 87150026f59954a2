"""The commands that measure the tests: mutation testing, and coverage by room."""

import ast
import json
from pathlib import Path

from tests.house.coverage import FIGURES, by_room, fallen
from tests.house.mutations import QUICK, selected_tests
from tests.house.mutators import mutants, unchanged
from tests.house.rooms import CODE, REPO

TEXT = '''"""A docstring."""

LIMIT: int = 3


def f(a: int, b: str) -> bool:
    """Another one."""
    if not a and b == "x":
        raise InputError("for people", why="", fix="")
    g(a)
    return a + 1 < LIMIT
'''


def planted(path: Path, text: str) -> list[str]:
    """Return the source code of every mutant of a file that contains `text`."""
    path.write_text(text)
    return [ast.unparse(mutant.source()) for mutant in mutants(path)]


def test_each_mutant_is_one_change_that_compiles(tmp_path: Path) -> None:
    """Each mutant changes one condition, comparison, sum, number, string, call, error or result."""
    plain = ast.unparse(ast.parse(TEXT)).splitlines()
    every = planted(tmp_path / "one.py", TEXT)
    lines = {
        (before.strip(), after.strip())
        for text in every
        for before, after in zip(plain, text.splitlines(), strict=True)
        if before != after
    }
    assert lines == {
        ("LIMIT: int = 3", "LIMIT: int = 4"),
        ("if not a and b == 'x':", "if a and b == 'x':"),
        ("if not a and b == 'x':", "if not a or b == 'x':"),
        ("if not a and b == 'x':", "if not a and b != 'x':"),
        ("if not a and b == 'x':", "if not a and b == 'xXX':"),
        ("if not a and b == 'x':", "if not (not a and b == 'x'):"),
        ("raise InputError('for people', why='', fix='')", "pass"),
        ("g(a)", "pass"),
        ("return a + 1 < LIMIT", "return None"),
        ("return a + 1 < LIMIT", "return a + 1 <= LIMIT"),
        ("return a + 1 < LIMIT", "return a - 1 < LIMIT"),
        ("return a + 1 < LIMIT", "return a + 2 < LIMIT"),
    }
    assert len(every) == len(lines)
    for text in every:
        compile(text, "one.py", "exec")


def test_untestable_code_is_not_mutated(tmp_path: Path) -> None:
    """Mutation spares docstrings, types, assertions for type checkers, and error messages."""
    text = '"""Words."""\ndef f(a: "int") -> "str":\n    """More."""\n    assert a == 3\n'
    assert planted(tmp_path / "two.py", text) == []
    path = CODE / "store" / "step.py"
    assert ast.dump(unchanged(path).source()) == ast.dump(ast.parse(path.read_text()))


def test_every_mutated_room_has_tests() -> None:
    """Each mutated room has over 500 mutants, and all tests selected for its files exist.

    A file's own test runs first.
    """
    for room in QUICK:
        paths = sorted((CODE / room).glob("[a-z]*.py"))
        assert sum(1 for path in paths for _ in mutants(path)) > 500
        for path in paths:
            assert all((REPO / name).exists() for name in selected_tests(path))
    assert selected_tests(CODE / "store" / "locks.py")[0] == "tests/unit/store/test_locks.py"


def test_a_fall_in_coverage_is_reported_for_its_room() -> None:
    """The report names a room whose coverage falls, even if another rises, but not a new room."""
    one = {"covered_lines": 8, "covered_branches": 1, "num_statements": 8, "num_branches": 4}
    two = {**one, "covered_lines": 4}
    files = {"collide/store/a.py": {"summary": one}, "collide/plan/b.py": {"summary": two}}
    now = by_room({"files": {str(REPO / name): found for name, found in files.items()}})
    assert now == {"all": 58.3, "plan": 41.7, "store": 75.0}
    assert fallen(now, {"all": 50.0, "store": 75.0}) == []
    assert fallen(now, {"all": 50.0, "store": 76.0}) == ["store: 76.0% → 75.0%"]


def test_both_rooms_of_the_quick_measurement_have_figures() -> None:
    """coverage.json contains figures for both rooms of the quick measurement."""
    figures = json.loads(FIGURES.read_text())
    assert figures["quick"].keys() == {"store", "plan"}
    assert figures["quick"]["store"] > 85
