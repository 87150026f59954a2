"""The mistakes that mutation testing plants, each a small change to a syntax tree."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE = Path(__file__).parents[2] / "collide"  # not imported from rooms.py, which imports collide

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip

Change = Callable[[ast.AST], ast.AST]  # returns the replacement of a node


@dataclass(frozen=True)
class Mutant:
    """A planted mistake: its file, its node (by position in the walk), and the change."""

    path: Path
    at: int
    what: str
    change: Change

    @property
    def module(self) -> str:
        """Return the name of the module."""
        parts = self.path.relative_to(CODE.parent).with_suffix("").parts
        return ".".join(parts)

    def source(self) -> ast.Module:
        """Return the changed tree of the file."""
        tree = copy.deepcopy(_tree(self.path))
        target = list(ast.walk(tree))[self.at]
        new = ast.copy_location(self.change(target), target)
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is target:
                    setattr(parent, name, new)
                elif isinstance(value, list):
                    value[:] = [new if one is target else one for one in value]
        return ast.fix_missing_locations(tree)

    def __str__(self) -> str:
        """Return the file, the line and the change."""
        line = getattr(list(ast.walk(_tree(self.path)))[self.at], "lineno", 0)
        return f"{self.path.relative_to(CODE)}:{line}: {self.what}"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mistake that can be planted in a file."""
    tree = _tree(path)
    skipped = set(_no_code(tree))
    for at, node in enumerate(ast.walk(tree)):
        if node not in skipped:
            for what, change in _changes(node):
                yield Mutant(path, at, what, change)


def unchanged(path: Path) -> Mutant:
    """Return a mutant without a change, which no test may reject."""
    return Mutant(path, 0, "nothing", lambda tree: tree)


def _no_code(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that are not mutated, because no test could check them.

    These nodes are docstrings, types, assertions, decorators of classes, and error messages.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from (node, node.value)
        annotations = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.Assert):  # an assertion only serves the type checker
            annotations.append(node)
        if isinstance(node, ast.ClassDef):  # frozen=True is for the type checker, too
            annotations += node.decorator_list
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
            annotations.append(node)
        for part in filter(None, annotations):
            yield from ast.walk(part)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield (description, change) for one node."""
    shown = ast.unparse(node)[:60].replace("\n", " ") if hasattr(node, "lineno") else ""
    if isinstance(node, ast.Constant):
        yield from _constants(node)
        return
    for kinds, says, change in CHANGES:
        if isinstance(node, kinds) and _suits(node):
            yield f"{says}: {shown}", change
            return


def _suits(node: ast.AST) -> bool:
    """Return whether changing this node changes what the code does."""
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in TURNED
    if isinstance(node, ast.BinOp):
        return type(node.op) in SUMS
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Return):
        return ast.unparse(node) not in ("return", "return None")
    return True


def _constants(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    value = node.value
    if isinstance(value, bool):
        yield f"not {value}", lambda _: ast.Constant(not value)
    elif isinstance(value, int | float):
        yield f"{value} + 1", lambda _: ast.Constant(value + 1)
    elif isinstance(value, str) and value.strip():
        yield f"a different string: {value[:40]!r}", lambda _: ast.Constant(f"{value}XX")


def _turn(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Compare)
    new = copy.copy(node)
    new.ops = [TURNED[type(node.ops[0])](), *node.ops[1:]]
    return new


def _swap(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _sum(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.BinOp)
    return ast.BinOp(node.left, SUMS[type(node.op)](), node.right)


def _negate(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.If | ast.IfExp)
    new = copy.copy(node)
    new.test = ast.UnaryOp(ast.Not(), node.test)
    return new


CHANGES: list[tuple[type | tuple[type, ...], str, Change]] = [
    (ast.Compare, "turned", _turn),
    (ast.BoolOp, "and for or", _swap),
    (ast.UnaryOp, "without not", lambda one: one.operand),  # type: ignore[attr-defined]
    (ast.BinOp, "a different operator", _sum),
    ((ast.If, ast.IfExp), "if not", _negate),
    (ast.Return, "None for", lambda _: ast.Return(ast.Constant(None))),
    ((ast.Expr, ast.AugAssign, ast.Raise, ast.Delete), "left out", lambda _: ast.Pass()),
]
