"""If a recipe lacks a knob, the knob gets its BEFORE value, and the look keeps its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.project.differences import differences
from collide.project.look_book import read_look
from collide.project.project import Project
from collide.project.recipe import EXPORTS, UNRECORDED, Recipe, read_recipe
from collide.project.settings import Settings, bare, parse, plain
from tests.dry import SMALL, Dry

# An instrument of each scope, with and without a later knob; with `haze=0` it does nothing.
TEXT = '''"""{name}: a haze.

Play it on anything. Reads and writes pictures of any size.
"""

from collide.instrument import Range

DEFAULTS = {defaults}
LIMITS = dict.fromkeys(DEFAULTS, Range(0.0, 1.0))
{group}


def filters({parameters}):
    """Return the chain, "" without haze."""
    return f"gblur=sigma={{knobs.get('haze_size', 0.2)}}" if knobs.get("haze", 0.5) else ""
'''
ALONE, POST = "knobs", "knobs, *, size, fps, seed"
SCOPES = {
    "piece": ("post/haze", "", POST, ()),
    "layer": ("blend/haze", 'PER_LAYER = tuple(DEFAULTS)\nAFTER = "blend/look"', ALONE, (1, 2)),
    "keyed": ("blend/haze", 'KEYED = tuple(DEFAULTS)\nAFTER = "blend/key"', ALONE, (2,)),
}
OLDER, LATER = {"haze": 0.5}, {"haze_size": 0.7}
BEFORE = 'BEFORE = {"haze_size": 0.2}\n'

scopes = pytest.mark.parametrize("scope", SCOPES)


class Opened(Dry):
    """A workspace that bases every piece on a look."""

    look: Recipe

    def settings(self, values: Mapping[str, Any], _: object = ()) -> Settings:
        """Return the settings of a project with an open look and values in the command."""
        source = (f"look {self.look.look}", "a look", self.look.knobs)
        return Project(self.house, self.name, {"seed": 7}).settings([], values, source)


def house(root: Path, scope: str, defaults: Mapping[str, Any], kind: type[Dry] = Dry) -> Any:
    """Return a workspace whose project has the instrument unless `defaults` is empty."""
    name, group, parameters, _ = SCOPES[scope]
    path = root / "projects" / "dry" / "scripts" / f"{name}.py"
    path.parent.mkdir(parents=True)
    (root / "library" / "video").mkdir(parents=True)
    if defaults:
        group = (BEFORE if "haze_size" in defaults else "") + group
        parts = {"name": name, "defaults": dict(defaults), "group": group}
        path.write_text(TEXT.format(**parts, parameters=parameters))
    return kind(Workspace(root))


def recipe(dry: Dry, scope: str, **values: Any) -> dict[str, Any]:
    """Return the recipe of a two-layer piece that uses the instrument."""
    chain = {"post": "haze"} if scope == "piece" else {}
    return dict(dry.plan({**SMALL, "num_videos": 2, **chain, **values}).piece.recipe)


def late(dry: Dry, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read a recipe and return the values of the later knob."""
    read = read_recipe(data, "a look", dry.settings({}).catalog)
    return {name: value for name, value in read.knobs.items() if name.endswith("haze_size")}


def expected(scope: str, value: float) -> dict[str, float]:
    """Map the later knob of each layer that has it, or of the piece, to a value."""
    layers = SCOPES[scope][3]
    return {f"layer{n}.haze_size": value for n in layers} or {"haze_size": value}


@scopes
def test_an_older_recipe_gives_the_same_look(tmp_path: Path, scope: str) -> None:
    """An older recipe gets the BEFORE value, and a piece with that value has the same look."""
    old = recipe(house(tmp_path / "old", scope, OLDER), scope)
    dry = house(tmp_path / "new", scope, OLDER | LATER)
    assert late(dry, old) == expected(scope, 0.2)
    assert recipe(dry, scope, haze_size=0.2) == old
    opened = house(tmp_path / "opened", scope, OLDER | LATER, Opened)
    opened.look = read_recipe(old, "a look", dry.settings({}).catalog)
    assert recipe(opened, scope) == old
    assert late(dry, recipe(opened, scope, haze_size=0.6)) == expected(scope, 0.6)


@scopes
def test_a_newer_recipe_records_the_knob(tmp_path: Path, scope: str) -> None:
    """A new knob's default makes a different look, and the knob is the only difference."""
    old = recipe(house(tmp_path / "old", scope, OLDER), scope)
    dry = house(tmp_path / "new", scope, OLDER | LATER)
    new = recipe(dry, scope)
    assert new != old
    assert late(dry, new) == expected(scope, 0.7)
    looks = [read_look(data, "a look", catalog=dry.settings({}).catalog) for data in (old, new)]
    (one,) = differences(*looks)
    assert (bare(one.name), one.old, one.new) == ("haze_size", "0.2", "0.7")


@scopes
def test_an_unread_knob_never_changes_the_look(tmp_path: Path, scope: str) -> None:
    """If no step of a piece reads a new knob, the knob never changes the look."""
    old = recipe(house(tmp_path / "old", scope, OLDER), scope, haze=0)
    dry = house(tmp_path / "new", scope, OLDER | LATER)
    assert recipe(dry, scope, haze=0) == recipe(dry, scope, haze=0, haze_size=0.9) == old


@pytest.mark.parametrize("scope", ["layer", "keyed"])
def test_a_new_instrument_keeps_older_looks_unchanged(tmp_path: Path, scope: str) -> None:
    """A look older than an instrument gets the instrument's BEFORE values and does not change."""
    old = recipe(house(tmp_path / "old", scope, {}), scope)
    dry = house(tmp_path / "new", scope, LATER)
    assert late(dry, old) == expected(scope, 0.2)
    assert recipe(dry, scope, haze_size=0.2) == old
    assert recipe(dry, scope) != old


def test_an_effect_outside_the_chain_is_not_recorded(tmp_path: Path) -> None:
    """An effect outside the chain does not add knobs to a recipe."""
    dry = house(tmp_path, "piece", OLDER | LATER)
    assert late(dry, recipe(dry, "piece", post="none")) == {}


def test_a_before_value_can_be_recorded() -> None:
    """A BEFORE value is a single value in recipe form, and recipes record its knob."""
    for knob in [knob for knob in knobs().values() if knob.before is not None]:
        assert not isinstance(knob.before, list | tuple), knob
        assert plain(parse(knob.name, knob.before)) == knob.before, knob
        assert knob.name not in UNRECORDED, knob
        assert knob.owner not in EXPORTS, knob
