"""What `doit list`, `doit help` and `doit knobs` print: all there is, once; its lines work."""

import shlex
from collections import Counter

import pytest

from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.cli.arguments import verb_module, verbs
from collide.cli.request import Request, understand
from collide.verbs import help as page
from collide.verbs import knobs as index
from collide.verbs.list import BEGIN, grouped


def understood(house: Workspace, line: str) -> Request:
    """Read a printed line as doit does."""
    verb, *rest = shlex.split(line)[1:]
    words = [word for word in rest if "=" not in word and word[0] != "-"]
    typed = dict(word.split("=", 1) for word in rest if "=" in word)
    if "--shell" in rest:
        words.remove("bash")
    return understand(house, verb, verb_module(verb), words, typed)


def test_every_verb_stands_in_one_group() -> None:
    """A new verb is seen before it is grouped, under `more`; today none is there."""
    counts = Counter(verb for members in grouped().values() for verb in members)
    assert counts == Counter(verbs())
    assert "more" not in grouped()


@pytest.mark.parametrize("line", BEGIN)
def test_where_to_begin_can_be_pasted(house: Workspace, line: str) -> None:
    """A stranger types these first, and each is understood as its verb."""
    assert understood(house, line).verb == line.split()[1]


@pytest.mark.parametrize("verb", [verb for verb in verbs() if verb != "sweep"])
def test_every_page_has_an_example_that_is_taken(house: Workspace, capsys, verb: str) -> None:
    """And names each variable of its verb; the defaults of a piece where knobs are taken."""
    line = page.example(verb, verb_module(verb))
    assert understood(house, line).verb == verb
    page.run(Request(house, "help", [verb]))
    printed = capsys.readouterr().out
    assert f"for example: {line}\n" in printed
    assert all(f"  {name}=" in printed for name in verb_module(verb).VARIABLES)
    assert ("num_videos=3 duration=" in printed) == getattr(verb_module(verb), "KNOBS", False)


def test_a_page_of_a_knob_is_where_knobs_are(house: Workspace) -> None:
    """`doit help similarity` leads to `doit knobs similarity`."""
    with pytest.raises(page.InputError) as caught:
        page.run(Request(house, "help", ["similarity"]))
    assert caught.value.fix == "doit knobs similarity"


def test_the_index_has_a_line_for_each_knob(house: Workspace, capsys) -> None:
    """By instrument, none wider than a terminal; the ends of a knob are for its own page."""
    index.run(Request(house, "knobs", []))
    lines = capsys.readouterr().out.splitlines()
    marked = [line[2:].lstrip("*+ ").split()[0] for line in lines if line.startswith("  ")]
    assert Counter(marked) == Counter([*knobs()])
    assert max(map(len, lines)) <= index.WIDTH
    assert not [line for line in lines if " low: " in line]
    index.run(Request(house, "knobs", ["similarity"]))
    assert "low: 0.1 = pinholes" in capsys.readouterr().out
