"""loose_words: words typed without a name, and the variable that each word belongs to."""

import shlex
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.pasting import proven, refusal
from collide.corrections.loose_words import meant_lines
from collide.corrections.other_verbs import OTHER_VERBS, THINGS
from collide.corrections.word_values import ALIKE, other_variable
from collide.syntax.verb import declaration, verbs

EVERY = [(verb, name) for verb in verbs() for name in declaration(verb).variables]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with two projects, which no test changes."""
    root: Path = tmp_path_factory.mktemp("home")
    for name in ("x", "fog"):
        (root / "projects" / name).mkdir(parents=True)
        (root / "projects" / name / "config.json").write_text('{"seed": 7}')
    return Workspace(root)


def test_a_dry_run_of_several_projects_plans_each(home):
    """A dry run of two projects becomes two commands, because `doit plan` takes one project."""
    lines = meant_lines(home, "render", ["render", "--dry-run"], {"project": "x,fog"})
    assert lines == ["doit plan project=x", "doit plan project=fog"]


def test_words_after_a_search_continue_it(home):
    """Words after a search belong to its text, but a number may be the count of results."""
    five = {"search": "super", "count": "5"}
    assert meant_lines(home, "download", ["8"], five) == ["doit download 'search=super 8' count=5"]
    assert meant_lines(home, "download", ["8"], {"search": "super"}) == [
        "doit download 'search=super 8'",
        "doit download search=super count=8",
    ]


@pytest.mark.parametrize(("verb", "name"), EVERY)
def test_each_proposed_command_is_valid(home, verb, name):
    """If a variable's example is given without the name, every suggested command is valid."""
    example = declaration(verb).variables[name].example
    for words in ([example], ["x", example], [example, "fog"]):
        fix = "\n".join(meant_lines(home, verb, words, {}))
        printed = proven(home, InputError("what", why="why", fix=fix)).fix if fix else ""
        for line in printed.splitlines():
            assert refusal(home, line[line.index("doit ") :]) is None, line


@pytest.mark.parametrize(
    ("verb", "words", "meant"),
    [
        ("roll", "x 12", "roll project=x n=12"),
        ("roll", "12 x", "roll n=12 project=x"),
        ("roll", "x 0.3", "roll project=x amount=0.3"),
        ("still", "x 1:05", "still project=x at=1:05"),
        ("star", "x first", "star project=x name=first"),
        ("star", "x 7f3a", "star project=x look=7f3a"),
        ("star", "x off", "star project=x off=true"),
        ("batch", "20 x", "batch count=20 project=x"),
        ("night", "7 5", "night until=7:00 pool=5"),
        ("save-preset", "x fog", "save-preset project=x name=fog"),
        ("download", "red cars", "download 'search=red cars'"),
        ("download", "x.org/a 3", "download url=https://x.org/a count=3"),
        ("identify", "x", "identify file=projects/x/manifest.json"),
        ("identify", "a/b.mp4", "identify file=a/b.mp4"),
        ("new", "mist", "new project=mist"),
        ("still", "fogg", "still project=fog"),
        ("render", "x fog", "render project=x,fog"),
    ],
)
def test_a_word_goes_to_the_variable_it_fits(home, verb, words, meant):
    """Each word goes to the variable it fits: a number, time, address, file, look or name."""
    assert meant_lines(home, verb, shlex.split(words), {}) == [f"doit {meant}"]


def test_a_second_project_joins_the_typed_one(home):
    """The command for `render project=x fog` names both projects; `still` takes only one."""
    assert meant_lines(home, "render", ["fog"], {"project": "x"}) == ["doit render project=x,fog"]
    assert meant_lines(home, "still", ["fog"], {"project": "x"}) == []


def test_no_project_is_invented(home):
    """A verb that needs an existing project never takes an unknown word for its name."""
    for verb in ("clean", "undo", "still", "set", "tune"):
        assert meant_lines(home, verb, ["qqqq"], {}) == []


@pytest.mark.parametrize(
    ("verb", "name", "text", "meant"),
    [
        ("night", "count", "3", {"pool": "3"}),
        ("batch", "n", "20", {"count": "20"}),
        ("download", "link", "x.org/a", {"url": "https://x.org/a"}),
        ("still", "time", "1.5", {"at": "1.5"}),
        ("star", "as", "first", {"name": "first"}),
        ("export", "format", "stems", {"as": "stems"}),
        ("set", "json", "true", {}),
        ("batch", "n", "many", {}),
    ],
)
def test_another_name_is_corrected_if_the_value_fits(verb, name, text, meant):
    """Another name for a variable is corrected if the variable accepts that value."""
    assert other_variable(name, text, declaration(verb).variables, {}) == meant


def test_synonyms_name_existing_variables():
    """Each row of synonyms contains an existing variable of a verb."""
    names = {name for _, name in EVERY}
    assert all(row & names for row in ALIKE)


@pytest.mark.parametrize(
    "meant", sorted({one for row in (OTHER_VERBS | THINGS).values() for one in row.split(" or ")})
)
def test_another_programs_verb_is_corrected_to_a_valid_command(home, meant):
    """Another program's word for a verb is corrected to a valid command."""
    meant = meant.rpartition(": ")[2]
    needs = {"project": "x", "name": "a", "url": "https://x.org/a", "as": "stems"}
    takes = declaration(meant.split()[0]).variables
    more = " ".join(f"{n}={v}" for n, v in needs.items() if n in takes and f"{n}=" not in meant)
    more += (
        " fps=25" if declaration(meant.split()[0]).unsets else ""
    )  # a verb that sets knobs needs a knob to set
    assert refusal(home, f"doit {meant} {more}") is None
