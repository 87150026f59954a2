"""Tests are the specification: each test states its law, and each file of collide has a test."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import TURNS, due
from tests.house.costs import costly, taking_turns
from tests.house.rooms import CODE, FAMILIES, REPO, optional_rooms

TESTS = REPO / "tests"
# Source files without a test named after them, each with the file that tests it.
COVERED = TESTS / "house" / "covered.json"
GOLDEN = TESTS / "steps" / "golden"
# Rooms whose tests are in a folder other than tests/unit/ROOM, such as the verbs.
ELSEWHERE = {
    "verbs": "render",
    "tune": "tune",
    "farm": "farm",
    **dict.fromkeys(FAMILIES, "steps"),
}


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions and methods of a file."""
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def proofs(path: Path) -> list[ast.FunctionDef]:
    """Return the test functions of a file."""
    return [node for node in functions(path) if node.name.startswith("test_")]


def law(node: ast.FunctionDef) -> str:
    """Return the law that a test states, on one line, or "" if it states none."""
    return " ".join((ast.get_docstring(node) or "").split())


def called(node: ast.AST) -> set[str]:
    """Return the names of the functions and methods that a function calls."""
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    named = {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in calls}
    return named - {""}


@cache
def judges() -> frozenset[str]:
    """Return the test helpers that can fail, because they assert or call a helper that asserts."""
    helpers = [node for path in files("*.py") for node in functions(path)]
    helpers = [node for node in helpers if not node.name.startswith("test_")]
    found = {node.name for node in helpers if fails(node)} | {"raises", "wait_for_function"}
    while more := {node.name for node in helpers if called(node) & found} - found:
        found |= more
    return frozenset(found)


def fails(node: ast.AST) -> bool:
    """Return whether a function itself asserts or raises an error."""
    return any(isinstance(one, ast.Assert | ast.Raise) for one in ast.walk(node))


def mute(node: ast.FunctionDef) -> bool:
    """Return whether a test lacks a law or cannot fail."""
    sentence = law(node)
    if len(sentence.split()) < 3 or sentence[-1] not in ".!?":
        return True
    return not (fails(node) or called(node) & judges())


def files(pattern: str = "test_*.py") -> list[Path]:
    """Return the files in tests/ whose names match a pattern, by default the test files."""
    return sorted(TESTS.rglob(pattern))


@pytest.mark.parametrize(
    "folder", sorted({str(path.parent.relative_to(TESTS)) for path in files()})
)
def test_every_test_has_a_sentence_and_can_fail(folder: str) -> None:
    """Each test's docstring is a sentence of three words or more, and each test's body can fail."""
    found = [
        f"{path.name}::{node.name}"
        for path in files()
        if str(path.parent.relative_to(TESTS)) == folder
        for node in proofs(path)
        if mute(node)
    ]
    assert found == []


def test_no_two_tests_of_a_file_share_a_name() -> None:
    """No two tests of a file have the same name, because the second would hide the first."""
    twice = [
        f"{path.name}::{name}"
        for path in files()
        for name, count in Counter(node.name for node in proofs(path)).items()
        if count > 1
    ]
    assert twice == []


def mirror(source: Path) -> list[Path]:
    """Return the possible paths of a source file's test."""
    *room, _ = source.relative_to(CODE).parts
    name = f"test_{source.stem}.py"
    places = [TESTS.joinpath("unit", *room, name)]
    return [*places, *(TESTS / ELSEWHERE[one] / name for one in room if one in ELSEWHERE)]


def golden(source: Path) -> bool:
    """Return whether a file is an instrument with a golden file, which tests it."""
    return (GOLDEN / f"{named_golden(source)}.txt").exists()


def named_golden(source: Path) -> str:
    """Return the name of an instrument's golden file."""
    return f"{source.parent.name}-{source.stem.replace('_', '-')}"


def test_every_source_file_has_a_test() -> None:
    """Each source file has a test file named after it, a golden command, or a covered.json line."""
    covered = json.loads(COVERED.read_text())
    sources = [path for path in CODE.rglob("*.py") if not path.stem.startswith("__")]
    own = {
        str(path.relative_to(CODE))
        for path in sources
        if golden(path) or any(place.exists() for place in mirror(path))
    }
    there = {str(path.relative_to(CODE)) for path in sources}
    rooms = {path.parent.name for path in sources}  # the lines of an absent room are ignored
    named = {name for name in covered if name.partition("/")[0] in rooms}
    assert sorted(there - own - named) == [], "say in covered.json what tests it"
    assert sorted(named - there) == [], "there is no such file"
    assert sorted(named & own) == [], "it has a test of its own"


def test_covered_json_names_existing_tests() -> None:
    """covered.json is sorted, and each line for an existing source names an existing test file."""
    covered = json.loads(COVERED.read_text())
    assert list(covered) == sorted(covered)
    here = {source: test for source, test in covered.items() if (CODE / source).exists()}
    assert [test for test in here.values() if not (REPO / test).exists()] == []


