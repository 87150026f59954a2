"""Errors that prevent a farm or a worker from starting, and their fixes."""

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.farm import by_argv, foreman, head, networks, strangers
from collide.farm.farm_place import (
    EXTRA,
    REFUSED,
    SILENT,
    NoFarmError,
    StrangerError,
    engine,
    nobody,
    place_of,
)
from collide.farm.foreman import Foreman
from collide.farm.order import read_order
from collide.farm.strangers import Listener
from collide.shared.farm_key import FarmKey, fetch_line, key_line
from collide.store.locks import held_now
from tests.farm.test_orders import ORDER
from tests.render.conftest import REPO, House
from tests.render.refusals import answered


@pytest.fixture
def empty(tmp_path, monkeypatch) -> House:
    """Return a workspace without a project, on a machine without a farm."""
    monkeypatch.delenv("COLLIDE_FARM", raising=False)
    monkeypatch.setenv("COLLIDE_FARM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "house").mkdir()
    return House(tmp_path / "house")


@pytest.mark.parametrize("port", ["0", "65535", "99999"])
def test_a_port_out_of_range_is_refused(port):
    """A port must be from 1 to 65534, because the store uses the next port."""
    with pytest.raises(InputError) as caught:
        place_of(f"tower:{port}")
    assert caught.value.what == f"tower:{port} has no valid port"
    assert "from 1 to 65534" in caught.value.why
    host = caught.value.fix.removeprefix("leave out the port to use 8786: ")
    assert place_of(host).address == "tower:8786"


def test_a_farm_without_its_packages_is_refused(monkeypatch):
    """The error names a missing package and suggests the command that installs the extra [farm]."""
    monkeypatch.delitem(sys.modules, "collide.farm.dask_engine", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(InputError) as caught:
        engine()
    assert caught.value.what == "a farm needs a package that is not installed"
    assert caught.value.why.endswith("is not installed; it comes with the extra [farm]")
    assert caught.value.fix == EXTRA
    assert "\nfarm = [" in (REPO / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("work tower host=loft",
         """ERROR: the command names two farms: tower and loft
  why  a worker can join only one farm
  fix  doit work tower"""),
        ("work",
         """ERROR: doit work needs the machine that runs doit farm
  why  the name or address of that machine is missing
  fix  doit work HOST"""),
        ("work to/wer",
         """ERROR: 'to/wer' is not a machine
  why  it must be the name or the address of a machine, with :PORT if its farm does not use 8786
  fix  doit work HOST"""),
    ],
)  # fmt: skip
def test_doit_work_needs_exactly_one_farm(empty, typed, text):
    """`doit work` is refused unless it names exactly one farm, with a valid address."""
    assert answered(empty, *typed.split()) == text


def unreachable(monkeypatch, error: Exception) -> None:
    """Ask a farm for its workers, with an engine that raises `error`."""

    def workers_of(address, key):
        raise error

    monkeypatch.setattr(foreman, "engine", lambda: SimpleNamespace(workers_of=workers_of))
    foreman._refuse_unreachable(place_of("attic"), Path("/home/me/farm.pem"))


def test_an_unknown_machine_is_refused(monkeypatch):
    """A host without a farm is accepted; an unknown host or a different key is refused."""
    with pytest.raises(InputError) as caught:
        unreachable(monkeypatch, NoFarmError("[Errno -2] Name or service not known"))
    assert caught.value.what == "there is no machine called attic"
    assert caught.value.why == "[Errno -2] Name or service not known"
    assert "hostname -I" in caught.value.fix
    monkeypatch.setattr(strangers, "who_listens", lambda place, key: Listener.OTHERS)
    with pytest.raises(InputError, match="the farm at attic has a different key"):
        unreachable(monkeypatch, StrangerError("TLS"))
    monkeypatch.setattr(strangers, "who_listens", lambda place, key: Listener.REFUSED)
    unreachable(monkeypatch, NoFarmError("Connection refused"))


def test_a_machine_limits_its_simultaneous_orders(empty, tmp_path, monkeypatch):
    """A machine refuses orders beyond its maximum; when an order ends, another is accepted."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for most, orders in ((1, "1 order"), (2, "2 orders")):
        monkeypatch.setattr(by_argv, "MOST", most)
        with ExitStack() as locks:
            for number in range(1, most + 1):
                locks.enter_context(held_now(folder / f"make-{number}.lock"))
            with pytest.raises(InputError) as caught:
                by_argv._workspace().__enter__()
        assert caught.value.what == f"this machine is already rendering {orders}"
        assert str(folder) in caught.value.why
        assert caught.value.fix == "try again when one of them is finished"
        with by_argv._workspace() as place:
            assert place == folder / "make-1"


def test_gc_frees_the_store_that_this_machine_serves(empty, tmp_path, monkeypatch):
    """`doit farm gc` shrinks this machine's store, and is refused if there is no store."""
    pytest.importorskip("cryptography", reason="keys need it: pip install -e '.[farm]'")
    monkeypatch.setenv("COLLIDE_FARM_KEY", str(FarmKey.make(tmp_path / "farm.pem").path))
    monkeypatch.setenv("COLLIDE_STORE", "")
    text = answered(empty, "farm", "gc", "keep=1k")
    assert text.startswith("ERROR: there is no shared store to shrink")
    assert "the machine that runs doit farm" in text
    store = tmp_path / "cache" / "store"
    (store / "ac").mkdir(parents=True)
    (store / "ac" / ("0" * 64)).write_bytes(bytes(5000))
    out = empty.doit("farm", "gc", "keep=1k").out
    assert "deleted 5.0 kB: 0 objects and 1 entry" in out
    assert f"{store.as_uri()}: " in out
    assert not [*(store / "ac").iterdir()]


def test_a_machine_without_a_route_uses_its_only_address(monkeypatch):
    """Without a route, the farm uses the machine's only address, or loopback if there is none.

    If the machine has several addresses, the error lists a command for each address.
    """

    def no_route(host):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(networks, "address_towards", no_route)
    for found, address in ((["10.0.0.2"], "10.0.0.2"), ([], "127.0.0.1")):
        monkeypatch.setattr(networks, "network_addresses", lambda found=found: found)
        assert networks.own_address() == address
    monkeypatch.setattr(networks, "network_addresses", lambda: ["10.0.0.2", "192.168.1.4"])
    with pytest.raises(InputError) as caught:
        networks.own_address()
    assert caught.value.what == "this machine has several addresses: 10.0.0.2, 192.168.1.4"
    assert caught.value.fix == "doit farm address=10.0.0.2\nor doit farm address=192.168.1.4"


def test_network_addresses_exclude_loopback():
    """The network addresses never include a loopback address."""
    pytest.importorskip("psutil", reason="pip install -e '.[farm]' brings the farm's packages")
    assert not [one for one in networks.network_addresses() if one.startswith("127.")]
    assert networks.address_towards("127.0.0.1") == "127.0.0.1"


def test_commands_that_copy_a_key_create_its_folder(tmp_path, monkeypatch):
    """The suggested commands copy a key in both directions and create its folder with mode 700."""
    pytest.importorskip("cryptography", reason="keys need it: pip install -e '.[farm]'")
    tools, homes = tmp_path / "bin", tmp_path / "homes"
    tools.mkdir()
    for name in ("here", "tower"):
        (homes / name).mkdir(parents=True)
    (tools / "ssh").write_text(f'#!/bin/sh\ncd {homes}/"$1" && shift && exec "$@"\n')
    place = 'place() { case "$1" in *:*) echo "$homes/${1%%:*}/${1#*:}";; *) echo "$1";; esac; }'
    copy = 'exec cp -p "$(place "$2")" "$(place "$3")"'
    (tools / "scp").write_text(f"#!/bin/sh\nhomes={homes}\n{place}\n{copy}\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    key = FarmKey.make(homes / "here" / ".config" / "collide" / "farm.pem")
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(homes / "here")}
    subprocess.run(["sh", "-c", key_line(key.path, "tower")], env=env, check=True)
    copy = homes / "tower" / ".config" / "collide" / "farm.pem"
    assert FarmKey.read(copy).sign == key.sign
    other = tmp_path / "third" / "farm.pem"
    subprocess.run(["sh", "-c", fetch_line(other, "tower")], env=env, check=True)
    assert FarmKey.read(other).sign == key.sign
    assert other.parent.stat().st_mode & 0o777 == 0o700


def test_the_error_for_a_missing_key_copies_it_from_its_machine(tmp_path):
    """If a worker has no key, the error suggests copying it from the machine in the command."""
    with pytest.raises(InputError) as caught:
        FarmKey.read(tmp_path / "farm.pem", host="attic")
    assert caught.value.fix.splitlines()[1] == fetch_line(tmp_path / "farm.pem", "attic")
    assert "key=true" not in caught.value.fix


def test_an_order_with_a_different_key_is_refused(tmp_path):
    """An order with a different key is refused; an order with this key or no key is accepted."""
    pytest.importorskip("cryptography", reason="keys need it: pip install -e '.[farm]'")
    ours, theirs = (FarmKey.make(tmp_path / f"{name}.pem") for name in ("ours", "theirs"))
    for sign in ("", ours.sign):
        by_argv._refuse_other_key(replace(ORDER, farm=sign), ours)
    text = "this machine has a different farm key from the machine that ordered"
    with pytest.raises(InputError, match=text) as caught:
        by_argv._refuse_other_key(replace(ORDER, farm=theirs.sign), ours)
    assert "scp -p" in caught.value.fix
    assert read_order(replace(ORDER, farm=ours.sign).text()).farm == ours.sign


def test_a_worker_process_error_is_printed_completely_and_once():
    """A worker process's error is printed completely, but only once until the worker joins.

    The process may fail and restart several times with the same error.
    """
    man = Foreman(place_of("attic"), "tower", 1, 0.0, None)
    for _ in range(2):
        for line in ("ERROR: it is so", "  why  because", "  fix  do this", "       or that"):
            man._on_output(0, line)
        man._ended(0, "it failed with exit code 3\nit cannot join")
    lines = [man.lines.get() for _ in range(man.lines.qsize())]
    assert lines == [
        "tower: ERROR: it is so",
        "tower:   why  because",
        "tower:   fix  do this",
        "tower:        or that",
        "tower: it cannot join; it keeps trying",
    ]
    man._on_output(0, "joined")
    man._on_output(0, "ERROR: again")
    assert man.lines.qsize() == 2


def test_an_error_without_text_is_described():
    """A timeout and a refused connection are described; other errors lose their error number."""
    assert str(nobody(TimeoutError())) == SILENT
    assert str(nobody(OSError(111, "Connection refused"))) == REFUSED
    assert str(nobody(OSError(113, "No route to host"))) == "No route to host"


def test_two_simultaneous_farms_share_one_scheduler(monkeypatch):
    """If `doit farm` is already running, a second run lists the workers of the first run.

    A port that another program uses is refused.
    """
    taken = {"attic"}
    monkeypatch.setattr(head, "can_listen", lambda host, port: host not in taken)
    error = head._taken(place_of("attic"))
    dask = SimpleNamespace(workers_of=lambda address, key: ["w1"])
    key = SimpleNamespace(path=Path("farm.pem"))
    assert head._begun_meanwhile(dask, place_of("attic"), key, error) == ["w1"]
    # nothing listens on loft, so the error is raised again without asking the engine
    with pytest.raises(InputError, match="the farm cannot use attic"):
        head._begun_meanwhile(dask, place_of("loft"), key, error)

    def workers_of(address, key):
        raise NoFarmError("silence")

    with pytest.raises(InputError, match="the farm cannot use attic:8786"):
        head._begun_meanwhile(SimpleNamespace(workers_of=workers_of), place_of("attic"), key, error)
