"""try_next: the command that keeps the settings used for a run."""

import json
from pathlib import Path
from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.cli.try_next import kept_words, next_render, tried
from collide.project.project import Project, named
from collide.project.settings import Settings, parse, plain

PRESETS = {
    "blend/ink": {"similarity": 0.2, "softness": 0.1},
    "blend/fog": {"similarity": 0.3, "opacity": [0.5, 0.7]},
    "post/old": {"grain": 0.4},
    "post/torn": {"glitch_slices": 0.3},
}


def write(path: Path, value: Any) -> None:
    """Write JSON into a file; create the file's folder if necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project in a workspace with four presets."""
    for name, values in PRESETS.items():
        write(house.root / "presets" / f"{name}.json", values)
    made = named(house, "x")
    write(made.path / "config.json", {"seed": 7})
    return made


def values(settings: Settings) -> dict[str, Any]:
    """Return the values that are set, without their origins."""
    return {name: one.value for name, one in settings.explicit.items()}


@pytest.mark.parametrize(
    ("config", "presets", "typed"),
    [
        ({}, [], {"layer2.similarity": "0.43"}),
        ({}, ["ink"], {"layer3.similarity": "0.43"}),
        ({"similarity": 0.9}, ["ink"], {}),
        ({"preset": ["fog"], "softness": 0.7}, ["ink"], {"crf": "30"}),
        ({"preset": ["ink", "fog"]}, ["ink"], {}),
        ({"preset": "old"}, ["torn"], {}),
        ({"post": "vhs"}, ["old"], {"similarity": "0.1..0.3"}),
    ],
)
def test_the_command_gives_the_same_settings(
    project: Project, config: dict[str, Any], presets: list[str], typed: dict[str, str]
) -> None:
    """The command leads to the run's settings: it repeats values that the config would override."""
    write(project.path / "config.json", {"seed": 7, **config})
    settings = project.settings(presets, typed)
    words = dict(word.split("=", 1) for word in kept_words(project, settings, (*presets,)))
    chain = words.pop("preset", None)
    turned = {name: plain(parse(name, text)) for name, text in words.items()}
    project.turn(turned | ({"preset": chain.split(",")} if chain else {}))
    assert values(project.settings([], {})) == values(settings)
    assert set(typed) <= words.keys()


def test_a_preset_typed_over_a_look_is_kept_as_its_values(project: Project) -> None:
    """A look overrides presets, so the command names the preset's values, not the preset."""
    look = ("look 7f3a91bc", "a look", {"similarity": 0.5, "crf": 18})
    settings = project.settings(["ink"], {"crf": "30"}, look)
    words = kept_words(project, settings, ("ink",), "7f3a91bc")
    assert words[0] == "look=7f3a91bc"
    assert {*words[1:]} == {"similarity=0.2", "softness=0.1", "crf=30"}


def test_settings_in_the_config_need_no_command(project: Project) -> None:
    """No command is printed for settings that are already in the config."""
    assert kept_words(project, project.settings([], {})) == []


def test_restored_knobs_that_cannot_be_rendered_are_reported(project: Project) -> None:
    """If undo restores a knob that was mistyped in the config, no render is suggested."""
    assert next_render(project, " more") == "next: doit render project=x more"
    write(project.path / "config.json", {"seed": 7, "crff": 20})
    text = next_render(project)
    assert text.startswith("these knobs cannot be rendered\nERROR: projects/x/config.json: no knob")
    assert "doit set project=x crff= crf=20" in text


def test_a_long_command_has_its_effect_on_the_next_line() -> None:
    """A command's effect is printed next to it, or below it if the command is too long."""
    assert tried("doit render", "a video") == f"  doit render{' ' * 42}a video"
    long = "doit render project=x layer1.loop=back layer2.loop=back"
    assert tried(long, "back and forth") == f"  {long}\n      back and forth"
