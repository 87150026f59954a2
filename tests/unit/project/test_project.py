"""project: a project's name, its config and history, and how it is created."""

import json
from pathlib import Path
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.strict_json import LARGEST
from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.project.project import SKETCH, Project, existing, named
from collide.project.settings import parse, plain


def write(path: Path, value: Any) -> None:
    """Write JSON into a file; create the file's folder if necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return an existing project with only a seed."""
    made = named(house, "x")
    write(made.path / "config.json", {"seed": 7})
    return made


def history(project: Project) -> list[Any]:
    """Return the configs that an undo can restore."""
    return list(json.loads((project.path / "history.json").read_text())["configs"])


# --- names ---


@pytest.mark.parametrize("name", ["x", "night-drive", "2024_07.b", "_", "A" * 64])
def test_a_plain_name_is_accepted(house: Workspace, name: str) -> None:
    """A project's name may contain letters, digits, _ . and -."""
    assert named(house, name).path == house.root / "projects" / name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", ".hidden", "-x", "a b", "é", "x\n", "A" * 65, "a\0"]
)
def test_an_invalid_name_is_refused(house: Workspace, name: str) -> None:
    """A path, other characters, a leading dot or dash, or 65 letters are refused as a name."""
    with pytest.raises(InputError) as caught:
        named(house, name)
    assert caught.value.what == f"a project cannot be called {name!r}"


def test_an_unknown_project_is_refused_with_the_nearest(house: Workspace, project: Project) -> None:
    """The fix for a typo is the nearest project; the fix for another name creates the project."""
    write(named(house, "night-drive").path / "config.json", {})
    with pytest.raises(InputError) as caught:
        existing(house, "nigth-drive")
    assert str(caught.value) == (
        "no project named 'nigth-drive'\n"
        "  why  there is no projects/nigth-drive/config.json; projects: night-drive, x\n"
        "  fix  did you mean project=night-drive?"
    )
    with pytest.raises(InputError) as caught:
        existing(house, "zzzzzz")
    assert caught.value.fix == "make it: doit new project=zzzzzz"


def test_an_empty_workspace_is_reported(house: Workspace) -> None:
    """If the workspace has no project, the error says so."""
    with pytest.raises(InputError) as caught:
        existing(house, "x")
    assert caught.value.why == "there is no projects/x/config.json; there are no projects yet"


def test_a_project_without_a_name_gets_a_free_one(house: Workspace) -> None:
    """An unnamed project takes the first free number; other folders count as taken."""
    assert house.unused_name() == "piece-1"
    (house.root / "projects" / "piece-1").mkdir(parents=True)
    write(named(house, "piece-2").path / "config.json", {})
    assert house.unused_name() == "piece-3"


