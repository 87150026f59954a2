"""look_order: a look that is rendered again keeps its place among the looks."""

import os
from dataclasses import dataclass
from typing import cast

import pytest

from collide.base.workspace import Workspace
from collide.project.look_book import Look
from collide.project.look_order import before_each, remember_look
from collide.project.project import Project, named


@dataclass
class Rendered:
    """A stand-in for a look, with its name and its time."""

    name: str
    when: float  # time of its last render


NAMES = ("aaaaaaaa", "bbbbbbbb", "cccccccc")


@pytest.fixture
def project(house: Workspace) -> Project:
    """Return a project with the files of three looks, rendered one after another."""
    made = named(house, "x")
    (made.path / "looks").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        path = made.path / "looks" / f"{name}.json"
        path.write_text("{}")
        os.utime(path, (number + 1, number + 1))
    return made


def order(project: Project, *times: float) -> list[str]:
    """Return the look names in order, given the times of their last renders."""
    looks = [cast(Look, Rendered(name, when)) for name, when in zip(NAMES, times, strict=True)]
    before = {name: look.name for name, look in before_each(project, looks).items()}
    (last,) = {*NAMES} - {*before.values()}
    found = [last]
    while found[0] in before:
        found.insert(0, before[found[0]])
    return found


def test_a_look_rendered_again_keeps_its_place(project: Project) -> None:
    """Once the order of the looks is recorded, file times do not change it."""
    assert order(project, 1, 2, 3) == [*NAMES]
    remember_look(project, "cccccccc")
    remember_look(project, "aaaaaaaa")
    assert order(project, 9e9, 2, 8e9) == [*NAMES]


def test_a_known_look_is_not_written_again(project: Project) -> None:
    """Recording a known look does not touch the file."""
    remember_look(project, "cccccccc")
    path = project.path / "rendered.json"
    os.utime(path, (1, 1))
    remember_look(project, "cccccccc")
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("text", ["", "[]", '{"looks": 7}', '{"looks": {"aaaaaaaa": "x"}}'])
def test_a_damaged_file_costs_only_the_recorded_order(project: Project, text: str) -> None:
    """If rendered.json is damaged, the looks are in the order of their last renders."""
    (project.path / "rendered.json").write_text(text)
    assert order(project, 3, 2, 1) == [*reversed(NAMES)]
