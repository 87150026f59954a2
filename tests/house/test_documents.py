"""The documents are correct: the verbs, knobs, files and names that they quote exist."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.catalog import knobs
from collide.syntax.arguments import KINDS
from collide.syntax.verb import declaration, verb_module, verbs
from tests.house.rooms import CODE, REPO, left_out

DOCUMENTS = [
    path
    for path in [*sorted(REPO.glob("*.md")), *sorted((REPO / "docs").rglob("*.md"))]
    if path.name != "CHANGELOG.md"  # the changelog mentions former names
]
# Placeholders for names that the reader chooses.
BLANKS = re.compile(r"…|\.\.\.|<|>|\b[A-Z]{2,}\b")
WORD = re.compile(r"(?:layer\d\.)?([a-z][a-z0-9_]*)=(.*)")
THEIRS = {"projects", "library", "cache"}  # the artist's folders: paths in them are not checked
FOLDERS = [path for path in REPO.iterdir() if path.is_dir() and path.name[0] != "."]
TOP = {path.name for path in FOLDERS} - THEIRS
ROOMS = {path.name for path in CODE.iterdir() if path.is_dir()} - THEIRS


def quoted(text: str) -> list[str]:
    """Return each text in backticks in a document, and each command in its code blocks."""
    blocks = re.findall(r"^    ((?:doit|python -m) .*)$", text, re.MULTILINE)
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [
        *re.findall(r"`([^`\n]+)`", plain),
        *(re.split(r"\s{2,}|\s#", one)[0] for one in blocks),
    ]


@cache
def sources() -> dict[Path, str]:
    """Map each code, page, test and settings file, except this file, to its text."""
    found = [*REPO.glob("*.py"), *REPO.glob("*.toml")]
    for folder in sorted(TOP - {"docs"}):
        for kind in ("py", "js", "css", "html"):
            found += (REPO / folder).rglob(f"*.{kind}")
    return {path: path.read_text() for path in found if path != Path(__file__)}


@cache
def names() -> frozenset[str]:
    """Return every word in the sources, and the name of every file without its suffix."""
    words = {path.stem for path in sources()}
    for text in sources().values():
        words |= set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
    return frozenset(words)


def wrong(token: str) -> Iterator[str]:
    """Yield each error in a token: a verb, variable, knob, file or name that does not exist."""
    command = re.match(r"doit (?:-[a-z] ?\d )?([a-z-]+(?::\S+)?)(.*)", token)
    if command:
        yield from _of_verb(command[1], command[2])
    elif WORD.fullmatch(token.split(" ", maxsplit=1)[0]):
        words = [word for each in token.split() if (word := WORD.fullmatch(each))]
        for word in words:
            # an ffmpeg filter option: used in the sources, or written as `filter=option=value`
            option = "=" in word[2] or any(word[0] in text for text in sources().values())
            if word[1] not in variables() | set(knobs()) and not option:
                yield f"{word[1]}= is neither a variable of a verb nor a knob"
    elif "/" in token and not BLANKS.search(token) and " " not in token:
        yield from (f"{path} is not there" for path in expanded(token) if not there(path))
    elif re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", token) and token not in names():
        yield "no code, page, test or file has such a name"


def _of_verb(verb: str, rest: str) -> Iterator[str]:
    kind = verb.partition(":")[0]
    if verb not in verbs() and kind not in KINDS:
        yield f"no verb or task {verb}"
        return
    takes = declaration(verb if verb in verbs() else "render")
    mine = {*takes.variables, *(knobs() if takes.knobs else ())}
    for each in rest.split():
        word = WORD.fullmatch(each)
        if word and word[1] not in {*mine, "knob", *(_tried(verb) or ())}:
            yield f"doit {verb} takes no {word[1]}="


def _tried(verb: str) -> set[str]:
    """Return all knobs if any knob may follow this verb in documents, otherwise an empty set."""
    return set(knobs()) if verb in ("set", "sweep", "knobs", "list", "info", "clean") else set()


@cache
def variables() -> frozenset[str]:
    """Return the variables of all verbs."""
    return frozenset(name for verb in verbs() for name in declaration(verb).variables) | {"knob"}


def expanded(path: str) -> list[str]:
    """Return each path that braces expand to: `a/{b,c}.py` becomes a/b.py and a/c.py."""
    parts = re.split(r"\{([^}]*)\}", path)
    choices = [part.split(",") if at % 2 else [part] for at, part in enumerate(parts)]
    return ["".join(one) for one in product(*choices)]


def there(path: str) -> bool:
    """Return whether a path exists in the repository.

    Paths that begin elsewhere, or in an absent room, are not checked and count as existing.
    """
    first, _, rest = path.partition("/")
    if {*path.split("/")[:2]} & left_out():
        return True
    for top, ours in ((REPO, TOP), (CODE, ROOMS)):
        if first in ours and rest:
            return any(top.glob(path)) or (top / f"{path}.py").exists()
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPO)))
def test_everything_that_a_document_quotes_exists(document: Path) -> None:
    """Every verb, variable, knob, file and name that a document quotes exists."""
    found = {token: [*wrong(token)] for token in quoted(document.read_text())}
    assert {token: what for token, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "token",
    [
        "doit rendr project=x", "doit render projct=x", "layer2.similarty=0.3", "similarty=0.3",
        "collide/store/objets.py", "plan/tabel.py", "collide/{source,blends}/", "colour_steps",
        "doit help look=3", "tests/rendr/",
    ],
)  # fmt: skip
def test_a_wrong_name_is_reported(token: str) -> None:
    """The check reports each misspelled verb, variable, knob, file or name.

    The check also reports a variable that belongs to another verb.
    """
    assert [*wrong(token)]


@pytest.mark.parametrize(
    "token",
    [
        "doit render project=x layer2.similarity=0.3", "doit layer:2 project=x", "plan/table.py",
        "collide/{source,blend}/", "projects/x/scripts/<family>/NAME.py", "layer_steps", "fps=24",
    ],
)  # fmt: skip
def test_existing_names_pass(token: str) -> None:
    """The check accepts existing names, placeholders, and paths in the reader's own workspace."""
    assert not [*wrong(token)]


@pytest.mark.parametrize("verb", verbs())
def test_help_lists_exactly_the_variables_of_a_verb(
    verb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A verb's help lists exactly the variables that the verb accepts.

    Variables of other verbs are refused, unless they are knobs.
    """
    from collide.base.workspace import Workspace
    from collide.cli.request import understand

    takes = declaration(verb).variables
    assert verb_module("help").run(understand(Workspace(tmp_path), "help", [verb], {})) == 0
    offered = set(re.findall(r"^  ([a-z][a-z_-]*)= ", capsys.readouterr().out, re.MULTILINE))
    assert offered == set(takes)
    for name in variables() - {"knob"} - set(takes) - set(knobs()):
        with pytest.raises(InputError):
            understand(Workspace(tmp_path), verb, [], {name: "1"})
