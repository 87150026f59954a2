"""Generated tables of the documents: rooms, files, verbs and instruments.

    python -m tests.house.rooms

This command writes each table between two marks in its document; tests/house/test_rooms.py checks
that each table is current. The content comes from pyproject.toml, docstrings, and the knobs of
instruments.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from collide.catalog import instruments
from collide.syntax.verb import purpose, verbs

REPO = Path(__file__).parents[2]
CODE = REPO / "collide"
DOCS = REPO / "docs"
WIDEST = 110  # characters in a cell; a longer sentence is cut at its first semicolon

# The instruments are listed in docs/instruments.md, and verbs in docs/commands.md.
FAMILIES = ("source", "modes", "blend", "audio", "post")


def layers(container: str = "collide") -> list[list[str]]:
    """Return the names in each layer of the import order, highest first.

    A room in parentheses is optional: if its folder is missing, it is omitted.
    """
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text())["tool"]["importlinter"]
    (lines,) = (c["layers"] for c in contracts["contracts"] if c.get("containers") == [container])
    every = ((name.strip() for name in line.split("|")) for line in lines)
    named = [[name.strip("()") for name in line if not _left_out(name)] for line in every]
    return [line for line in named if line]


def _left_out(name: str) -> bool:
    return name.startswith("(") and not (CODE / name.strip("()")).is_dir()


def optional_rooms() -> set[str]:
    """Return the optional rooms, present or absent. Other rooms import them only if they exist."""
    asks = re.compile(r'optional\("(\w+)\.|^ROOM = "collide\.(\w+)"', re.MULTILINE)
    found = [asks.findall(path.read_text()) for path in CODE.rglob("*.py")]
    return {first or second for pairs in found for first, second in pairs}


def left_out() -> set[str]:
    """Return the absent optional rooms."""
    return {room for room in optional_rooms() if not (CODE / room).is_dir()}


def summary(text: str | None) -> str:
    """Return the first sentence of a docstring, shortened if too long, as a cell of a table."""
    first = " ".join((text or "").split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.])\s", first)[0].rstrip(".")
    short = sentence if len(sentence) <= WIDEST else sentence.partition("; ")[0]
    return short.replace("|", "\\|")


def _summary_of(path: Path) -> str:
    return summary(ast.get_docstring(ast.parse(path.read_text())))


def files(room: str) -> list[Path]:
    """Return the modules of a room, sorted by name."""
    return sorted((CODE / room).glob("[a-z]*.py"))


def _rooms() -> Iterator[str]:
    yield from ("| in `collide/` | is |", "|---|---|")
    for names in layers():
        for name in names:
            folder = (CODE / name / "__init__.py").exists()
            path = CODE / name / "__init__.py" if folder else CODE / f"{name}.py"
            yield f"| `{name}{'/' if folder else ''}` | {_summary_of(path)} |"


def _files() -> Iterator[str]:
    for name in sorted(name for names in layers() for name in names):
        if (CODE / name).is_dir() and name not in (*FAMILIES, "verbs"):
            yield from ("", f"| in `{name}/` | is |", "|---|---|")
            yield from (f"| `{path.stem}` | {_summary_of(path)} |" for path in files(name))


def _verbs() -> Iterator[str]:
    yield from ("| verb | what it does |", "|---|---|")
    for verb in sorted(verbs()):
        yield f"| `doit {verb}` | {summary(purpose(verb))} |"


def _instruments() -> Iterator[str]:
    for family in FAMILIES:
        yield from ("", f"| in `{family}/` | what it does | knobs |", "|---|---|---|")
        for name, module in instruments().items():
            if name.startswith(f"{family}/"):
                about = summary((module.__doc__ or "").partition(": ")[2])
                owned = " ".join(f"`{knob}`" for knob in module.DEFAULTS)
                yield f"| `{name.partition('/')[2]}` | {about} | {owned} |"


# The generated tables: for each, the name of its marks, its document, and its rows.
GENERATED: dict[str, tuple[Path, Callable[[], Iterator[str]]]] = {
    "rooms": (REPO / "ARCHITECTURE.md", _rooms),
    "files": (DOCS / "rooms.md", _files),
    "verbs": (DOCS / "commands.md", _verbs),
    "instruments": (DOCS / "instruments.md", _instruments),
}


def marks(name: str) -> tuple[str, str]:
    """Return the marks before and after a table."""
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"


def table(name: str) -> str:
    """Return a table as it should be in its document."""
    return "\n".join(GENERATED[name][1]()).lstrip("\n") + "\n"


def written(name: str) -> str:
    """Return the table that is in its document, except the parts about absent rooms."""
    begin, end = marks(name)
    text = GENERATED[name][0].read_text().partition(begin)[2].partition(end)[0]
    rooms = {name for names in layers() for name in names}
    parts = (part for part in text.split("\n\n") if _room(part) in (None, *rooms))
    rows = (row for part in parts for row in ["", *part.splitlines()])
    gone = re.compile(r"\| `(\w+)/` \|")
    kept = (row for row in rows if not (match := gone.match(row)) or match[1] in rooms)
    return "\n".join(kept).lstrip("\n") + "\n"


def _room(part: str) -> str | None:
    """Return the room whose files a table lists, or None for any other table."""
    match = re.match(r"\| in `(\w+)/` \| is \|", part)
    return match[1] if match and match[1] != "collide" else None


if __name__ == "__main__":
    for each, (document, _) in GENERATED.items():
        begin, end = marks(each)
        before, _, rest = document.read_text().partition(begin)
        document.write_text(before + begin + table(each) + end + rest.partition(end)[2])
