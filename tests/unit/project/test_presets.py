"""presets: where they are found, and which preset takes precedence."""

import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.instrument import Range
from collide.project.presets import about, listed, names
from collide.project.project import Project, named
from collide.project.settings import Setting


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


def test_a_projects_own_preset_wins_over_a_shared_one(house: Workspace, project: Project) -> None:
    """A preset in projects/x/presets comes first, even in a different family."""
    write(house.root / "presets" / "blend" / "fog.json", {"name": "fog", "crf": 1})
    assert project.preset("fog") == {"crf": 1}
    write(project.path / "presets" / "post" / "fog.json", {"crf": 2})
    assert project.preset("fog") == {"crf": 2}
    assert named(house, "other").preset("fog") == {"crf": 1}


@pytest.mark.parametrize("own", [True, False])
def test_a_name_in_two_families_is_an_error_that_names_both(
    house: Workspace, project: Project, own: bool
) -> None:
    """Two presets with the same name are refused; the error names both families and one file."""
    folder = (project.path if own else house.root) / "presets"
    write(folder / "blend" / "fog.json", {})
    write(folder / "post" / "fog.json", {})
    with pytest.raises(InputError) as caught:
        project.preset("fog")
    assert caught.value.what == "two presets are called 'fog'"
    assert caught.value.why == "one is in blend, one in post"
    file = (folder / "post" / "fog.json").relative_to(house.root)
    assert caught.value.fix == f"rename one of them, for instance {file}"


def test_an_unknown_preset_is_refused_with_the_nearest(house: Workspace, project: Project) -> None:
    """The error for an unknown preset suggests the nearest name and counts each name once."""
    write(house.root / "presets" / "blend" / "classic-white.json", {})
    write(house.root / "presets" / "audio" / "hush.json", {})
    write(project.path / "presets" / "audio" / "hush.json", {})
    with pytest.raises(InputError) as caught:
        project.preset("clasic-white")
    assert str(caught.value) == (
        "no preset named 'clasic-white'\n"
        "  why  it is not one of the 2 that doit list prints\n"
        "  fix  did you mean 'classic-white'?"
    )


@pytest.mark.parametrize("name", ["../secret", "blend/fog", "", ".", "fog.json/.."])
def test_a_preset_name_never_leads_out_of_its_folder(
    house: Workspace, project: Project, name: str
) -> None:
    """An empty name or a path does not find a preset, even if the file exists."""
    write(house.root / "presets" / "secret.json", {"crf": 1})
    write(house.root / "presets" / "blend" / "fog.json", {"crf": 1})
    with pytest.raises(InputError, match="no preset named"):
        project.preset(name)


def test_settings_override_in_order_and_keep_their_origins(
    house: Workspace, project: Project
) -> None:
    """Precedence rises from defaults over the config's presets and knobs to the command's."""
    for name, crf in (("a", 1), ("b", 2), ("c", 3)):
        write(
            house.root / "presets" / "blend" / f"{name}.json",
            {"crf": crf, f"layer{crf + 1}.pan": 0.5},
        )
    assert project.settings([], {}).of("crf") == Setting(20, "default")
    write(project.path / "config.json", {"preset": ["a", "b"]})
    assert project.settings([], {}).of("crf") == Setting(2, "preset b")
    write(project.path / "config.json", {"preset": "b,a", "fps": 12})
    assert project.settings([], {}).of("crf") == Setting(1, "preset a")
    write(project.path / "config.json", {"preset": ["a"], "crf": 4})
    assert project.settings([], {}).of("crf") == Setting(4, "config.json")
    assert project.settings(["c"], {}).of("crf") == Setting(3, "preset c (typed)")
    typed = project.settings(["c"], {"crf": "5"})
    assert typed.of("crf") == Setting(5, "command line")
    assert typed.of("pan", 2) == Setting(0.5, "preset a")


