"""Hundreds of mistakes are fixable from their messages alone.

Each row of mistakes/typed.txt gives a wrong command and the intended command. If no command
corrects the mistake, the row quotes a part of the message instead. The tests parse each command in
a fix as doit does, check its knobs and values, and open its project; nothing is rendered. The rows
of mistakes/used.txt need a sheet, a star and a second project.
"""

import json
import shlex
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.syntax.verb import declaration, verbs
from tests.render.conftest import House, copied
from tests.render.refusals import answered, lines_of, pasted, write
from tests.render.test_wrong_input import still  # noqa: F401 - a fixture


def rows(table: str) -> list[list[str]]:
    """Return the wrong command and the intended command of each row of a table."""
    lines = (Path(__file__).parent / "mistakes" / table).read_text().splitlines()[1:]
    return [[*map(str.strip, line.split("→"))] for line in lines]


ROWS = rows("typed.txt")


@pytest.fixture(scope="module")
def used(tmp_path_factory, rendered) -> House:
    """Return a workspace with a sheet of three rolls, a star and a second project."""
    house = copied(rendered, tmp_path_factory.mktemp("used") / "house")
    write(house, "projects/y/config.json", json.dumps({"seed": 8}))
    for words in ("roll n=3 fps=10 output_size=160x90", "star name=first"):
        verb, *rest = words.split()
        ran = house.doit(verb, "project=x", *rest)
        assert ran.code == 0, ran.out
    return house


@pytest.mark.parametrize(("typed", "meant"), ROWS, ids=[row[0] for row in ROWS])
def test_the_fix_for_a_mistake_contains_the_intended_command(still, typed, meant):  # noqa: F811
    """The intended command is in the fix, or the quoted words are in the message.

    doit accepts each command in the fix, and no command depends on the project used last.
    """
    corrected(still, typed, meant)


@pytest.mark.parametrize(("typed", "meant"), rows("used.txt"))
def test_a_mistake_about_looks_is_corrected_too(used, typed, meant):
    """Mistakes with cells, stars and two projects are corrected like all others."""
    corrected(used, typed, meant)


def corrected(house: House, typed: str, meant: str) -> None:
    """Assert that a wrong command is answered with the intended one, and with no wrong one."""
    answer = answered(house, *shlex.split(typed))
    printed = lines_of(answer)
    if meant.startswith('"'):
        assert meant.strip('"') in answer
    else:
        assert f"doit {meant}" in printed
    for text in printed:
        pasted(house, text)
        assert not depends_on_the_last_project(text)


def depends_on_the_last_project(text: str) -> bool:
    """Return whether a command would use another project if another one had been used last."""
    words = shlex.split(text)[1:]
    takes = declaration(words[0] if words[0] in verbs() else "render")
    named = {word.partition("=")[0] for word in words} & {
        "project",
        "look",
        "-v",
    }  # a fix for -v shows any verb as an example
    return "project" in takes.variables and takes.without_project == "last" and not named


def test_a_look_typed_for_replay_offers_its_file(still):  # noqa: F811
    """`doit replay` reads a file, so the error for look= also suggests the look's file."""
    look = next((still.root / "projects/x/looks").glob("*.json"))
    answer = answered(still, "replay", "project=x", f"look={look.stem}")
    replay = f"doit replay project=x manifest=projects/x/looks/{look.name}"
    assert lines_of(answer) == [f"doit render project=x look={look.stem}", replay]


def test_the_fix_for_a_look_typed_as_a_verb_sets_it(still):  # noqa: F811
    """If `look NAME` is typed as if look were a verb, the fix is `doit set` with that look."""
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    assert lines_of(answered(still, "look", "project=x", look)) == [
        f"doit set project=x look={look}"
    ]


