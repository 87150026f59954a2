"""The backend http(s)://: a server with GET, HEAD and PUT, such as nginx or bazel-remote.

https:// connects only to holders of the farm's key. Traffic over http:// can be read in transit,
but not changed unnoticed.
"""

import base64
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import SplitResult, unquote

from collide.base.http_headers import header_number
from collide.shared.door import (
    CHUNK,
    CONNECT,
    SILENCE,
    AbsentError,
    DoorError,
    Kept,
    UnfitError,
    pieces,
)
from collide.shared.farm_key import FarmKey

GONE = (404, 410)
SHUT = (401, 403, 405)
FULL = (413, 507)


class HttpDoor:
    """One server and the open connections to it."""

    def __init__(self, url: SplitResult, key: FarmKey) -> None:
        self._context = key.client_context() if url.scheme == "https" else None
        self._host, self._port = url.hostname or "", url.port
        self._base = url.path.rstrip("/")
        self._headers = {"User-Agent": "collide"}
        if url.username is not None:
            pair = f"{unquote(url.username)}:{unquote(url.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()

    def size(self, address: str) -> int | None:
        """Return an item's size in bytes, or None if it is absent or its size is not reported."""
        connection, answer = self._request("HEAD", address)
        answer.read()
        self._done(connection, answer)
        if answer.status in GONE:
            return None
        _refuse(answer)
        return header_number(answer.getheader("Content-Length", ""))

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield the content at an address. Raise AbsentError if there is no item."""
        connection, answer = self._request("GET", address)
        try:
            if answer.status in GONE:
                answer.read(CHUNK)
                raise AbsentError(address)
            _refuse(answer)
            while data := answer.read(CHUNK):
                yield data
        except DoorError:
            raise
        except (OSError, HTTPException) as error:
            raise DoorError(_text(error)) from None
        finally:
            self._done(connection, answer)

    def put(self, address: str, source: Path | bytes) -> None:
        """Write a file or bytes to an address; the server publishes only complete uploads."""
        connection, answer = self._request("PUT", address, source)
        with suppress(OSError, HTTPException):
            answer.read(CHUNK)
        self._done(connection, answer)
        _refuse(answer)

    def touch(self, address: str) -> None:
        """Do nothing, because recording uses is up to the server."""

    def kept(self) -> Iterator[Kept]:
        """Raise NotImplementedError, because a server does not list its items."""
        raise NotImplementedError

    def remove(self, address: str) -> None:
        """Raise NotImplementedError, because a server deletes nothing for its clients."""
        raise NotImplementedError

    def is_new(self) -> bool:
        """Return False, because only a folder can look new when its disk is not mounted."""
        return False

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _request(
        self, method: str, address: str, source: Path | bytes | None = None
    ) -> tuple[HTTPConnection, HTTPResponse]:
        """Send a request and return the connection and the answer.

        Try an idle connection first, then a new connection. Raise DoorError if no answer comes.
        """
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept:
            try:
                return kept, self._sent(kept, method, address, source)
            except (OSError, HTTPException):
                kept.close()
        fresh = self._connected()
        try:
            return fresh, self._sent(fresh, method, address, source)
        except (OSError, HTTPException) as error:
            fresh.close()
            raise DoorError(_text(error)) from None

    def _connected(self) -> HTTPConnection:
        connection = (
            HTTPSConnection(self._host, self._port, timeout=CONNECT, context=self._context)
            if self._context
            else HTTPConnection(self._host, self._port, timeout=CONNECT)
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise DoorError(_text(error)) from None
        connection.sock.settimeout(SILENCE)
        return connection

    def _sent(
        self, connection: HTTPConnection, method: str, address: str, source: Path | bytes | None
    ) -> HTTPResponse:
        headers = dict(self._headers)
        if source is None:
            connection.request(method, f"{self._base}/{address}", headers=headers)
        else:
            size = len(source) if isinstance(source, bytes) else source.stat().st_size
            headers["Content-Length"] = str(size)
            connection.request(
                method, f"{self._base}/{address}", body=pieces(source), headers=headers
            )
        return connection.getresponse()

    def _done(self, connection: HTTPConnection, answer: HTTPResponse) -> None:
        """Keep a connection for later if the answer was read completely; otherwise close it."""
        if answer.isclosed() and not answer.will_close:
            with self._lock:
                self._idle.append(connection)
        else:
            connection.close()


def _refuse(answer: HTTPResponse) -> None:
    if 200 <= answer.status < 300:
        return
    text = f"it answers {answer.status} {answer.reason}"
    raise UnfitError(text) if answer.status in (*SHUT, *FULL) else DoorError(text)


def _text(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{text}"[:200]
