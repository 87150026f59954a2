"""optional_room: an optional room is imported on request and reported if it is missing."""

import sys

import pytest

import collide
from collide.base.errors import InputError
from collide.cli import optional_room
from collide.cli.optional_room import optional


def test_a_present_room_is_imported():
    """If an optional room is present, the requested module is returned."""
    assert optional("cli.optional_room") is optional_room


def test_the_error_names_a_missing_room():
    """The error names the missing room's folder, even if only the requested file is missing."""
    with pytest.raises(InputError) as caught:
        optional("attic.lamp")
    assert caught.value.what == "this copy of collide has no attic"
    assert (
        caught.value.fix
        == "git checkout collide/attic restores it; everything else works without it"
    )
    with pytest.raises(InputError, match="this copy of collide has no cli"):
        optional("cli.lamp")


def test_a_missing_dependency_is_not_a_missing_room(monkeypatch, tmp_path):
    """If an optional room lacks a third-party package, the error names this package."""
    (tmp_path / "lamp.py").write_text("import no_such_package_anywhere\n")
    cli = sys.modules["collide.cli"]
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_package_anywhere"):
        optional("cli.lamp")


@pytest.mark.parametrize("compiled", [False, True])
def test_the_error_names_a_missing_room_that_another_imports(monkeypatch, tmp_path, compiled):
    """If a module imports a missing room, the error names it, even if its __pycache__ remains."""
    (tmp_path / "lamp.py").write_text("import collide.attic.bulb\n")
    if compiled:
        (tmp_path / "attic" / "__pycache__").mkdir(parents=True)
    for package in (collide, sys.modules["collide.cli"]):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    with pytest.raises(InputError, match="this copy of collide has no attic") as caught:
        optional("cli.lamp")
    assert caught.value.why == "the folder collide/attic is missing"


def test_a_missing_file_of_another_room_is_a_bug(monkeypatch, tmp_path):
    """If only a file of an imported folder is missing, Python's own error is raised."""
    (tmp_path / "lamp.py").write_text("import collide.base.no_such_file\n")
    cli = sys.modules["collide.cli"]
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_file"):
        optional("cli.lamp")
