"""Environment variables that `doit work` passes to its worker processes."""

import ast
from pathlib import Path

import pytest

from collide.farm.foreman import passed_on
from collide.shared import farm_key
from tests.house.rooms import CODE


def read_variables() -> set[str]:
    """Return the names of all COLLIDE_ and AWS_ variables in collide's code."""
    texts = {
        node.value
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if text.startswith(("COLLIDE_", "AWS_")) and text.isupper()}


def test_every_variable_that_collide_reads_reaches_a_worker(monkeypatch):
    """Every COLLIDE_ or AWS_ variable that collide reads is passed on; LD_PRELOAD is not."""
    names = {name for name in read_variables() if name.replace("_", "").isalnum()}
    assert {"COLLIDE_STORE_WAIT", "COLLIDE_CACHE_MAX_GB", "AWS_REGION"} <= names
    for name in names:
        monkeypatch.setenv(name, "/a/value")
    monkeypatch.setenv("LD_PRELOAD", "/a/value")
    assert {name: passed_on().get(name) for name in names} == dict.fromkeys(names, "/a/value")
    assert "LD_PRELOAD" not in passed_on()


@pytest.mark.parametrize("name", ["COLLIDE_FARM_KEY", "COLLIDE_FFMPEG"])
def test_a_worker_gets_absolute_paths(monkeypatch, tmp_path, name):
    """A relative path becomes absolute, because a worker process runs in a different folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, "some/file")
    assert passed_on()[name] == str(tmp_path / "some" / "file")


def test_a_worker_finds_the_key_at_its_default_path(monkeypatch):
    """A worker process, whose home folder is different, gets the path of this user's key."""
    monkeypatch.delenv("COLLIDE_FARM_KEY", raising=False)
    assert passed_on()["COLLIDE_FARM_KEY"] == str(Path(farm_key.PLACE).expanduser())
