"""Fixtures of the reference set: one workspace, with a library that the tests make."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reference.clips import make_library
from tests.reference.frozen import Frozen, frozen_with
from tests.reference.pieces import PLAIN, SMALL
from tests.reference.reading import made_with
from tests.render.conftest import House, Ran

Frozens = Callable[[str], Frozen]


@pytest.fixture(scope="session")
def frozen(pytestconfig: pytest.Config) -> Frozens:
    """Return a function that opens a file with frozen data, which --freeze rewrites."""
    return lambda file: Frozen(file, bool(pytestconfig.getoption("freeze")))


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reference library."""
    folder = tmp_path_factory.mktemp("reference") / "library"
    make_library(folder)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, library: Path) -> House:
    """Return a workspace with the reference library and one rendered piece."""
    return stocked(tmp_path_factory.mktemp("home"), library)


@pytest.fixture(scope="session")
def keys(home: House, frozen: Frozens) -> bool:
    """Return whether keys can be compared, that is, whether the package versions match.

    Skip the test if the engine is different.
    """
    return frozen_with(*made_with(home, "first"), frozen("reference.json"))


def stocked(root: Path, library: Path) -> House:
    """Return a new workspace with this library and render its first piece."""
    house = House(root)
    shutil.copytree(library, root / "library", dirs_exist_ok=True)
    rendered(house, "first", PLAIN)
    return house


def configured(house: House, project: str, **config: object) -> str:
    """Write the config of a project unless the config exists; return the project's name."""
    path = house.root / "projects" / project / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(json.dumps({"seed": 5, **config}))
    return project


def rendered(house: House, project: str, words: str) -> Ran:
    """Render a piece of the reference set; the render must succeed. Later words win."""
    return ran_verb(house, "render", project, words)


def ran_verb(house: House, verb: str, project: str, words: str) -> Ran:
    """Run a verb on a piece, by default at a small size; the verb must succeed.

    A render runs one task at a time, so that of two tasks with the same key, the first is rendered
    and the second restored.
    """
    typed = dict(word.partition("=")[::2] for word in f"{SMALL} {words}".split())
    alone = ["-n", "1"] if verb == "render" else []
    ran = house.doit(*alone, verb, f"project={project}", *(f"{n}={v}" for n, v in typed.items()))
    assert ran.code == 0, ran.out
    return ran
