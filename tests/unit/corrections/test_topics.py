"""topics: the answer to a request in plain language lists tasks, knobs, effects and presets."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.pasting import refusal
from collide.corrections import topics
from collide.corrections.topics import LISTS, MOST, _tasks, related, with_topics
from collide.project.other_words import NOTHING
from collide.project.project import Project
from collide.project.selection import Pick

TASKS = [one.command for one in _tasks() if one.command.startswith("doit ")]
REPO = Workspace(Path(__file__).parents[3])
GENERAL = "list them all: doit knobs"


def commands(text: str) -> list[str]:
    """Return the commands that answer a request about project x."""
    return [line.rpartition(": ")[2] for line in related(REPO, text, "x")]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("compare two looks", "doit diff project=x"),  # a task from docs/commands.md
        ("loop layer 3 backwards", "doit set project=x layer3.reverse=true"),  # set for that layer
        ("precompose two layers", "doit help new"),  # what collide cannot do
        ("make it black and white", "doit set project=x saturation=0"),  # a value's other name
        ("everything leaves trails", "doit render project=x post=feedback"),
        ("a print of 1974", "doit render project=x preset=vintage-film"),  # a preset
        ("crackling picture", "doit knobs grain"),  # a knob's first words
        ("smoke", "doit knobs softness"),  # words that only a knob's description contains
        ("how do I export it", "doit help export"),  # a verb, which is the closest match
        ("i liked the previous one better", "doit undo project=x"),  # common words do not count
        ("trails", "doit set project=x post=feedback"),  # the first of two with one command
    ],
)
def test_requests_find_topics_by_their_own_words(text, command):
    """A request finds the tasks, values, effects, presets, knobs and verbs that share its words."""
    assert command in commands(text)
    assert len(commands(text)) <= MOST


@pytest.mark.parametrize("text", ["", "the of it", "kaleidoscope", "qqqq rrrr", "12 3"])
def test_unmentioned_words_find_nothing(text):
    """Common words, numbers and words that occur nowhere find nothing."""
    assert commands(text) == []


def test_a_request_without_a_layer_applies_to_all_layers():
    """A task for one layer becomes a task for all, unless the request names a layer."""
    assert related(REPO, "play backwards", "x")[0] == (
        "play all layers backwards: doit set project=x reverse=true"
    )
    assert related(REPO, "play layer 3 backwards", "x")[0] == (
        "play layer 3 backwards: doit set project=x layer3.reverse=true"
    )


@pytest.mark.parametrize("command", TASKS)
def test_every_task_has_a_command_that_collide_accepts(command):
    """The first command of each row in docs/commands.md is valid, even if it only sets knobs."""
    assert refusal(REPO, command) is None


@pytest.mark.parametrize("text", LISTS)
def test_the_general_fixes_are_those_that_errors_contain(text):
    """Each text in LISTS, which marks a fix that gets topics, occurs elsewhere in the code."""
    rest = [path for path in (REPO.root / "collide").rglob("*.py") if path.stem != "topics"]
    assert any(text in path.read_text() for path in rest)


def test_a_word_of_a_clip_finds_its_layer(monkeypatch):
    """A word of a clip's name finds that clip's layer, and nothing that merely begins alike."""
    pick = Pick(3, "d" * 32, "library/video/mdn_flower.mp4", 0.0)
    monkeypatch.setattr(topics, "standing", lambda *_: SimpleNamespace(picks={3: pick}))
    monkeypatch.setattr(Project, "exists", lambda _: True)
    found = related(REPO, "show more of the flower", "x")
    assert found == ["mdn_flower.mp4 is layer 3: doit knobs layer3 project=x"]


def test_without_a_project_the_command_omits_it():
    """If no project was used yet, the commands contain no project."""
    assert related(REPO, "compare two looks", "")[0] == "compare two looks: doit diff"


def test_no_guess_deletes_anything():
    """A request that mentions deleting finds the explanation of `doit clean`, not the command."""
    found = commands("delete the rendered stills")
    assert "doit help clean" in found
    assert not any(line.startswith("doit clean") for line in found)


def refused(house: Workspace, fix: str, *argv: str, why: str = "why") -> str:
    """Return the fix in an error about a command, after related topics are added."""
    (house.root / "presets").mkdir(exist_ok=True)
    return with_topics(house, InputError("what", why=why, fix=fix), argv).fix


def test_only_a_general_fix_gets_related_topics(house: Workspace):
    """Topics precede a general list and follow a fix that drops a word; other fixes get none."""
    line = "doit set project=x fps=12"
    fix = refused(house, GENERAL, "set", "project=x", "smoke=3")
    assert fix.splitlines()[0].startswith("perhaps")
    assert fix.splitlines()[-1] == GENERAL
    assert refused(house, line, "set", "project=x", "smoke=3") == line
    left_out = f"leave out smoke: {line}"
    assert refused(house, left_out, *"set project=x fps=12 smoke".split()).startswith(left_out)


def test_no_topic_leads_back_to_the_typed_verb(house: Workspace):
    """The page of the command's own verb is not a related topic."""
    fix = refused(house, GENERAL, "looks", "starred", "rendered", "newest")
    assert "doit help looks" not in fix
    assert "doit help looks" in refused(house, GENERAL, "rendered", "starred", "newest")


def test_a_path_is_not_a_request(house: Workspace):
    """The words of a path are not searched for."""
    assert refused(house, GENERAL, "render", "projects/x/smoke.mp4") == GENERAL


def test_a_reason_for_a_missing_feature_stands_alone(house: Workspace):
    """If an error says that no knob does what a word asks for, related topics are not added."""
    why = NOTHING["text"]
    assert refused(house, GENERAL, "set", "project=x", "smoke=3", why=why) == GENERAL


def test_a_guess_that_repeats_a_sentence_is_replaced(house: Workspace):
    """The error for `doit make it backwards` does not suggest `doit render it backwards`."""
    fix = refused(house, "did you mean 'render'? doit render it backwards", "make", "it backwards")
    assert "render" in fix  # kept: a single word does not repeat the sentence
    fix = refused(house, "doit render it backwards", *"make it backwards".split())
    assert "doit render it" not in fix
    assert "reverse=true" in fix