def test_the_cache_can_be_on_another_disk(
    house: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLLIDE_CACHE moves the cache, and an empty value counts as unset."""
    assert house.cache == house.root / "cache"
    monkeypatch.setenv("COLLIDE_CACHE", "/elsewhere")
    assert house.cache == Path("/elsewhere")
    monkeypatch.setenv("COLLIDE_CACHE", "")
    assert house.cache == house.root / "cache"


# --- creating a project ---


def test_a_draft_writes_nothing_until_it_is_made(house: Workspace) -> None:
    """A draft has settings like an existing project, but no files until `make`."""
    project = named(house, "new")
    drafted = project.drafted(project.draft([]))
    assert drafted.settings([], {}).of("seed").origin == "config.json"
    assert not project.path.exists()
    drafted.make()
    assert project.exists()
    assert project.config() == drafted.config()
    assert f"seed {project.config()['seed']}" in (project.path / "README.md").read_text()


def test_a_new_project_is_short_unless_a_preset_sets_its_duration(house: Workspace) -> None:
    """A draft lasts SKETCH seconds unless its preset sets a duration."""
    project = named(house, "new")
    assert project.draft([])["duration"] == SKETCH
    (house.root / "presets" / "blend").mkdir(parents=True)
    (house.root / "presets" / "blend" / "long.json").write_text(
        '{"about": "slow", "duration": 300}'
    )
    drafted = project.drafted(project.draft(["long"]))
    assert drafted.settings([], {}).of("duration").value == 300


def test_notes_of_the_artist_are_never_overwritten(house: Workspace) -> None:
    """Creating a project in a folder with a README keeps the README."""
    project = named(house, "new")
    project.path.mkdir(parents=True)
    (project.path / "README.md").write_text("mine")
    project.drafted({"seed": 1}).make()
    assert (project.path / "README.md").read_text() == "mine"


def test_a_draft_with_an_unknown_preset_is_refused(house: Workspace) -> None:
    """A project cannot be created with a missing preset."""
    with pytest.raises(InputError, match="no preset named 'fog'"):
        named(house, "new").draft(["fog"])


def test_making_an_existing_project_changes_nothing(project: Project) -> None:
    """An existing project keeps its config."""
    before = (project.path / "config.json").read_bytes()
    project.make()
    assert (project.path / "config.json").read_bytes() == before


# --- setting knobs permanently ---


def test_setting_a_knob_keeps_the_others(project: Project) -> None:
    """Setting a knob adds it to the config, and setting "" removes it; each knob takes one line."""
    project.turn({"crf": 28, "fps": 12})
    project.turn({"crf": "", "contrast": [0.9, 1.1]})
    assert project.config() == {"seed": 7, "fps": 12, "contrast": [0.9, 1.1]}
    assert '\n  "fps": 12,\n' in (project.path / "config.json").read_text()


def test_undo_goes_back_step_by_step(project: Project) -> None:
    """Each undo takes back one change until no change is left."""
    before = project.config()
    states = [before, *(project.turn({"crf": crf}) for crf in (28, 30))]
    assert [project.undo(), project.undo()] == [states[1], states[0]]
    assert project.config() == before
    with pytest.raises(InputError, match=r"^nothing to undo in 'x'"):
        project.undo()


def test_the_last_hundred_changes_can_be_undone(project: Project) -> None:
    """Exactly the last hundred changes can be undone."""
    write(project.path / "history.json", {"configs": [{"crf": n % 50} for n in range(120)]})
    project.turn({"crf": 28})
    assert len(history(project)) == 100
    assert project.undo() == {"seed": 7}


def test_a_long_history_stays_readable(project: Project) -> None:
    """The history keeps only as many of the latest configs as fit into a readable file."""
    own = [knob for knob in knobs().values() if knob.scope != "piece"]
    wide = {
        f"layer{n}.{k.name}": plain(parse(k.name, k.default)) for n in range(2, 10) for k in own
    }
    fitting = LARGEST // len(json.dumps(wide)) - 1
    configs = [{**wide, "crf": n % 50} for n in range(fitting)]
    write(project.path / "history.json", {"configs": configs})
    project.turn({"crf": 28})
    assert 10 < len(history(project)) <= fitting
    assert project.undo() == {"seed": 7}
    assert project.undo() == configs[-1]


def test_undo_restores_edits_by_hand(project: Project) -> None:
    """An undo restores the previous config, including edits by hand."""
    write(project.path / "config.json", {"seed": 7, "by_hand": 1})
    project.turn({"crf": 28})
    assert project.undo() == {"seed": 7, "by_hand": 1}


def test_a_config_that_is_not_json_is_named(project: Project) -> None:
    """If config.json is not JSON, the error names it, relative to the workspace."""
    (project.path / "config.json").write_text('{"crf": 28,}')
    with pytest.raises(InputError, match=r"^projects/x/config\.json is not JSON"):
        project.config()


def test_redo_goes_forward_step_by_step_until_a_knob_is_turned(project: Project) -> None:
    """Each redo restores the last undone change; after a new change, there is nothing to redo."""
    states = [project.config(), *(project.turn({"crf": crf}) for crf in (28, 30))]
    assert [project.undo(), project.undo()] == [states[1], states[0]]
    assert [project.redo(), project.redo()] == [states[1], states[2]]
    assert project.config() == states[2]
    assert [project.undo(), project.redo(), project.undo()] == [states[1], states[2], states[1]]
    project.turn({"fps": 12})
    with pytest.raises(InputError, match=r"^nothing to redo in 'x'"):
        project.redo()
    assert project.undo() == states[1]


def test_redo_does_not_lose_edits_by_hand(project: Project) -> None:
    """A redo can be undone, even after the config has been emptied by hand."""
    turned = project.turn({"crf": 28})
    project.undo()
    write(project.path / "config.json", {})
    assert project.redo() == turned
    assert project.undo() == {}


def test_an_unchanged_setting_adds_no_step(project: Project) -> None:
    """Setting the same value or removing an absent knob does not add a step or lose the redo."""
    project.turn({"duration": 2.0})
    later = project.turn({"crf": 28})
    project.undo()
    files = [project.path / name for name in ("config.json", "history.json")]
    before = [path.read_bytes() for path in files]
    assert project.turn({"duration": 2, "similarity": ""}) == project.config()
    assert [path.read_bytes() for path in files] == before
    assert project.redo() == later
    assert [project.undo(), project.undo()] == [{"seed": 7, "duration": 2.0}, {"seed": 7}]


def test_a_history_of_an_older_version_can_be_read(project: Project) -> None:
    """A history without a list for redo can be read, and its unchanged steps are skipped.

    A malformed history has nothing to undo or redo.
    """
    older = [{"seed": 1}, {"seed": 7}, {"seed": 7}]
    write(project.path / "history.json", {"configs": older})
    assert project.undo() == {"seed": 1}
    assert project.redo() == {"seed": 7}
    write(project.path / "history.json", {"configs": 3, "undone": "rubbish"})
    for step in (project.undo, project.redo):
        with pytest.raises(InputError, match="nothing to"):
            step()


@pytest.mark.parametrize("name", ["config.txt", "Config.JSON", "config.json.txt", "cnofig.json"])
def test_a_misnamed_config_is_renamed_by_the_fix(project: Project, name: str) -> None:
    """The fix for a missing or empty config.json is to rename a misnamed config, but never a note.

    Another command restores the config from the last look; if no file is a misnamed config, that
    command is the only fix.
    """
    config, shown = project.path / "config.json", "projects/x"
    write(project.path / "README.md", "notes")
    config.rename(project.path / name)
    line = f"mv {shown}/{name} {shown}/config.json"
    with pytest.raises(InputError) as caught:
        existing(project.workspace, "x")
    assert (caught.value.what, caught.value.fix) == (
        "projects/x has no config.json, but a similar file is there",
        line,
    )
    config.write_text("")
    write(project.path / "manifest.json", {})
    anew = f"rm {shown}/config.json && doit new project=x from={shown}/manifest.json"
    ways = f"{line}\nrestore it from its last look: {anew}"
    for fix in (ways, ways.partition("\n")[2]):
        with pytest.raises(InputError) as caught:
            existing(project.workspace, "x").config()
        assert (caught.value.what, caught.value.fix) == ("projects/x/config.json is empty", fix)
        (project.path / name).unlink(missing_ok=True)
