"""complete: the candidates for the last word of a command."""

import json
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.cli import complete
from collide.cli.complete import completions
from collide.cli.request import understand
from collide.syntax.arguments import KINDS
from collide.syntax.verb import declaration, verbs


@pytest.fixture
def house(tmp_path: Path) -> Workspace:
    """Return a workspace with two projects, presets, a look, clips, a sound and LUTs."""
    for path in (
        "projects/fog/presets/blend/mine.json",
        "projects/fog/looks/7f3a91bc.json",
        "projects/fog/input/own clip.mov",
        "projects/rain/config.json",
        "projects/fog/config.json",
        "presets/blend/ink.json",
        "presets/post/silk.json",
        "library/video/trip/DSC_1.mp4",
        "library/audio/wind.wav",
        "library/luts/warm.cube",
        "library/luts/notes.txt",
        "library/luts/deep/blue.cube",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps({}))
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("doit swee", ["sweep"]),
        ("doit project=fog swee", ["sweep"]),
        ("doit -n 2 rende", ["render"]),
        ("doit star na", ["name="]),
        ("doit star name=a na", []),
        ("doit star off=", ["off=true", "off=false"]),
        ("doit still lay", [f"layer{number}." for number in range(1, 10)]),
        ("doit still layer2.simi", ["layer2.similarity="]),
        ("doit still layer1.simi", []),
        ("doit still layer2.cr", []),
        ("doit looks simi", []),
        ("doit looks similarity=", []),
        ("doit still mode=kme", ["mode=kmeans"]),
        ("doit layer:2 layer2.mode=kme", ["layer2.mode=kmeans"]),
        ("doit still post=vhs,anal", ["post=vhs,analog"]),
        ("doit still post=vhs,vh", []),
        ("doit still fps=2", ["fps=23.976", "fps=29.97"]),
        ("doit still color_shift=", ["color_shift=true", "color_shift=false"]),
        ("doit still project=", ["project=fog", "project=rain"]),
        ("doit still preset=", ["preset=ink", "preset=silk"]),
        ("doit still project=fog preset=ink,", ["preset=ink,mine", "preset=ink,silk"]),
        ("doit sheet presets=a", ["presets=all"]),
        ("doit still project=fog look=", ["look=7f3a91bc"]),
        ("doit star project=fog look=7f3a91bc,", []),
        ("doit diff project=fog a=7", ["a=7f3a91bc"]),
        ("doit still project=../fog look=", []),
        ("doit still clip=", ["clip=DSC_1.mp4"]),
        ("doit still project=fog layer2.clip=o", ["layer2.clip=own clip.mov"]),
        (r"doit still project=fog layer2.clip=own\ c", ["layer2.clip=own clip.mov"]),
        ("doit still bed1=", ["bed1=wind.wav"]),
        ("doit still grade_lut=", ["grade_lut=none", "grade_lut=warm.cube"]),
        ("doit export as=p", ["as=prores4444"]),
        ("doit clips sort=l", ["sort=long", "sort=large"]),
        ("doit roll keep=layer2,clip", ["keep=layer2,clips", "keep=layer2,clip"]),
        ("doit help swee", ["sweep"]),
        ("doit knobs similarit", ["similarity=", "similarity"]),
        ("doit info probe", ["probe"]),
        ("doit re", ["render", "redo", "replay"]),
        ("doit laye", ["layer"]),
        ("doit cache ", ["keep=", "stats", "gc", "verify"]),
        ("doit still seed=", []),
    ],
)  # fmt: skip
def test_a_word_is_completed_by_its_context(house: Workspace, line: str, words: list) -> None:
    """Verbs, names and values are completed; the words before them restrict the candidates."""
    assert sorted(completions(house, line)) == sorted(words)


def test_an_empty_word_offers_verbs_and_render(house: Workspace) -> None:
    """For an empty word, only verbs and `render` are offered; letters also complete task kinds."""
    assert completions(house, "doit ") == [*dict.fromkeys([*verbs(), "render"])]
    assert {completions(house, f"doit {kind}")[0] for kind in KINDS} == {*KINDS}


def test_named_and_visible_looks_come_first(house: Workspace) -> None:
    """Names of stars come first, then the cell numbers of the last sheet, then all looks."""
    home = house.root / "projects" / "fog"
    (home / "stars.json").write_text('{"looks": ["7f3a91bc"], "names": {"first": "7f3a91bc"}}')
    cells = [{"look": "7f3a91bc", "turned": ""}] * 2
    (home / "sheets.json").write_text(json.dumps({"sheets": [{"verb": "roll", "cells": cells}]}))
    offered = completions(house, "doit still project=fog look=")
    assert offered == ["look=first", "look=1", "look=2", "look=7f3a91bc"]


@pytest.mark.parametrize("verb", verbs())
def test_every_variable_and_knob_of_a_verb_is_offered(house: Workspace, verb: str) -> None:
    """Every variable of a verb is offered; if the verb takes knobs, every knob is offered too."""
    offered = {word[:-1] for word in completions(house, f"doit {verb} ") if word.endswith("=")}
    takes = declaration(verb)
    assert offered == {*takes.variables, *(knobs() if takes.knobs else ())}


def test_every_offered_value_is_accepted(house: Workspace) -> None:
    """Every value that is offered for a knob is accepted."""
    for name in knobs():
        for word in completions(house, f"doit still project=fog {name}="):
            typed = {"project": "fog", name: word.partition("=")[2]}
            understand(house, "still", [], typed)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("doit still mode=kme", ["kmeans"]),
        ("doit still layer2.mo", ["layer2.mode="]),
        ("doit clips sort=", ["name", "long", "large", "used", "new"]),
    ],
)
def test_bash_gets_only_the_part_after_the_equals_sign(
    house: Workspace, line: str, words: list
) -> None:
    """bash splits words at `=`, so only the part after `=` is offered."""
    assert completions(house, line, "\"'=:(") == words


@pytest.mark.parametrize("line", ["", "doit", 'doit still clip="a', "doit \\", "doit =", "x\0"])
def test_no_typed_line_causes_a_traceback(house: Workspace, line: str, monkeypatch, capsys) -> None:
    """Whatever is typed, completion does not print an error."""
    monkeypatch.chdir(house.root)
    (house.root / "dodo.py").touch()
    assert complete.main([line]) == 0
    assert capsys.readouterr().err == ""


def test_completion_runs_no_script_of_a_project(house: Workspace) -> None:
    """A project may be untrusted, so completion does not run the code in its scripts/."""
    script = house.root / "projects" / "fog" / "scripts" / "post" / "blink.py"
    script.parent.mkdir(parents=True)
    script.write_text("raise SystemExit('it ran')")
    assert "post=vhs" in completions(house, "doit still project=fog post=")


def test_nothing_is_offered_outside_a_workspace(tmp_path: Path, monkeypatch, capsys) -> None:
    """In a folder without dodo.py, doit is not collide, so nothing is offered."""
    monkeypatch.chdir(tmp_path)
    assert (complete.main(["doit "]), *capsys.readouterr()) == (0, "", "")


def test_clips_with_equal_names_are_offered_by_their_paths(house: Workspace) -> None:
    """Clips with the same name get their shortest distinct paths; other files are not offered."""
    other = house.library / "day2" / "DSC_1.mp4"
    other.parent.mkdir()
    other.write_text("x")
    (house.library / "notes.txt").write_text("x")
    found = completions(house, "doit still clip=")
    assert found == ["clip=day2/DSC_1.mp4", "clip=trip/DSC_1.mp4"]
    assert "clip=own clip.mov" in completions(house, "doit still project=fog clip=")
