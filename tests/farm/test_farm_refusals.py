"""What the farm refuses before anything begins; each fix that can be pasted is taken."""

import sys
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.farm import by_argv, foreman
from collide.farm.farm_place import EXTRA, NoFarmError, StrangerError, engine, place_of
from collide.store.locks import held_now
from tests.render.conftest import REPO, House
from tests.render.refusals import answered


@pytest.fixture
def empty(tmp_path, monkeypatch) -> House:
    """A house without a project, on a machine that knows no farm."""
    monkeypatch.delenv("COLLIDE_FARM", raising=False)
    monkeypatch.setenv("COLLIDE_FARM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "house").mkdir()
    return House(tmp_path / "house")


@pytest.mark.parametrize("port", ["0", "65535", "99999"])
def test_a_port_that_cannot_be_is_refused(port):
    """The store needs the port after it; without one, the address has a port that can be."""
    with pytest.raises(InputError) as caught:
        place_of(f"tower:{port}")
    assert caught.value.what == f"tower:{port} has no port that can be"
    assert "from 1 to 65534" in caught.value.why
    host = caught.value.fix.removeprefix("leave it away: ").partition(" ")[0]
    assert place_of(host).address == "tower:8786"


def test_without_its_packages_a_farm_is_refused(monkeypatch):
    """The missing one is named, with the line that installs the extra, which pyproject has."""
    monkeypatch.delitem(sys.modules, "collide.farm.dask_engine", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(InputError) as caught:
        engine()
    assert caught.value.what == "a farm needs more than collide has here"
    assert caught.value.why.endswith("is not installed; it comes with the extra [farm]")
    assert caught.value.fix == EXTRA
    assert "\nfarm = [" in (REPO / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("work tower host=loft",
         """ERROR: two farms were typed: tower and loft
  why  a worker is of one farm
  fix  doit work tower"""),
        ("work",
         """ERROR: doit work needs the machine that runs doit farm
  why  it is a name, or an address
  fix  doit work HOST"""),
        ("work to/wer",
         """ERROR: 'to/wer' is no machine
  why  it takes the name or the address of a machine, with :PORT if its farm has another than 8786
  fix  doit work HOST"""),
    ],
)  # fmt: skip
def test_a_worker_is_of_one_farm(empty, typed, text):
    """None, two, and what is no address are refused, and nothing has happened."""
    assert answered(empty, *typed.split()) == text


def unreachable(monkeypatch, error: Exception) -> None:
    """Try to reach a farm whose scheduler answers with an error."""

    def workers_of(address, key):
        raise error

    monkeypatch.setattr(foreman, "engine", lambda: SimpleNamespace(workers_of=workers_of))
    foreman._refuse_unreachable(place_of("attic"), "farm.pem")


def test_a_machine_that_nobody_knows_is_refused(monkeypatch):
    """One that is there and runs no farm yet is waited for; one with another key is named."""
    with pytest.raises(InputError) as caught:
        unreachable(monkeypatch, NoFarmError("[Errno -2] Name or service not known"))
    assert caught.value.what == "there is no machine called attic"
    assert caught.value.why == "[Errno -2] Name or service not known"
    assert "hostname -I" in caught.value.fix
    with pytest.raises(InputError, match="the farm at attic has another key"):
        unreachable(monkeypatch, StrangerError("TLS"))
    unreachable(monkeypatch, NoFarmError("Connection refused"))


def test_one_machine_makes_so_many_orders_at_once_and_no_more(empty, tmp_path, monkeypatch):
    """Each has a workspace of its own; when one has ended, the next takes its place."""
    monkeypatch.setattr(by_argv, "MOST", 1)
    folder = tmp_path / "cache"
    folder.mkdir()
    with held_now(folder / "make-1.lock"), pytest.raises(InputError) as caught:
        by_argv._workspace().__enter__()
    assert caught.value.what == "1 orders are made on this machine already"
    assert str(folder) in caught.value.why
    assert caught.value.fix == "make this one when one of them has ended"
    with by_argv._workspace() as place:
        assert place == folder / "make-1"
