"""optional_room: an optional package is imported on request, and reported if it is missing."""

import sys

import pytest

from collide.base.errors import InputError
from collide.cli import optional_room
from collide.cli.optional_room import optional


def test_a_room_that_is_here_is_imported_by_its_name():
    """If an optional package is present, the requested module is returned."""
    assert optional("cli.optional_room") is optional_room


def test_a_room_that_is_left_out_is_named_with_what_brings_it():
    """The error is the same whether the whole folder is missing or only one file in it."""
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
    """A third-party package that an optional package lacks is reported under its own name."""
    (tmp_path / "lamp.py").write_text("import no_such_package_anywhere\n")
    cli = sys.modules["collide.cli"]
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_package_anywhere"):
        optional("cli.lamp")
