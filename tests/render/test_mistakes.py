"""A hundred mistakes, each fixable from its message alone: every line of a fix is pasted here.

mistakes/typed.txt holds the typed line and the intended one, or, "in quotes", what the answer
contains if no command fixes it. A pasted line is read as doit reads it, its knobs and values are
checked, and its project is opened; nothing is rendered.
"""

import re
import shlex
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.pasting import read_line
from tests.render.conftest import House
from tests.render.refusals import answered
from tests.render.test_wrong_input import still  # noqa: F401 - the house that nothing changes

TABLE = Path(__file__).parent / "mistakes" / "typed.txt"
ROWS = [tuple(map(str.strip, row.split("→"))) for row in TABLE.read_text().splitlines()[1:]]


def pasted(house: House, text: str) -> None:
    """Read a line as doit does, and open what it names; InputError if it is refused."""
    argv = shlex.split(text)
    assert argv[0] == "doit"
    request = read_line(Workspace(house.root), argv[1:])
    if request.project and request.verb not in ("new", "batch", "night"):
        # each of a sweep has several values, and set removes one with none
        knobs = {} if request.verb == "sweep" else {n: v for n, v in request.knobs.items() if v}
        with request.open(knobs=knobs):
            pass


def lines_of(answer: str) -> list[str]:
    """Return the pasteable lines of a fix, whatever precedes them."""
    fix = answer.partition("\n  fix  ")[2]
    return re.findall(r"^ *(?:.*[:?] )?(doit .*)$", fix, flags=re.MULTILINE)


@pytest.mark.parametrize(("typed", "meant"), ROWS, ids=[row[0] for row in ROWS])
def test_a_mistake_is_mended_from_its_message(still, typed, meant):  # noqa: F811
    """The fix contains the intended line, or the quoted words; each of its lines is accepted."""
    answer = answered(still, *shlex.split(typed))
    printed = lines_of(answer)
    if meant.startswith('"'):
        assert meant.strip('"') in answer
    else:
        assert f"doit {meant}" in printed
    for text in printed:
        pasted(still, text)


def test_there_are_a_hundred():
    """The table keeps its length, so no broken row can simply be deleted."""
    assert len({typed for typed, _ in ROWS}) >= 100


def test_what_is_pasted_is_really_checked(still):  # noqa: F811
    """A line that is still wrong is refused, so the test above can fail."""
    for text in (
        "doit still project=x similarity=30%",
        "doit rendr project=x",
        "doit still project=q",
    ):
        with pytest.raises(InputError):
            pasted(still, text)