@pytest.fixture
def toys(project: Project) -> None:
    """Reduce the instruments of post/ to fog, rain and snow, with one knob each."""
    played = {k: v for k, v in shipped().instruments.items() if not k.startswith("post/")}
    for name in ("fog", "rain", "snow"):
        parts = {"DEFAULTS": {name: 0.0}, "LIMITS": {name: Range(0.0, 1.0)}}
        played[f"post/{name}"] = SimpleNamespace(**parts)
    vars(project)["catalog"] = Catalog(played)


def chain(project: Project, *typed: str, **knobs: Any) -> tuple[Any, str]:
    """Return the resulting chain and its origin."""
    setting = project.settings(list(typed), knobs).of("post")
    return setting.value, setting.origin


@pytest.mark.usefixtures("toys")
def test_a_preset_of_post_adds_its_instruments_to_the_chain(
    house: Workspace, project: Project
) -> None:
    """A preset in post/ adds its chain.

    If it sets no chain, the preset adds the instruments of its knobs, in order. The knobs of other
    presets do not add instruments.
    """
    shelf = house.root / "presets"
    write(shelf / "post" / "wet.json", {"rain": 0.3, "crf": 9, "fog": 0.1})
    write(shelf / "post" / "named.json", {"rain": 0.3, "fog": 0.1, "post": "snow,fog"})
    write(shelf / "post" / "empty.json", {"crf": 9})
    write(shelf / "blend" / "dry.json", {"rain": 0.3})
    assert chain(project) == ("none", "default")
    assert chain(project, "wet") == ("rain,fog", "preset wet (typed)")
    assert chain(project, "named")[0] == "snow,fog"
    assert chain(project, "empty") == ("none", "default")
    assert chain(project, "dry") == ("none", "default")


@pytest.mark.usefixtures("toys")
def test_presets_of_post_extend_the_chain(house: Workspace, project: Project) -> None:
    """Presets append instruments without duplicates; a command's post= replaces the whole chain."""
    shelf, config = house.root / "presets", project.path / "config.json"
    write(shelf / "post" / "fogged.json", {"fog": 0.1})
    write(shelf / "post" / "wet.json", {"rain": 0.3, "fog": 0.1})
    write(config, {"preset": ["fogged", "wet"]})
    assert chain(project) == ("fog,rain", "preset wet")
    write(config, {"preset": ["wet"], "post": "snow"})
    assert chain(project) == ("snow", "config.json")
    assert chain(project, "wet") == ("snow,rain,fog", "preset wet (typed)")
    assert chain(project, "wet", post="none") == ("none", "command line")
    write(config, {"preset": ["wet"], "post": ["none"]})
    assert chain(project, "fogged")[0] == "fog"
    assert chain(project, "fogged", post="rain, fog")[0] == "rain,fog"


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("said", [7, {"a": 1}, [7], "mist", ["fog", "fog"], "fog,,rain", []])
def test_an_invalid_chain_is_refused_with_its_file(
    house: Workspace, project: Project, said: Any
) -> None:
    """An invalid chain is refused with the name of its file; [] is valid only in a preset."""
    write(house.root / "presets" / "post" / "odd.json", {"fog": 0.1, "post": said})
    if said:  # an empty list adds nothing
        with pytest.raises(InputError, match=r"presets/post/odd\.json"):
            chain(project, "odd")
    write(project.path / "config.json", {"post": said})
    with pytest.raises(InputError, match=r"projects/x/config\.json"):
        chain(project)


@pytest.mark.usefixtures("toys")
def test_a_typo_in_a_chain_finds_the_nearest_name(project: Project) -> None:
    """If an effect in a chain is mistyped, the fix is the chain with that effect corrected."""
    with pytest.raises(InputError) as caught:
        chain(project, post="fog,rian")
    assert caught.value.why.startswith("post takes none, or some of fog, rain, snow")
    assert caught.value.fix.startswith("for instance post=fog,rain;")