def test_the_fix_for_a_look_typed_for_diff_compares_it(still):  # noqa: F811
    """The fix for `diff look=` is `doit diff a=` with that look; for `looks=`, also with b=."""
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    answer = answered(still, "diff", "project=x", f"look={look}")
    assert lines_of(answer) == [f"doit diff project=x a={look}"]
    answer = answered(still, "diff", "project=x", f"looks={look},{look}")
    assert lines_of(answer) == [f"doit diff project=x a={look} b={look}"]


def test_the_fix_for_a_look_with_undo_or_tune_sets_it(still):  # noqa: F811
    """The fix for look= with `undo` or `tune` is `doit set look=`, then `doit tune` for `tune`."""
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    chosen = f"doit set project=x look={look}"
    assert lines_of(answered(still, "undo", "project=x", f"look={look}")) == [chosen]
    lines = lines_of(answered(still, "tune", "project=x", f"look={look}"))
    assert lines == [chosen, "doit tune project=x"]


def test_a_look_typed_with_its_project_is_understood(still):  # noqa: F811
    """The fix for look=x/LOOK or x:LOOK is look=LOOK; an unknown look gets no other look's name."""
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    for text in (f"x/{look}", f"x:{look}", f"projects/x/looks/{look}.json"):
        lines = lines_of(answered(still, "still", "project=x", f"look={text}"))
        assert lines == [f"doit still project=x look={look}"]
    for text in ("x/best", "other/best"):
        lines = lines_of(answered(still, "still", "project=x", f"look={text}"))
        assert lines == ["doit looks project=x"]


def test_a_single_roll_of_a_look_is_refused(still):  # noqa: F811
    """A single roll of look= is refused, because only the roll would be written.

    The fix consists of the commands that set the look, or roll it on a sheet.
    """
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    answer = answered(still, "roll", "project=x", f"look={look}")
    assert f"doit roll writes a single roll into x, but not look={look}" in answer
    assert "the piece would not be the one that the still shows" in answer
    own = f"project=x look={look}"
    assert lines_of(answer) == [f"doit set {own}", f"doit roll {own} n=12"]


def test_the_fix_for_renaming_a_look_stars_it_by_the_new_name(still):  # noqa: F811
    """The fix for `rename=LOOK to=opening` is the command that stars the look as `opening`."""
    look = next((still.root / "projects/x/looks").glob("*.json")).stem
    answer = answered(still, "star", "project=x", f"rename={look}", "to=opening")
    assert lines_of(answer) == [f"doit star project=x look={look} name=opening"]


def test_the_fix_for_the_removal_of_a_clip_names_its_path_and_its_projects(still):  # noqa: F811
    """The fix for `clips delete=` is an rm command, with the projects that use the clip."""
    selection = json.loads((still.root / "projects/x/selection.json").read_text())
    path = selection["draws"][0]["name"]
    answer = answered(still, "clips", f"delete={Path(path).name}")
    assert f"although it plays in x: rm {path} && doit scan" in answer


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gallery project=x open=true", "gallery project=x"),
        ("still project=x layer=2", "still project=x"),
        ("render project=x layer=2", "debug project=x layer=2"),
    ],
)
def test_the_first_command_of_a_fix_has_the_typed_verb(still, typed, first):  # noqa: F811
    """The first command of a fix keeps the verb, unless a variable shows the intended verb.

    MEANT_FOR lists such variables. Another exception is `render`, which people often type from
    habit.
    """
    assert lines_of(answered(still, *shlex.split(typed)))[0] == f"doit {first}"


def test_the_table_has_at_least_a_hundred_mistakes():
    """The table has at least a hundred different rows."""
    assert len({typed for typed, _ in ROWS}) >= 100


def test_the_check_of_pasted_commands_can_fail(still):  # noqa: F811
    """The check of pasted commands rejects a wrong command."""
    for text in (
        "doit still project=x similarity=30%",
        "doit rendr project=x",
        "doit still project=q",
    ):
        with pytest.raises(InputError):
            pasted(still, text)
