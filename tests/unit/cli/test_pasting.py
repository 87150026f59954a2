"""pasting: a fix is checked before it is printed, as if a person had pasted it."""

import json

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.pasting import proven, refusal
from collide.corrections.misread import needs_project
from collide.project.project import Project
from collide.syntax.arguments import TypedLine
from collide.syntax.left_out import remember
from tests.unit.project.test_look_book import changed, write


@pytest.fixture
def home(tmp_path) -> Workspace:
    (tmp_path / "projects" / "x").mkdir(parents=True)
    (tmp_path / "projects" / "x" / "config.json").write_text('{"seed": 7, "duration": 2}')
    return Workspace(tmp_path)


def test_a_second_mistake_in_a_command_is_reported(home):
    """If a second mistake leads to another verb, the reason names and explains that mistake."""
    fix = "doit star project=x look=4 name=my-best"
    typed = ["star", "project=x", "look=4", "my best"]
    answer = proven(home, InputError("what", why="why", fix=fix), typed)
    assert answer.fix == "doit roll project=x n=12"
    assert answer.why == "why\nalso: there is no cell 4; x has no roll or sweep yet"


@pytest.mark.parametrize(
    ("fix", "printed"),
    [
        ("doit render project=x", "doit render project=x"),
        ("see it: doit looks project=x", "see it: doit looks project=x"),
        ("did you mean it? doit roll x 12", "did you mean it? doit roll project=x n=12"),
        ("doit star first project=x", "doit star project=x name=first"),
        ("doit set project=x similarity=30%", "doit set project=x similarity=0.3"),
        (
            "or this\ndoit still x 1\ndoit still project=x at=1",
            "or this\ndoit still project=x at=1",
        ),
        ("doit still project=x at=50%", "doit still project=x at=1"),
        ("doit still project=x at=end", "doit still project=x at=1.967"),
        ("doit still project=x look=", "doit still project=x"),
        ("doit frobnicate", "see what each does: doit list"),
        ("use -v 2, or leave it out", "use -v 2, or leave it out"),
        ("doit download url=https://…, or doit download search=random", None),
        ("doit list --all project=x", None),
        ("cp a.mp4 library/video/", None),
    ],
)
def test_a_command_that_would_be_refused_is_not_printed(home, fix, printed):
    """A command that would be refused is replaced with its own fix; other text is unchanged."""
    error = proven(home, InputError("what", why="why", fix=fix))
    assert error.fix == (printed or fix)
    assert (error.what, error.why, error.code) == ("what", "why", 3)


PINNED = {"seed": 7, "num_videos": 3, "layer2.similarity": 0.3, "layer3.similarity": 0.2}


def test_a_sweep_without_effect_becomes_one_per_layer(home):
    """If each layer has its own value, the fix lists a sweep for each layer and for all layers."""
    (home.root / "projects/x/config.json").write_text(json.dumps(PINNED))
    swept = "doit sweep project=x similarity=0.2..0.5:7"
    typed = ["sweep", "project=x", "similarity=0.2-0.5"]
    error = proven(home, InputError("what", why="why", fix=swept), typed)
    assert error.why == "why\nalso: similarity is set separately for every layer that has it"
    assert error.fix.splitlines() == [
        "layer 2 only: doit sweep project=x layer2.similarity=0.2..0.5:7",
        "layer 3 only: doit sweep project=x layer3.similarity=0.2..0.5:7",
        "all layers, without their own values: "
        f"doit set project=x layer2.similarity= layer3.similarity= && {swept}",
    ]
    both = refusal(home, "doit sweep project=x similarity=0.1,0.2 softness=0,0.05")
    assert both is not None and "layer3.similarity=0.1,0.2 softness=0,0.05" in both.fix


def test_an_unknown_cell_number_leads_to_a_cell(home):
    """The fix for a cell that the sheet lacks, even if typed as #3, names the existing cells."""
    (home.root / "projects/x/looks").mkdir()
    looks = [write(Project(home, "x"), changed(seed=seed)).stem for seed in (1, 2)]
    cells = [{"look": look, "turned": ""} for look in looks]
    sheet = {"verb": "roll", "when": 1, "words": [], "cells": cells}
    (home.root / "projects/x/sheets.json").write_text(json.dumps({"sheets": [sheet]}))
    typed = ["set", "project=x", "look=#3"]
    fix = "doit set project=x look=3"
    error = proven(home, InputError("what", why="why", fix=fix), typed)
    assert error.why == "why\nalso: there is no cell 3"
    assert error.fix == "choose 1 to 2: doit set project=x look=2"


