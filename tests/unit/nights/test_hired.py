"""hired: the farm that a verb uses; without a farm, no farm code is imported."""

from contextlib import suppress
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.cli.request import Request, understand
from collide.nights import hired as module
from collide.nights.hired import farm_of, hired


def request(house: Workspace, **typed: str) -> Request:
    """Return a `doit batch` request with these variables."""
    return understand(house, "batch", [], {"count": "2", **typed})


@pytest.mark.parametrize(
    ("typed", "named", "farm"),
    [
        ({}, "", ""),
        ({}, "tower", "tower"),
        ({"farm": "loft"}, "tower", "loft"),
        ({"farm": "none"}, "tower", ""),
        ({"farm": "loft:9000"}, "", "loft:9000"),
    ],
)
def test_a_typed_farm_outranks_the_variable(house, monkeypatch, typed, named, farm):
    """farm= in a command overrides COLLIDE_FARM; with farm=none, no farm is used."""
    monkeypatch.setenv("COLLIDE_FARM", named)
    assert farm_of(request(house, **typed)) == farm


def test_an_invalid_farm_variable_is_refused(house, monkeypatch):
    """The error for an invalid COLLIDE_FARM names the variable, and its fix shows a valid form."""
    monkeypatch.setenv("COLLIDE_FARM", "http://tower")
    with pytest.raises(InputError, match="COLLIDE_FARM=http://tower is not a valid value") as one:
        farm_of(request(house))
    assert one.value.fix == "export COLLIDE_FARM=HOST, or unset it"


def test_workers_are_released_even_after_an_error(house, monkeypatch):
    """Workers are released even after an error; if no farm is used, no farm code is imported."""
    closed = []
    hands = SimpleNamespace(close=lambda: closed.append(True))
    room = SimpleNamespace(hire=lambda request, farm: hands)
    monkeypatch.setattr(module, "optional", lambda name: room)
    with suppress(KeyError), hired(request(house, farm="loft")) as one:
        assert one is hands
        raise KeyError
    assert closed == [True]
    monkeypatch.delenv("COLLIDE_FARM", raising=False)
    monkeypatch.setattr(module, "optional", pytest.fail)
    with hired(request(house)) as one:
        assert one is None
