"""The error for a wrong address depends on what listens there; no good key is overwritten."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.farm import foreman, head, networks, strangers
from collide.farm.answer import DONE, REFUSED, Answer
from collide.farm.farm_place import NoFarmError, Place, place_of
from collide.farm.foreman import Foreman
from collide.farm.machines import namesakes
from collide.farm.slot import _result_line
from collide.farm.strangers import Listener, elsewhere, refuse_other, stranger, who_listens
from collide.shared import farm_key
from collide.shared.farm_key import FarmKey
from tests.farm.fake_workers import worker
from tests.patience import HANGS


@pytest.fixture
def key(tmp_path) -> FarmKey:
    """Return the farm's key of this machine."""
    pytest.importorskip("cryptography", reason="keys need it: pip install -e '.[farm]'")
    return FarmKey.make(tmp_path / "farm.pem")


@contextmanager
def listening(context: ssl.SSLContext | None) -> Iterator[Place]:
    """Yield the address of a thread that answers connections, with TLS or in plain text."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(HANGS)

        def serve() -> None:
            while True:
                try:
                    line = server.accept()[0]
                except OSError:
                    return
                try:
                    if context:
                        with context.wrap_socket(line, server_side=True) as tls:
                            tls.recv(1)
                    else:
                        with line:
                            line.recv(64)
                            line.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
                except OSError:
                    continue

        Thread(target=serve, daemon=True).start()
        yield Place("127.0.0.1", server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def kinds(key, tmp_path, monkeypatch) -> Iterator[dict[Listener, Place]]:
    """Yield an address for each kind of listener."""
    other = FarmKey.make(tmp_path / "other.pem")
    with monkeypatch.context() as patched:
        patched.setattr(farm_key, "NAME", "a shop")
        shop = FarmKey.make(tmp_path / "shop.pem")
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    plain.load_cert_chain(str(shop.path))
    with ExitStack() as stack, socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound, but not listening
        contexts = {
            Listener.OURS: key.server_context(),
            Listener.OTHERS: other.server_context(),
            Listener.TLS: plain,
            Listener.PLAIN: None,
        }
        found = {kind: stack.enter_context(listening(one)) for kind, one in contexts.items()}
        yield {**found, Listener.REFUSED: Place("127.0.0.1", free.getsockname()[1])}


def test_kinds_of_listeners_are_distinguished(kinds, key):
    """Each kind of listener is recognized, as well as a port without a listener."""
    for kind, place in kinds.items():
        assert who_listens(place, key.path, HANGS) is kind


def test_only_a_farm_with_another_key_gives_a_key_error(kinds, key):
    """Only a farm with a different key is reported as such, and no fix would overwrite a key.

    All other errors ask for the right address.
    """
    for kind, place in kinds.items():
        error = stranger(place, key.path)
        if kind is Listener.OTHERS:
            assert "has a different key" in error.what
            for line in error.fix.splitlines():
                assert "scp" not in line or "farm.pem.old" in line.partition("scp")[0]
        else:
            assert error.what == f"no farm answers at {place.typed}"
            assert "scp" not in error.fix
            assert "doit farm prints" in error.fix
    ours = kinds[Listener.OURS]
    assert f"type 127.0.0.1:{ours.port - 1};" in stranger(ours, key.path).fix


def test_a_worker_waits_only_for_a_scheduler(kinds, key, monkeypatch):
    """A worker waits at a silent scheduler or an unused port; any other listener is refused.

    The port of the store is refused too.
    """
    for kind, place in kinds.items():
        if kind in (Listener.REFUSED, Listener.OURS):
            refuse_other(place, key.path)
        else:
            with pytest.raises(InputError, match=r"the farm at|no farm answers"):
                refuse_other(place, key.path)
    monkeypatch.setattr(strangers, "who_listens", lambda place, key: Listener.OURS)
    with pytest.raises(InputError, match="no farm answers at attic:8787") as caught:
        refuse_other(place_of("attic:8787"), key.path)
    assert "type attic; otherwise" in caught.value.fix


@pytest.mark.parametrize("typed", ["192.0.2", "192.0.2.1.7", "300.1.1.1", "8786", "192.0.2."])
def test_invalid_ipv4_addresses_are_refused(typed):
    """An incomplete or impossible IPv4 address, which the system would misread, is refused."""
    with pytest.raises(InputError, match="is not an address") as caught:
        place_of(typed)
    assert "four numbers" in caught.value.why
    assert place_of("192.0.2.7:9000") == ("192.0.2.7", 9000)
    assert place_of("tower-7").host == "tower-7"


def test_localhost_is_corrected_to_the_address_of_the_farm(kinds, key, monkeypatch):
    """The error for `localhost` on the farm's machine suggests the farm's own address."""
    ours = kinds[Listener.OURS]
    monkeypatch.setattr(strangers, "network_addresses", lambda: [ours.host])
    assert elsewhere(Place("localhost", ours.port), key.path) == ours.typed
    assert elsewhere(Place("localhost", kinds[Listener.REFUSED].port), key.path) == ""
    assert elsewhere(Place("tower", ours.port), key.path) == ""

    def workers_of(address, key):
        raise NoFarmError("refused")

    monkeypatch.setattr(foreman, "engine", lambda: SimpleNamespace(workers_of=workers_of))
    with pytest.raises(InputError, match="no farm answers at localhost") as caught:
        foreman._refuse_unreachable(Place("localhost", ours.port), key.path)
    assert caught.value.fix == f"doit work {ours.typed}"


def farm_request(**variables: object) -> SimpleNamespace:
    """Return a request for `doit farm`."""
    return SimpleNamespace(variables=variables)


def test_an_address_of_another_machine_is_reported(monkeypatch):
    """The error for another machine's address lists the addresses of this machine."""
    monkeypatch.setattr(head, "network_addresses", lambda: ["192.168.1.4", "10.0.0.9"])
    for host in ("203.0.113.77", "0.0.0.0"):
        with pytest.raises(InputError, match="is not an address of this machine") as caught:
            head._refuse_address(farm_request(address=host, port=9200), Place(host, 9200))
        assert "192.168.1.4, 10.0.0.9" in caught.value.why
        first, second = caught.value.fix.splitlines()
        assert first == "doit farm address=192.168.1.4 port=9200"
        assert second == "or doit farm address=10.0.0.9 port=9200"
    head._refuse_address(farm_request(address="127.0.0.1"), Place("127.0.0.1", 8786))


