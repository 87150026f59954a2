"""Public names: each name describes its content."""

import ast
from collections.abc import Iterator

from tests.house.rooms import CODE

# Words that do not describe content, so they may not be public names.
VAGUE = {"said", "told", "made", "known", "given", "found", "shown"}


def public(scope: ast.AST) -> Iterator[str]:
    """Yield the names that a module or class defines: functions, parameters, attributes, values."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
            inside = list(ast.walk(node))
            yield from (one.arg for one in inside if isinstance(one, ast.arg))
            stored = (one for one in inside if isinstance(one, ast.Attribute))
            yield from (one.attr for one in stored if isinstance(one.ctx, ast.Store))
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from public(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            inside = [name for target in targets for name in ast.walk(target)]
            yield from (one.id for one in inside if isinstance(one, ast.Name))


def vague(text: str) -> set[str]:
    """Return the public names in a source text that describe nothing."""
    return {name for name in public(ast.parse(text)) if name.lower() in VAGUE}


def test_no_public_name_is_vague():
    """No function, class, method, attribute, parameter or constant has a vague name."""
    files = {str(path.relative_to(CODE)): vague(path.read_text()) for path in CODE.rglob("*.py")}
    assert not {name: names for name, names in files.items() if names}


def test_every_kind_of_public_name_is_checked():
    """The check covers functions, methods, fields, attributes, parameters and constants."""
    text = (
        "GIVEN = 1\nTOLD: int = 2\ndef made(said): ...\n"
        "class Shown:\n    known: int\n    def f(self): self.found = 1\n"
    )
    assert {name.lower() for name in vague(text)} == VAGUE
    assert not vague("def f(request):\n    said = request\n    return said\n")
