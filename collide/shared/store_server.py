"""The farm's own store: a folder served over HTTPS to the holders of the farm's key only.

It serves GET, HEAD and PUT for cas/ and ac/, and nothing else. An upload is verified before it is
published: an object by its name, an entry by its seal. Clients without the key are not answered.
"""

import hashlib
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self

from collide.base import dice
from collide.base.bounded_server import BoundedServer
from collide.base.http_headers import header_number
from collide.shared.door import ADDRESS, CHUNK, CONTENT, AbsentError, DoorError
from collide.shared.farm_key import FarmKey
from collide.shared.folder_door import FULL, HALF, FolderDoor
from collide.shared.shared_store import MAX_ENTRY_BYTES, is_sealed

MOST_AT_ONCE = 64  # maximum number of connections; further connections are closed immediately
MAX_OBJECT_BYTES = 1 << 38
PATIENCE = 15.0  # seconds that a connection may be silent


class StoreServer(BoundedServer):
    """A server of `folder` on `host`:`port`; port 0 selects any free port."""

    def __init__(self, folder: Path, key: FarmKey, host: str = "127.0.0.1", port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.door, self.key = FolderDoor(folder), key
        super().__init__((host, port), _Visitor, MOST_AT_ONCE)
        # the handshake runs in the client's own thread, so a silent client does not delay others
        self.socket = key.server_context().wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def url(self) -> str:
        """Return the address for COLLIDE_STORE; clients need a host name instead of 0.0.0.0."""
        host = str(self.server_address[0])
        return f"https://{f'[{host}]' if ':' in host else host}:{self.server_port}"

    def begin(self) -> Self:
        """Start serving in a thread and return immediately."""
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def end(self) -> None:
        """Stop serving; call it after `begin`."""
        self.shutdown()
        self.server_close()


class _Visitor(BaseHTTPRequestHandler):
    """One connection from a holder of the key."""

    server: StoreServer
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    wbufsize = CHUNK
    disable_nagle_algorithm = True
    server_version, sys_version = "collide", ""

    def do_GET(self) -> None:
        """Send the item at an address."""
        self._send(whole=True)

    def do_HEAD(self) -> None:
        """Send an item's size."""
        self._send(whole=False)

    def do_PUT(self) -> None:
        """Accept an object whose bytes match its name, or an entry with the farm's seal."""
        address = self.path.lstrip("/")
        length = header_number(self.headers.get("Content-Length", ""))
        content = address.startswith(f"{CONTENT}/")
        most = MAX_OBJECT_BYTES if content else MAX_ENTRY_BYTES
        if not ADDRESS.fullmatch(address):
            self._end(HTTPStatus.NOT_FOUND, close=True)
        elif length is None:
            self._end(HTTPStatus.LENGTH_REQUIRED, close=True)
        elif length > most:
            self._end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, close=True)
        else:
            try:
                self._end(self._taken(address, length))
            except OSError as error:  # this includes DoorError
                full = error.errno in FULL
                status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus(500)
                self._end(status, close=True)

    def _send(self, *, whole: bool) -> None:
        address = self.path.lstrip("/")
        try:
            size = self.server.door.size(address) if ADDRESS.fullmatch(address) else None
        except DoorError:
            self._end(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        if size is None:
            self._end(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(size))
        self.send_header("Content-Type", "application/octet-stream")
        self.end_headers()
        if not whole:
            return
        self.close_connection = True  # reset below if all bytes are sent
        with suppress(AbsentError, DoorError):
            for data in self.server.door.chunks(address):
                self.wfile.write(data)
                size -= len(data)
        self.close_connection = size != 0
        self.server.door.touch(address)

    def _taken(self, address: str, length: int) -> HTTPStatus:
        """Read a body into a temporary file, verify its name or its seal, and publish it."""
        folder, _, name = address.partition("/")
        place = self.server.door.root / folder
        place.mkdir(exist_ok=True)
        half, state = place / f"{HALF}{dice.new_token()[:16]}", hashlib.sha256()
        try:
            with half.open("xb") as file:
                while length > 0 and (data := self.rfile.read(min(CHUNK, length))):
                    length -= len(data)
                    state.update(data)
                    file.write(data)
            if length:
                return HTTPStatus.BAD_REQUEST
            if folder == CONTENT:
                if state.hexdigest() != name:
                    return HTTPStatus.BAD_REQUEST
            elif not is_sealed(self.server.key, half.read_bytes()):
                return HTTPStatus.FORBIDDEN
            half.replace(place / name)
            return HTTPStatus.CREATED
        finally:
            half.unlink(missing_ok=True)

    def _end(self, status: HTTPStatus, *, close: bool = False) -> None:
        """Answer without a body."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if close:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Do not write a log, because requests are private."""
