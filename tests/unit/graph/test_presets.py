"""presets: where they are looked up, and what counts for more."""

import json
from pathlib import Path
from typing import Any

import pytest

from collide.errors import InputError
from collide.graph.knobs import Setting
from collide.graph.project import Project, named
from collide.house import House


def write(path: Path, value: Any) -> None:
    """Write JSON into a file whose folder may not be there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture
def project(house: House) -> Project:
    """Return a project that is there, with a seed and nothing else."""
    made = named(house, "x")
    write(made.path / "config.json", {"seed": 7})
    return made


def test_a_projects_own_preset_comes_before_everybodys(house: House, project: Project) -> None:
    """The name is looked up in projects/x/presets first; its family may differ."""
    write(house.root / "presets" / "blend" / "fog.json", {"name": "fog", "crf": 1})
    assert project.preset("fog") == {"crf": 1}
    write(project.path / "presets" / "post" / "fog.json", {"crf": 2})
    assert project.preset("fog") == {"crf": 2}
    assert named(house, "other").preset("fog") == {"crf": 1}


@pytest.mark.parametrize("own", [True, False])
def test_a_name_in_two_families_is_an_error_that_names_both(
    house: House, project: Project, own: bool
) -> None:
    """Which one is meant is not guessed."""
    folder = (project.path if own else house.root) / "presets"
    write(folder / "blend" / "fog.json", {})
    write(folder / "post" / "fog.json", {})
    with pytest.raises(InputError) as caught:
        project.preset("fog")
    assert caught.value.what == "two presets are called 'fog'"
    assert caught.value.why == "one is in blend, one in post"


def test_an_unknown_preset_is_refused_with_the_nearest(house: House, project: Project) -> None:
    """The error lists what there is, own and shared, each once."""
    write(house.root / "presets" / "blend" / "classic-white.json", {})
    write(house.root / "presets" / "audio" / "hush.json", {})
    write(project.path / "presets" / "audio" / "hush.json", {})
    with pytest.raises(InputError) as caught:
        project.preset("clasic-white")
    assert str(caught.value) == (
        "no preset named 'clasic-white'\n"
        "  why  there are classic-white, hush\n"
        "  fix  did you mean 'classic-white'?"
    )


@pytest.mark.parametrize("name", ["../secret", "blend/fog", "", ".", "fog.json/.."])
def test_a_preset_name_never_leads_out_of_its_folder(
    house: House, project: Project, name: str
) -> None:
    """A name with a path in it finds nothing, also where a file is."""
    write(house.root / "presets" / "secret.json", {"crf": 1})
    write(house.root / "presets" / "blend" / "fog.json", {"crf": 1})
    with pytest.raises(InputError, match="no preset named"):
        project.preset(name)


def test_settings_come_in_order_with_their_origins(house: House, project: Project) -> None:
    """DEFAULTS < config's presets < config's knobs < presets typed < knobs typed."""
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