def test_an_optional_room_tests_no_file_of_another_room() -> None:
    """The tests of an optional room, which may be absent, do not cover files of other rooms."""
    covered, rooms = json.loads(COVERED.read_text()), optional_rooms()
    assert {"farm", "shared"} <= rooms
    lost = [
        source
        for source, test in covered.items()
        if (room := Path(test).parts[1]) in rooms and source.partition("/")[0] != room
    ]
    assert lost == []


@pytest.mark.parametrize("room", sorted(optional_rooms()))
def test_only_its_dependents_import_tests_of_an_optional_room(room: str) -> None:
    """Only the tests of an optional room, and of rooms that depend on it, import from it."""
    named = re.compile(rf"^(from|import) (tests|collide)\.{room}\b", re.MULTILINE)
    above = {
        one
        for one in optional_rooms()
        if any(named.search(path.read_text()) for path in (CODE / one).glob("*.py"))
    }
    own = {place / one for one in {room, *above} for place in (TESTS, TESTS / "unit")}
    others = [path for path in files("*.py") if not own & {*path.parents}]
    assert [str(path) for path in others if named.search(path.read_text())] == []


def test_every_instrument_has_a_golden_command() -> None:
    """Every instrument has a golden command, so it needs no test file."""
    names = {named_golden(path) for path in instruments()}
    assert {path.stem for path in GOLDEN.glob("*.txt")} == names


def instruments() -> list[Path]:
    """Return the files of the instruments."""
    return [path for family in FAMILIES for path in (CODE / family).glob("[a-z]*.py")]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("def test_a():\n    assert f()\n", False),
        ('def test_a():\n    """It works."""\n    assert f()\n', False),
        ('def test_a():\n    """Nothing is rendered twice."""\n    x = 1\n', False),
        ('def test_a():\n    """Nothing is rendered twice"""\n    assert f()\n', False),
        ('def test_a():\n    """Nothing is rendered twice."""\n    assert f()\n', True),
    ],
)
def test_a_test_without_a_law_or_a_check_is_found(text: str, good: bool) -> None:
    """The check finds a missing, short or unpunctuated law, and a body that cannot fail."""
    (node,) = (one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef))
    assert mute(node) is not good


def test_every_costly_case_runs_every_few_days() -> None:
    """About one in TURNS costly cases runs each day, and every one runs within TURNS days.

    All other cases run daily.
    """
    costly_ones = [f"case {number}" for number in range(TURNS + 3)]
    cases = {"plain": False, **dict.fromkeys(costly_ones, True)}
    days = [[name for name, yes in zip(cases, due(cases.values(), day), strict=True) if yes]
            for day in range(TURNS)]  # fmt: skip
    assert all("plain" in day and len(day) in (2, 3) for day in days)
    ran = sorted(name for day in days for name in day if name != "plain")
    assert ran == sorted(costly_ones)


def test_tests_with_several_costly_cases_take_turns() -> None:
    """A test with several cases takes turns at a lower cost per case than a test with one case."""
    cases = {"f.py::a[1]": 0.2, "f.py::a[2]": 0.6, "f.py::b[1]": 0.1, "f.py::c": 0.9, "f.py::d": 2}
    assert costly(cases) == {"f.py::a": 0.4, "f.py::d": 2}


def test_costs_json_names_existing_tests() -> None:
    """Every test named in costs.json exists."""
    named = [test.partition("::") for test in taking_turns()]
    texts = {file: (REPO / file).read_text() for file in {file for file, _, _ in named}}
    assert named and not [test for file, _, test in named if f"def {test}(" not in texts[file]]


def test_the_mutation_harness_imports_nothing_from_collide() -> None:
    """The harness imports nothing from collide, because it cannot mutate a loaded module."""
    code = "import sys, tests.house.mutations\nprint({n[:7] for n in sys.modules} & {'collide'})"
    argv = [sys.executable, "-c", code]
    assert subprocess.run(argv, cwd=REPO, capture_output=True, check=True).stdout == b"set()\n"


# Filters that draw at random, each with the option that makes its pictures or sounds repeatable.
SEEDED = {"gradients=": ":c0=", "noise=al": ":all_seed=", "anoisesrc": "seed="}


def test_generated_clips_are_the_same_in_each_run() -> None:
    """Each filter that draws at random gets a seed, or colors, so no test depends on luck."""
    sources = [*files(), *(REPO / "benchmarks").rglob("*.py")]
    lines = [one for path in sources for one in path.read_text().splitlines()]
    drawn = [one for one in lines if any(name in one for name in SEEDED) and "SEEDED" not in one]
    assert len(drawn) > 10
    for name, option in SEEDED.items():
        assert [one for one in drawn if name in one and option not in one] == []
