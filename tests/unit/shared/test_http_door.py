"""http_door: plain HTTP requests and the errors that the answers raise."""

from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from collide.shared.door import AbsentError, DoorError, UnfitError
from collide.shared.farm_key import FarmKey
from collide.shared.http_door import HttpDoor
from tests.shared.bad_server import bad_server

ADDRESS = f"cas/{'a' * 64}"


def door(url: str, key: FarmKey) -> HttpDoor:
    """Return the backend for an address."""
    return HttpDoor(urlsplit(url), key)


def test_a_stored_object_is_read_back(key: FarmKey) -> None:
    """Objects are stored below the path of the store's address and are read back."""
    with bad_server() as server:
        opened = door(f"{server.url}/a%20store/", key)
        assert opened.size(ADDRESS) is None
        with pytest.raises(AbsentError):
            list(opened.chunks(ADDRESS))
        opened.put(ADDRESS, b"one")
        assert opened.size(ADDRESS) == 3
        assert b"".join(opened.chunks(ADDRESS)) == b"one"
        assert set(server.kept) == {f"/a%20store/{ADDRESS}"}
        opened.close()


def test_a_closed_connection_is_opened_again(key: FarmKey) -> None:
    """After the server closes an idle connection, the next request opens a new connection."""
    with bad_server() as server:
        opened = door(server.url, key)
        opened.put(ADDRESS, b"one")
        for connection in opened._idle:
            connection.sock.shutdown(2)
        assert opened.size(ADDRESS) == 3
        opened.close()


@pytest.mark.parametrize(
    ("fault", "kind"), [("full", UnfitError), ("read-only", UnfitError), ("error", DoorError)]
)
def test_a_failed_upload_reports_the_status(
    key: FarmKey, fault: str, kind: type[DoorError]
) -> None:
    """The error for a failed upload gives the server's status."""
    with bad_server(fault) as server:
        opened = door(server.url, key)
        with pytest.raises(DoorError, match=r"it answers [45]") as failed:
            opened.put(ADDRESS, b"one")
        assert type(failed.value) is kind
        opened.close()


@pytest.mark.parametrize("length", ["²", "-1", "x", ""])
def test_an_invalid_size_counts_as_unknown(
    key: FarmKey, monkeypatch: pytest.MonkeyPatch, length: str
) -> None:
    """If a faulty server reports a size that is not a number, the size is unknown."""
    monkeypatch.setattr(HTTPResponse, "getheader", lambda *_: length)
    with bad_server() as server:
        opened = door(server.url, key)
        opened.put(ADDRESS, b"one")
        assert opened.size(ADDRESS) is None
        opened.close()


def test_a_password_is_sent_as_a_header(key: FarmKey) -> None:
    """The user name and password in an address are sent as a header."""
    opened = door("http://ann:s%C3%A9cret@nas/store", key)
    assert opened._headers["Authorization"] == "Basic YW5uOnPDqWNyZXQ="


def test_a_port_without_a_listener_is_reported(key: FarmKey) -> None:
    """A refused connection raises a DoorError."""
    with bad_server() as server:
        url = server.url
    server.server_close()
    with pytest.raises(DoorError):
        door(url, key).size(ADDRESS)