def test_an_unknown_host_is_reported(monkeypatch):
    """The error for an unknown host suggests an address of this machine, not another port."""
    monkeypatch.setattr(head, "network_addresses", lambda: ["10.0.0.9"])

    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(networks.socket, "getaddrinfo", unknown)
    with pytest.raises(InputError, match="there is no machine called tower") as caught:
        head._refuse_address(farm_request(address="tower"), Place("tower", 8786))
    assert caught.value.fix == "doit farm address=10.0.0.9"


@pytest.mark.parametrize("which", [0, 1])
def test_a_taken_port_is_named_and_the_fix_keeps_the_address(monkeypatch, which):
    """The error names the taken port of the scheduler or the store, and suggests a free port."""
    monkeypatch.delenv("COLLIDE_STORE", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        request = farm_request(address="127.0.0.1")
        with pytest.raises(InputError, match="the farm cannot use") as caught:
            head._refuse_taken(request, Place("127.0.0.1", port - which))
        why = f"another program listens at 127.0.0.1:{port}"
        assert caught.value.why == why + (", where its store would be" if which else "")
        words = caught.value.fix.partition(",")[0].split()
        assert words[:3] == ["doit", "farm", "address=127.0.0.1"]
        free = int(words[3].removeprefix("port="))
        head._refuse_taken(request, Place("127.0.0.1", free))


def test_a_worker_leaves_if_no_farm_answers_in_its_idle_time(monkeypatch):
    """A worker leaves when no farm has answered for its idle time.

    If no idle time is set, the worker keeps trying and prints a reminder after five minutes.
    """
    now = [0.0]
    monkeypatch.setattr(foreman, "monotonic", lambda: now[0])
    stopped = []
    engine = SimpleNamespace(cancel=SimpleNamespace(stop=lambda: stopped.append(1)))

    def lines(man: Foreman) -> list[str]:
        return [man.lines.get() for _ in range(man.lines.qsize())]

    man = Foreman(place_of("attic"), "tower", 1, 3.0, engine)
    now[0] = 100.0
    man._wait()
    assert not lines(man)
    man._ended(0, "it failed with exit code 3\nno farm answers: silence")
    now[0] = 103.0
    man._wait()
    assert lines(man)[1:] == ["tower: no farm has answered at attic for 3 s; the worker leaves"]
    assert stopped
    patient = Foreman(place_of("attic"), "tower", 1, float("inf"), engine)
    patient._ended(0, "it failed with exit code 3\nno farm answers: silence")
    for after in (100.0, 299.0, 301.0, 400.0):
        now[0] = 103.0 + after
        patient._wait()
    line = "tower: no farm has answered at attic for 5 min; the worker keeps trying"
    assert lines(patient)[1:] == [line]
    patient._on_output(0, "joined")
    now[0] = 9999.0
    patient._wait()
    assert lines(patient)[1:] == []


def test_workers_of_the_same_name_get_numbers(tmp_path, capsys):
    """A worker gets a number if its default name is taken; other duplicate names are reported."""
    attic = place_of("attic")
    with ExitStack() as stack:
        name = foreman._own_name(stack, tmp_path, "vm", {"vm", "vm-2"}, attic, typed=False)
        assert name == "vm-3"
        printed = capsys.readouterr().out
        assert "called vm: this one is vm-3" in printed
        assert "doit work attic name=loft" in printed
        assert foreman._own_name(stack, tmp_path, "vm", {"vm"}, attic, typed=True) == "vm"
        assert "another worker of this farm is called vm" in capsys.readouterr().out
        assert foreman._own_name(stack, tmp_path, "vm", set(), attic, typed=False) == "vm"
    assert namesakes([worker("vm"), worker("vm"), worker("w1")]) == [
        "2 workers are called vm: to tell them apart, run doit work HOST name=vm-2"
    ]


def test_a_worker_reports_the_end_of_a_farm_and_found_pieces():
    """A farm's end is not reported as a refusal, and a found piece is not reported as rendered."""
    gone = Answer("k", REFUSED, "the shared store: Connection refused", "vm")
    assert _result_line(gone, own_store=True) == "dropped: the farm ended, and its store with it"
    assert _result_line(gone, own_store=False).startswith("refused: the shared store")
    found = Answer("k", DONE, "", "w9", 12.0, "1a2b", looked_up=True)
    assert _result_line(found, own_store=True) == "found 1a2b in the store, rendered by w9"


def test_a_missing_key_file_matches_no_farm(tmp_path):
    """If there is no key file, this machine's certificate is empty and matches no farm's."""
    assert strangers._certificate(Path(tmp_path / "none.pem")) == b""