def test_a_hidden_preset_can_be_used_by_name(house: Workspace, project: Project) -> None:
    """A preset with `listed: false` is hidden from lists, but can be used by name."""
    shelves = [project.path / "presets", house.root / "presets"]
    write(shelves[1] / "blend" / "fog.json", {"crf": 1, "listed": False, "about": "a grey wall"})
    write(shelves[1] / "post" / "rain.json", {"crf": 2, "about": "lines of light"})
    write(shelves[1] / "post" / "odd.json", "no object")
    assert [*listed(shelves)] == ["odd", "rain"]
    assert about(listed(shelves)["rain"]) == "lines of light"
    assert names(shelves) == ["fog", "odd", "rain"]
    write(project.path / "config.json", {"preset": ["fog"]})
    assert project.settings([], {}).of("crf") == Setting(1, "preset fog")
    with pytest.raises(InputError) as caught:
        project.preset("fo")
    assert caught.value.why == "it is not one of the 2 that doit list prints"
    write(shelves[0] / "post" / "fog.json", {"crf": 3})
    assert "fog" in listed(shelves), "the project has one of its own"


@pytest.mark.parametrize("beside", [{"listed": "no"}, {"about": 7}])
def test_listed_and_about_of_a_preset_are_checked(
    house: Workspace, project: Project, beside: dict[str, Any]
) -> None:
    """An invalid `listed` or `about` is refused, and the error names the file."""
    write(house.root / "presets" / "blend" / "fog.json", {"crf": 1, **beside})
    with pytest.raises(InputError) as caught:
        project.preset("fog")
    assert str(caught.value).startswith(f"{next(iter(beside))} in presets/blend/fog.json is ")


@pytest.mark.parametrize("text", ["fog.json", "presets/blend/fog.json", "Fog", "fogg"])
def test_a_file_or_a_typo_finds_its_preset(house: Workspace, project: Project, text) -> None:
    """The error for a preset's file, its path or a typo suggests the preset's name."""
    write(house.root / "presets" / "blend" / "fog.json", {})
    with pytest.raises(InputError) as caught:
        project.preset(text)
    assert caught.value.meant == (text, "fog")


@pytest.mark.parametrize(
    ("file", "typed", "moved"),
    [
        ("presets/fog.json", "fog", "presets/blend/fog.json"),
        ("presets/mine/fog.json", "fog", "presets/blend/fog.json"),
        ("presets/post/deep/fog.json", "fog", "presets/post/fog.json"),
        ("presets/blend/my look.json", "my look", "presets/blend/my-look.json"),
        ("presets/blend/my look.json", "my-look", "presets/blend/my-look.json"),
        ("presets/audio/fog.json.txt", "fog", "presets/audio/fog.json"),
        ("presets/blend/fog.JSON", "fog", "presets/blend/fog.json"),
        ("projects/x/presets/fog.json", "fog", "projects/x/presets/blend/fog.json"),
    ],
)
def test_the_fix_moves_a_file_to_a_folder_of_presets(
    house: Workspace, project: Project, file: str, typed: str, moved: str
) -> None:
    """The fix is to move a misplaced preset into a folder of presets under a valid name."""
    write(house.root / file, {"crf": 3})
    with pytest.raises(InputError) as caught:
        project.preset(typed)
    assert caught.value.what == f"{file} cannot be used as a preset"
    move, source, target = shlex.split(caught.value.fix)
    assert (move, source, target) == ("mv", file, moved)
    (house.root / target).parent.mkdir(parents=True, exist_ok=True)
    (house.root / source).rename(house.root / target)
    assert project.preset(Path(moved).stem) == {"crf": 3}


def test_a_stray_preset_of_a_config_is_moved_not_dropped(
    house: Workspace, project: Project
) -> None:
    """If config.json names a misplaced preset, the fix is to move the file and keep its name."""
    write(project.path / "config.json", {"preset": ["fog"]})
    write(house.root / "presets" / "fog.json", {})
    with pytest.raises(InputError) as caught:
        project.settings([], {})
    assert caught.value.fix == "mv presets/fog.json presets/blend/fog.json"
