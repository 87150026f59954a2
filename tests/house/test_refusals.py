"""Every refusal has a test: each error text occurs in a test, or in a text file of tests/."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.rooms import CODE, REPO

ERRORS = "collide.base.errors"
HERE = Path(__file__).parent


def literals(node: ast.AST) -> list[str]:
    """Return the string literals in an expression that are longer than three characters."""
    found = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return [text.strip() for text in found if isinstance(text, str) and len(text.strip()) > 3]


def raised(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line of each error that a file raises, and the longest literal of each text.

    If the text is a variable, take the literals that the same function assigned to it. Omit errors
    that only repeat the text of another error.
    """
    tree = ast.parse(path.read_text())
    names = {
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == ERRORS
        for one in node.names
        if one.name.endswith("Error")
    }
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for node in ast.walk(scope) if scope is not tree else _outside(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in names and node.args:
                texts = [
                    longest
                    for part in _parts(node.args[0], scope)
                    if (longest := max(literals(part), key=len, default=""))
                ]
                if texts:
                    yield node.lineno, texts


def _outside(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from ast.walk(node)


def _parts(what: ast.expr, scope: ast.AST) -> Iterator[ast.AST]:
    """Yield each expression that may be the text: this one, or those assigned to its name."""
    if isinstance(what, ast.IfExp):
        yield from (*_parts(what.body, scope), *_parts(what.orelse, scope))
        return
    if not isinstance(what, ast.Name):
        yield what
        return
    for name, value in _assigned(scope):
        if isinstance(name, ast.Name) and name.id == what.id:
            yield from _parts(value, scope)


def _assigned(scope: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield (target, value) for each assignment in a function; for a tuple, also for each item."""
    for node in (one for one in ast.walk(scope) if isinstance(one, ast.Assign)):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            yield target, node.value


@cache
def texts_of_tests() -> str:
    """Return all strings in tests outside this folder, and the text of all .txt files in tests/."""
    texts = [path.read_text() for path in sorted((REPO / "tests").rglob("*.txt"))]
    for path in sorted((REPO / "tests").rglob("*.py")):
        if path.parent != HERE:
            nodes = ast.walk(ast.parse(path.read_text()))
            constants = (node.value for node in nodes if isinstance(node, ast.Constant))
            texts += [value for value in constants if isinstance(value, str)]
    return "\n".join(texts)


@pytest.mark.parametrize("room", sorted({path.parent.name for path in CODE.rglob("*.py")}))
def test_every_error_text_occurs_in_a_test(room: str) -> None:
    """The longest part of the first line of each error occurs in a test."""
    missing = [
        f"{path.relative_to(REPO)}:{line}: {text}"
        for path in sorted(CODE.rglob("*.py"))
        if path.parent.name == room
        for line, texts in raised(path)
        for text in texts
        if text not in texts_of_tests()
    ]
    assert missing == []


def test_an_error_is_found_however_its_text_is_built(tmp_path: Path) -> None:
    """The check finds an error whose text is plain, contains values, or was assigned first."""
    path = tmp_path / "one.py"
    path.write_text(
        "from collide.base.errors import InputError, TaskError as Failed\n"
        "def f(x):\n"
        "    what = f'{x} is too late' if x else 'nobody came'\n"
        "    other, why = 'a pair of words', 'no'\n"
        "    if x: raise InputError(what, why='', fix='')\n"
        "    if y: raise InputError(other, why=why, fix='')\n"
        "    raise Failed('a plain ' 'text', why='', fix='')\n"
        "def g(error):\n"
        "    return InputError(error.what, why=error.why, fix='')\n"
    )
    texts = [text for _, texts in raised(path) for text in texts]
    assert sorted(texts) == ["a pair of words", "a plain text", "is too late", "nobody came"]
