"""store_server: GET, HEAD and PUT of the farm's results, and nothing else."""

from http.client import HTTPSConnection

import pytest

from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import MAX_ENTRY_BYTES, sealed
from collide.shared.store_server import MAX_OBJECT_BYTES, StoreServer

DATA = b"data"
SHA = "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"


def ask(
    server: StoreServer,
    key: FarmKey,
    method: str,
    path: str,
    body: bytes | None = None,
    **more: str,
) -> tuple[int, bytes]:
    """Return the status and the body of the server's response."""
    connection = HTTPSConnection(
        "127.0.0.1", server.server_port, timeout=30, context=key.client_context()
    )
    connection.request(method, path, body=body, headers=more)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_an_object_is_stored_and_read_back_by_its_name(server: StoreServer, key: FarmKey) -> None:
    """An object is stored under its SHA-256 with PUT and read back with GET."""
    assert ask(server, key, "GET", f"/cas/{SHA}") == (404, b"")
    assert ask(server, key, "PUT", f"/cas/{SHA}", DATA) == (201, b"")
    assert ask(server, key, "GET", f"/cas/{SHA}") == (200, DATA)
    assert ask(server, key, "HEAD", f"/cas/{SHA}") == (200, b"")


def test_an_upload_that_differs_from_its_name_is_rejected(
    server: StoreServer, key: FarmKey
) -> None:
    """An upload whose SHA-256 differs from its name is rejected and deleted."""
    assert ask(server, key, "PUT", f"/cas/{SHA}", b"other")[0] == 400
    assert ask(server, key, "GET", f"/cas/{SHA}")[0] == 404
    assert not list((server.door.root / "cas").iterdir())


def test_an_entry_without_the_farms_seal_is_rejected(server: StoreServer, key: FarmKey) -> None:
    """An entry is accepted only with the farm's seal."""
    assert ask(server, key, "PUT", f"/ac/{SHA}", b'{"a":1}')[0] == 403
    assert ask(server, key, "PUT", f"/ac/{SHA}", sealed(key, "a", {}))[0] == 201


@pytest.mark.parametrize(
    "path",
    ["/", "/cas/", "/cas/../../etc/passwd", f"/cas/{SHA}/x", f"/cas/{SHA[:-1]}", f"/CAS/{SHA}",
     f"/cas/{SHA.upper()}", "/etc/passwd", f"/ac/%2e%2e/{SHA}", f"/cas/{SHA}?x=1"],
)  # fmt: skip
def test_every_other_path_gives_404(server: StoreServer, key: FarmKey, path: str) -> None:
    """For any path except a well-formed address of an object or entry, the status is 404."""
    (server.door.root / "secret").write_bytes(b"x")
    assert ask(server, key, "GET", path)[0] == 404
    assert ask(server, key, "HEAD", path)[0] == 404
    assert ask(server, key, "PUT", path, DATA)[0] == 404


@pytest.mark.parametrize("method", ["DELETE", "POST", "MKCOL", "PROPFIND", "OPTIONS"])
def test_clients_can_neither_delete_nor_list(
    server: StoreServer, key: FarmKey, method: str
) -> None:
    """Clients can read and add items, but not delete or list them."""
    assert ask(server, key, method, f"/cas/{SHA}")[0] == 501


def test_a_too_large_upload_is_refused_before_its_body(server: StoreServer, key: FarmKey) -> None:
    """An upload that is too large or has an invalid size is refused before its body is read."""
    for path, most in ((f"/cas/{SHA}", MAX_OBJECT_BYTES), (f"/ac/{SHA}", MAX_ENTRY_BYTES)):
        assert ask(server, key, "PUT", path, **{"Content-Length": str(most + 1)})[0] == 413
    for size in ("-1", "²", "4.0"):
        assert ask(server, key, "PUT", f"/cas/{SHA}", **{"Content-Length": size})[0] == 411
    assert ask(server, key, "PUT", f"/cas/{SHA}", **{"Content-Length": "9" * 5000})[0] == 413


def test_the_address_has_a_scheme_a_host_and_a_port(server: StoreServer) -> None:
    """The server's address has a scheme, a host and a port."""
    assert server.url == f"https://127.0.0.1:{server.server_port}"
