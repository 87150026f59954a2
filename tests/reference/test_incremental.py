"""The tasks that run after a change, and their reasons.

For each change, `tasks` lists the tasks that were rendered, restored, kept or failed. `why` lists
the reasons, stored separately because their wording may change.
"""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.reference.changes import CHANGES, CONFIG
from tests.reference.conftest import Frozens, configured, rendered
from tests.render.conftest import House

FILE = "incremental.json"


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, library: Path) -> House:
    """Return a workspace with a rendered project x, which the test of each change copies."""
    house = House(tmp_path_factory.mktemp("once"))
    shutil.copytree(library, house.root / "library", dirs_exist_ok=True)
    rendered(house, configured(house, "x", **CONFIG), "")
    return house


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_renders_the_same_tasks_as_before(
    once: House, tmp_path: Path, frozen: Frozens, keys: bool, name: str
) -> None:
    """After a change, the same tasks are rendered, restored and kept, for the same reasons."""
    house = House.__new__(House)
    house.root = tmp_path / "house"
    shutil.copytree(once.root, house.root, symlinks=True)
    done: dict[str, Any] = {}
    for step in CHANGES[name]:
        if step.startswith("!"):
            verb, _, rest = step[1:].partition(" ")
            ACTS[verb](house, rest)
        else:
            done = rendered(house, "x", step).record["tasks"]
    tasks = {
        status: sorted(task for task, became in done.items() if became["status"] == status)
        for status in ("rendered", "restored", "kept", "failed")
    }
    why = {task: became["why"] for task, became in done.items() if became["why"]}
    frozen(FILE).same(name, {"tasks": tasks, "why": why})


def test_most_changes_render_different_tasks(frozen: Frozens) -> None:
    """The number of different task sets is more than half the number of changes."""
    sets = Counter(str(change["tasks"]) for change in frozen(FILE).known().values())
    assert len(sets) > len(CHANGES) // 2
    frozen(FILE).holds(CHANGES)


def _set(house: House, words: str) -> None:
    assert house.doit("set", "project=x", *words.split()).code == 0


def _rename(house: House, name: str) -> None:
    path = house.root / "library" / "video" / name
    path.rename(path.with_name(f"other {name}"))


def _evict(house: House, task: str) -> None:
    for digest in house.manifest()["tasks"][task]["objects"].values():
        house.object(digest).unlink()


def _forget(house: House, _: str) -> None:
    shutil.rmtree(house.root / "cache")


ACTS = {"set": _set, "rename": _rename, "evict": _evict, "forget": _forget}
