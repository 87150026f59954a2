"""`doit list`, `doit help` and `doit knobs` list everything once, and their commands work."""

import re
import shlex
from collections import Counter

import pytest

from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.cli.request import Request, understand
from collide.project.other_words import NOTHING
from collide.syntax.verb import declaration, verbs
from collide.verbs import help as page
from collide.verbs import knobs as index
from collide.verbs.list import BEGIN, grouped


def understood(house: Workspace, line: str) -> Request:
    """Parse a printed command and return the request."""
    verb, *rest = shlex.split(line)[1:]
    words = [word for word in rest if "=" not in word and word[0] != "-"]
    typed = dict(word.split("=", 1) for word in rest if "=" in word)
    if "--shell" in rest:
        words.remove("bash")
    return understand(house, verb, words, typed)


def test_every_verb_is_in_one_group() -> None:
    """Every verb is in exactly one group, and the group `more` is empty."""
    counts = Counter(verb for members in grouped().values() for verb in members)
    assert counts == Counter(verbs())
    assert "more" not in grouped()


@pytest.mark.parametrize("line", BEGIN)
def test_commands_for_newcomers_are_accepted(house: Workspace, line: str) -> None:
    """Each command suggested to newcomers is accepted."""
    assert understood(house, line).verb == line.split()[1]


@pytest.mark.parametrize("verb", [verb for verb in verbs() if verb != "sweep"])
def test_every_page_has_a_valid_example(house: Workspace, capsys, verb: str) -> None:
    """A verb's help shows a valid example, all variables, and the defaults of any knobs."""
    line = page.examples(verb)[0]
    assert understood(house, line).verb == verb
    page.run(Request(house, "help", [verb]))
    printed = capsys.readouterr().out
    assert f"for example: {line}\n" in printed
    assert all(f"  {name}=" in printed for name in declaration(verb).variables)
    assert all(f"  {word} " in printed for word in declaration(verb).subcommands)
    assert ("num_videos=3 duration=" in printed) == declaration(verb).knobs


def test_a_page_names_the_default_project(house: Workspace, capsys) -> None:
    """A verb's help names the project used last, unless the verb (like `clean`) needs project=."""
    for path in (house.root / "projects" / "fog" / "config.json", house.cache_place / "x"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    (house.cache_place / "last-project").write_text("fog")
    pages = {}
    for verb in ("render", "still", "clean", "undo"):
        page.run(Request(house, "help", [verb]))
        pages[verb] = capsys.readouterr().out
    assert "without it: the project used last (fog), or a new project\n" in pages["render"]
    assert "without it: the project used last (fog)\n" in pages["still"]
    assert "the project used last" not in pages["clean"] + pages["undo"]
    with pytest.raises(page.InputError) as caught:
        Request(house, "clean", []).existing()
    assert caught.value.fix == "doit clean project=fog"


@pytest.mark.parametrize("verb", ["doctor", "help", "tabcompletion", "render", "cache"])
def test_a_page_separates_its_paragraphs_by_one_empty_line(house: Workspace, capsys, verb) -> None:
    """A verb's help has neither two empty lines in a row nor an empty line at its end."""
    page.run(Request(house, "help", [verb]))
    text = capsys.readouterr().out
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_help_on_a_knob_refers_to_doit_knobs(house: Workspace) -> None:
    """`doit help similarity` refers to `doit knobs similarity`."""
    with pytest.raises(page.InputError) as caught:
        page.run(Request(house, "help", ["similarity"]))
    assert caught.value.fix == "doit knobs similarity"


@pytest.mark.parametrize("columns", [80, 300])
def test_the_index_has_a_line_for_each_knob(house: Workspace, capsys, monkeypatch, columns) -> None:
    """Each knob has a line, cut to the terminal's width; `doit knobs NAME` shows its range."""
    monkeypatch.setenv("COLUMNS", str(columns))
    index.run(Request(house, "knobs", []))
    lines = capsys.readouterr().out.splitlines()
    marked = re.findall(r"^  [ *+] (\S+)", "\n".join(lines), re.MULTILINE)
    assert Counter(marked) == Counter([*knobs()])
    rows = [line for line in lines if line.startswith("  ")]
    assert len(rows) == len(marked), "no line continues another"
    assert max(map(len, rows)) <= columns
    assert any(row.endswith(" …") for row in rows) == (columns == 80)
    assert not [line for line in lines if " low: " in line]
    index.run(Request(house, "knobs", ["similarity"]))
    assert "low: 0.1 = pinholes" in capsys.readouterr().out


def printed(house: Workspace, capsys, word: str) -> str:
    """Return the output of `doit knobs WORD`."""
    index.run(Request(house, "knobs", [word]))
    return str(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("hue", "hue_shift"),
        ("colour", "colorkey_hex"),
        ("color", "colorkey_hex"),
        ("zoom", "scale"),
        ("blur", "feather"),
        ("mask", "mode"),
        ("resolution", "output_size"),
    ],
)
def test_a_word_finds_related_knobs(house: Workspace, capsys, word: str, first: str) -> None:
    """A knob is found by another program's term for it, or by its own name or description."""
    lines = printed(house, capsys, word).splitlines()
    assert lines[0].startswith(f"no knob is called {word!r}; related knobs")
    assert lines[1].split()[0] == first


@pytest.mark.parametrize("word", ["rotate", "flip", "subtitles", "qwertz"])
def test_a_word_that_no_knob_matches_is_refused(house: Workspace, word: str) -> None:
    """If no knob matches a word, the fix is to list all knobs; no knob is suggested."""
    with pytest.raises(page.InputError) as caught:
        index.run(Request(house, "knobs", [word]))
    unknown = f"none of the {len(knobs())} knobs has that word in its name or description"
    assert caught.value.why == NOTHING.get(word, unknown)
    assert caught.value.fix == "list them all: doit knobs"


def test_the_knobs_of_a_layer_are_listed(house: Workspace, capsys) -> None:
    """`layer2` lists all knobs of a layer, and `layer2.similarity` describes that knob."""
    out = printed(house, capsys, "layer2")
    assert re.findall(r"^ +layer2\.(\S+)  ", out, re.MULTILINE) == [
        name for name, knob in knobs().items() if knob.scope != "piece"
    ]
    assert "low: 0.1 = pinholes" in printed(house, capsys, "layer2.similarity")
    assert "layer1.similarity" not in printed(house, capsys, "layer1")


def test_a_knob_typed_with_a_value_is_looked_up(house: Workspace, capsys) -> None:
    """`doit knobs brightness=0.3` describes that knob instead of listing all knobs."""
    index.run(Request(house, "knobs", [], knobs={"brightness": "0.3"}))
    out = capsys.readouterr().out
    assert "  brightness = " in out and "similarity" not in out