def test_a_line_is_checked_like_a_typed_command(home):
    """The verb, tasks, names, values and loose words of a fix are checked as if they were typed."""
    for text in ("doit render project=x", "doit layer:2 project=x", "doit knobs similarity"):
        assert refusal(home, text) is None
    for text in (
        "doit rendr",
        "doit still project=x at=never",
        "doit undo crf=3",
        "doit roll x 12",
    ):
        assert isinstance(refusal(home, text), InputError)


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_local_clip_is_copied_instead_of_fetched(home, tmp_path_factory, form):
    """The fix for a clip on this disk is to copy the file instead of downloading it."""
    path = tmp_path_factory.mktemp("disk") / "clip.mp4"
    path.touch()
    error = refusal(home, f"doit download url={form.format(path)}")
    assert error is not None
    assert error.fix == f"cp {path} library/video/ && doit scan"


def test_no_project_is_chosen_for_a_verb_that_deletes(home):
    """If there are several projects, the fix for a verb that deletes chooses none of them."""
    (home.root / "projects" / "y").mkdir()
    (home.root / "projects" / "y" / "config.json").write_text("{}")
    error = needs_project(TypedLine(home, "clean", ["clean"], {}))
    assert error.fix == "name one: project=x or project=y"


def test_undo_redo_and_roll_propose_the_last_project(home):
    """The fix for `undo`, `redo` and `roll` names the last used of several projects, then all."""
    (home.root / "projects" / "y").mkdir()
    (home.root / "projects" / "y" / "config.json").write_text("{}")
    home.cache_place.mkdir()
    remember(home, "y")
    error = needs_project(TypedLine(home, "undo", ["undo"], {}))
    assert error.fix == "doit undo project=y\nname one: project=y or project=x"


def test_a_verb_for_one_project_gets_a_command_for_each(home):
    """The fix for two projects is a command for each, and `doit gallery` if looks are compared."""
    (home.root / "projects" / "y").mkdir()
    (home.root / "projects" / "y" / "config.json").write_text("{}")
    error = refusal(home, "doit diff x y")
    assert error is not None
    assert error.what == "doit diff takes one project, not 2"
    assert error.fix.splitlines()[:2] == ["doit diff project=x", "doit diff project=y"]
    assert "doit gallery" in error.fix


@pytest.mark.parametrize(
    ("typed", "fix", "printed", "also"),
    [
        (
            "rener project=xx",
            "doit render project=xx",
            "doit render project=x",
            "no project named 'xx'",
        ),
        (
            "batch n=2 preset=inc",
            "doit batch count=2 preset=inc",
            "doit batch count=2 preset=ink",
            "no preset named 'inc'",
        ),
        (
            "set project=x layer9.opacity=50%",
            "doit set project=x layer9.opacity=0.5",
            "doit set project=x layer9.opacity=0.5 num_videos=9",
            "there is no layer 9",
        ),
        (
            "download search=a min_duration=1 license=cc",
            "leave out min_duration=: doit download search=a license=cc",
            "without min_duration= and license=: doit download search=a",
            "has no variable 'license'",
        ),
        ("set project=x layer1.x", "doit set project=x", "see what it takes: doit help set", ""),
        ("render project=x", "doit render project=x", "see what it takes: doit help render", ""),
        (
            "star project=x",
            "doit render project=x\nthen: doit star project=x",
            "doit render project=x\nthen: doit star project=x",
            "",
        ),
    ],
)
def test_a_fix_corrects_every_mistake_and_drops_nothing_silently(home, typed, fix, printed, also):
    """A fix contains no mistake, and the error names each mistake and each word left out.

    A command that sets nothing or repeats the refused command is not suggested.
    """
    (home.root / "presets" / "blend").mkdir(parents=True)
    (home.root / "presets" / "blend" / "ink.json").write_text("{}")
    error = proven(home, InputError("what", why="why", fix=fix), typed.split())
    assert error.fix == printed
    assert ("also: " in error.why, also in error.why) == (bool(also), True)


def test_a_value_that_the_error_names_is_not_reported_again(home):
    """If the error already names a value, the reason does not add that it is not valid."""
    what, fix = "there is a space in 'name=my best'", "doit star project=x 'name=my best'"
    error = proven(
        home, InputError(what, why="why", fix=fix), ["star", "project=x", "name=my best"]
    )
    assert (error.why, error.fix) == ("why", "doit star project=x name=my-best")
