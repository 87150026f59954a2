"""look_book: looks are found by their first characters, listed newest first, and compared."""

import copy
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.project.differences import differences
from collide.project.look_book import Look, find_look, last_look, looks_of, owner, read_look
from collide.project.project import Project, named
from tests.unit.project.test_recipe import DATA, ONE, TWO


def changed(**said: object) -> dict:
    """Return DATA without its LUT and with some parts or knobs (`layer2_similarity`) replaced."""
    data = copy.deepcopy(DATA)
    data["piece"].pop("grade_lut")
    for name, value in said.items():
        layer, _, knob = name.partition("_")
        if layer.startswith("layer") and layer[5:].isdigit():
            inner = data["layers"][int(layer[5:]) - 1]
            (inner if knob in ("clip", "start", "model") else inner["knobs"])[knob] = value
        elif name in data:
            data[name] = value
        else:
            data["piece"][name] = value
    return data


def look(**said: object) -> Look:
    """Return the look for a changed recipe, with names for its clips."""
    return read_look({"recipe": changed(**said), "names": {ONE: "a.mp4", TWO: "b.mp4"}}, "a file")


def in_words(old: Look, new: Look) -> list[str]:
    """Return the differences as text."""
    return [str(difference) for difference in differences(old, new)]


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project with three looks, an hour apart, and the manifest of the second."""
    made = named(house, "x")
    (made.path / "looks").mkdir(parents=True)
    (made.path / "config.json").write_text("{}")
    for hour, crf in enumerate((20, 21, 22)):
        write(made, changed(crf=crf), hour)
    manifest = {"look": "any", "recipe": changed(crf=21)}
    (made.path / "manifest.json").write_text(json.dumps(manifest))
    return made


def write(project: Project, recipe: dict, hour: int = 0) -> Path:
    """Write a look for the project, last rendered at `hour`; return its path."""
    name = read_look(recipe, "it").name
    path = project.path / "looks" / f"{name}.json"
    path.write_text(json.dumps({"look": name, "recipe": recipe, "names": {}, "video": "c" * 32}))
    os.utime(path, (hour * 3600, hour * 3600))
    return path


def test_looks_are_listed_newest_first_without_other_files(project: Project) -> None:
    """Looks are listed newest first, without other files; the last look is in the manifest."""
    (project.path / "looks" / "notes.json").write_text("{}")
    assert [found.recipe.knobs["crf"] for found in looks_of(project)] == [22, 21, 20]
    assert last_look(project).recipe.knobs["crf"] == 21


def test_a_look_is_found_by_its_first_characters(project: Project) -> None:
    """A unique prefix of three or more characters finds a look, and so does its full name."""
    for found in looks_of(project):
        assert find_look(project, found.name).name == found.name
    names = [found.name for found in looks_of(project)]
    few = next(n for n in range(3, 9) if len({name[:n] for name in names}) == 3)
    assert [find_look(project, name[:few]).name for name in names] == names
    with pytest.raises(InputError, match="x has no look 'zz'"):
        find_look(project, "zz")


def test_an_ambiguous_prefix_is_refused_with_a_longer_one(project: Project) -> None:
    """The fix for an ambiguous prefix is a longer prefix that matches one look only."""
    name = next(iter(looks_of(project))).name
    other = f"{name[:6]}{'00' if name[6:] != '00' else '11'}"
    (project.path / "looks" / f"{other}.json").write_text("{}")
    with pytest.raises(InputError) as caught:
        find_look(project, name[:6])
    assert caught.value.what == f"look={name[:6]} matches 2 looks of x"
    assert caught.value.fix.removeprefix("type more of its name: look=") in (name[:7], other[:7])


def test_a_look_is_found_in_its_project(project: Project) -> None:
    """A look is found in its project; if two projects contain it, the error says so."""
    name = next(iter(looks_of(project))).name
    assert owner(project.workspace, name[:6]) == "x"
    assert owner(project.workspace, f"{name},zz") == "x"
    other = named(project.workspace, "y")
    (other.path / "looks").mkdir(parents=True)
    (other.path / "config.json").write_text("{}")
    write(other, changed(crf=22))
    with pytest.raises(InputError) as caught:
        owner(project.workspace, name)
    assert (caught.value.what, caught.value.fix) == (
        f"2 projects have a look {name!r}",
        "choose one: project=x",
    )


def test_a_file_of_a_different_look_is_refused(project: Project) -> None:
    """A look's name comes from its recipe's digest, so a changed file is refused."""
    path = write(project, changed(crf=23))
    path.write_text(path.read_text().replace('"crf": 23', '"crf": 24'))
    with pytest.raises(InputError, match="contains a different look"):
        find_look(project, path.stem)


def test_differences_are_printed_in_an_artists_words() -> None:
    """A change to all layers is one line; files are named, and derived values are omitted."""
    assert in_words(look(), look(crf=28)) == ["crf 20 → 28"]
    assert in_words(look(), look(layer2_similarity=0.25)) == ["layer2.similarity 0.3 → 0.25"]
    assert in_words(look(), look(layer1_contrast=1.2)) == ["layer1.contrast 1.1 → 1.2"]
    assert in_words(look(), look(layer1_contrast=1.2, layer2_contrast=1.2)) == [
        "contrast 1.1 → 1.2"
    ]
    assert in_words(look(), look(layer1_clip=TWO)) == ["layer1.clip a.mp4 → b.mp4"]
    assert in_words(look(), look(layer1_start=2.5)) == ["layer1.start (seconds) 0.5 → 2.5"]
    assert in_words(look(), look(post="analog", grain=0.3)) == [
        "post color-grade → analog",
        "grain unset → 0.3",
    ]
    assert in_words(look(), look(layer2_coverage="0.2..0.4")) == ["layer2.coverage off → 0.2..0.4"]
    assert in_words(look(), look(heard=[])) == ["heard layers 1 → none"]
    assert in_words(look(), look(duration=8.0, frames=80)) == ["duration 6 → 8"]
    assert in_words(look(), look()) == []
    three = [*DATA["layers"], {"clip": TWO, "start": 1, "knobs": {"contrast": 1.5}}]
    assert in_words(look(), look(layers=three)) == [
        "layer3.clip unset → b.mp4",
        "layer3.start (seconds) unset → 1",
    ]


def test_two_clips_with_one_name_are_distinguished_by_content() -> None:
    """If the old and the new clip share a name, the start of each digest is added."""
    old = read_look({"recipe": changed(), "names": {ONE: "a.mp4", TWO: "a.mp4"}}, "a file")
    new = replace(old, recipe=look(layer1_clip=TWO).recipe)
    (line,) = [line for line in in_words(old, new) if line.startswith("layer1.clip")]
    assert line == f"layer1.clip a.mp4 ({ONE[:8]}) → a.mp4 ({TWO[:8]})"
