"""A hundred mistakes, each mended by its message alone: every line of a fix is pasted here.

What is typed and what was meant stand in mistakes/typed.txt. A pasted line is read as doit reads
it, its knobs and values are checked, and its project is opened; nothing is rendered.
"""

import re
import shlex
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.arguments import KINDS, refuse_doubles, verb_module, verbs
from collide.cli.mending import refuse_spaced, refuse_words
from collide.cli.request import understand
from tests.render.conftest import House
from tests.render.refusals import answered
from tests.render.test_wrong_input import still  # noqa: F401 - the house that nothing changes

TABLE = Path(__file__).parent / "mistakes" / "typed.txt"
ROWS = [tuple(map(str.strip, row.split("→"))) for row in TABLE.read_text().splitlines()[1:]]


def pasted(house: House, text: str) -> None:
    """Read a line as doit does, and open what it names; InputError where it is refused."""
    argv = shlex.split(text)
    assert argv[0] == "doit"
    words = [word for word in argv[1:] if "=" not in word or word[0] == "-"]
    typed = dict(word.split("=", 1) for word in argv[1:] if "=" in word and word[0] != "-")
    if words[:1] == ["-n"]:
        words = words[2:]
    refuse_doubles(argv[1:])
    refuse_spaced(argv[1:])
    verb = words[0] if words and words[0] in verbs() and words[0] not in KINDS else "render"
    if verb == "render":
        refuse_words(words, typed)
    rest = words if verb == "render" else words[1:]
    workspace = Workspace(house.root)
    request = understand(workspace, verb, verb_module(verb), rest, typed)
    if request.project and verb not in ("new", "batch", "night"):
        knobs = {} if verb == "sweep" else None  # each has several values
        with request.open(knobs=knobs):
            pass


def lines_of(answer: str) -> list[str]:
    """Return the lines of a fix that can be pasted, whatever is said before them."""
    fix = answer.partition("\n  fix  ")[2]
    return re.findall(r"^ *(?:.*[:?] )?(doit .*)$", fix, flags=re.MULTILINE)


@pytest.mark.parametrize(("typed", "meant"), ROWS, ids=[row[0] for row in ROWS])
def test_a_mistake_is_mended_from_its_message(still, typed, meant):  # noqa: F811
    """The fix has the line that was meant, and each of its lines is taken when it is pasted."""
    printed = lines_of(answered(still, *shlex.split(typed)))
    assert f"doit {meant}" in printed
    for text in printed:
        pasted(still, text)


def test_there_are_a_hundred():
    """The table is not shortened by who breaks a row of it."""
    assert len({typed for typed, _ in ROWS}) >= 100


def test_what_is_pasted_is_really_checked(still):  # noqa: F811
    """A line that is still wrong is refused, so that the test above can fail."""
    for text in (
        "doit still project=x similarity=30%",
        "doit rendr project=x",
        "doit still project=q",
    ):
        with pytest.raises(InputError):
            pasted(still, text)
