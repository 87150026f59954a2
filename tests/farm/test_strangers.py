"""Access to the farm: no port answers a client that lacks the farm's key."""

import http.client
import socket
import ssl
import subprocess

import pytest

from collide.shared.farm_key import FarmKey
from tests.farm.conftest import processes


def ports_of(farm) -> set[tuple[str, int]]:
    """Return the addresses that the processes of a farm listen on."""
    listed = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True)
    ours = {f"pid={pid}," for pid in processes() if str(farm.port) in _command(pid)}
    found = set()
    for line in listed.stdout.splitlines():
        if any(pid in line for pid in ours):
            host, _, port = line.split()[3].rpartition(":")
            found.add((host, int(port)))
    return found


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def ports(farm):
    """Return the addresses that the running farm listens on: scheduler, store, workers."""
    try:
        found = ports_of(farm)
    except FileNotFoundError:
        pytest.skip("ss is not installed: apt-get install iproute2")
    assert len(found) >= 4, found
    return found


def test_the_farm_opens_only_the_ports_it_needs(farm, ports):
    """The farm listens on one address, with a port each for scheduler, store and every worker."""
    assert {host for host, _ in ports} == {"127.0.0.1"}
    assert {farm.port, farm.port + 1} < {port for _, port in ports}
    assert len(ports) == 4


def test_no_port_answers_without_the_key_of_the_farm(farm, ports, tmp_path):
    """No port answers a client that lacks TLS or a certificate, or has another farm's key."""
    other = FarmKey.make(tmp_path / "other.pem")
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    foreign = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    foreign.check_hostname, foreign.verify_mode = False, ssl.CERT_NONE
    foreign.load_cert_chain(str(other.path))
    for host, port in ports:
        for context in (None, bare, foreign):
            assert not heard(host, port, context), (port, context)


def heard(host: str, port: int, context: ssl.SSLContext | None) -> bytes:
    """Return the beginning of the response to an HTTP request and zeros, or b""."""
    try:
        plain = socket.create_connection((host, port), timeout=20)
        line = context.wrap_socket(plain, do_handshake_on_connect=False) if context else plain
        with line:
            line.sendall(b"GET /cas/" + b"a" * 64 + b" HTTP/1.1\r\nHost: x\r\n\r\n" + b"\0" * 64)
            return line.recv(64)
    except OSError:
        return b""


def test_the_key_opens_only_objects_and_entries(farm, ports):
    """Even with the key, a request for anything except an object or an entry returns 404."""
    context = FarmKey.read(farm.folder / "farm.pem").client_context()
    for path in ("/", "/etc/passwd", "/../farm.pem", "/cas/../../farm.pem", "/ac/x"):
        line = http.client.HTTPSConnection("127.0.0.1", farm.port + 1, context=context, timeout=60)
        line.request("GET", path)
        assert line.getresponse().status == 404
        line.close()


def test_a_worker_and_a_client_with_a_different_key_are_refused(farm, tmp_path):
    """With a different key, a worker and a client both end immediately with an error."""
    FarmKey.make(tmp_path / "other.pem")
    for words in (["work", farm.typed, "name=w9"], ["render", "project=p1", f"farm={farm.typed}"]):
        ran = farm.doit(*words, COLLIDE_FARM_KEY=str(tmp_path / "other.pem"))
        assert ran.code == 3, ran.out
        assert "has a different key" in ran.out
        assert "Traceback" not in ran.out


def test_the_key_is_in_no_log_and_no_record(farm):
    """The key's first line is in no log or record; only the owner can read the key file."""
    secret = (farm.folder / "farm.pem").read_text().splitlines()[1]
    places = [*farm.folder.glob("*.log"), *(farm.house.root / "cache" / "runs").glob("*")]
    assert not [path for path in places if secret in path.read_text(errors="replace")]
    assert (farm.folder / "farm.pem").stat().st_mode & 0o777 == 0o600
