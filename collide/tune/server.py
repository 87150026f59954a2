"""The server of the live page, on 127.0.0.1, for clients that know its token.

Pages from other sites can send requests to 127.0.0.1 too, even under domain names of their own. So
a request must name this host and port, contain the token in its path, and not come from another
site. `_get` and the table of actions list every possible request. The page loads nothing from other
sites.
"""

import hmac
import json
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from queue import Empty, Full
from typing import Any

from collide.base import dice
from collide.base.bounded_server import BoundedServer
from collide.base.clock import sleep
from collide.base.errors import CollideError
from collide.base.http_headers import header_number
from collide.base.strict_json import parse_json
from collide.store.objects import Store
from collide.tune.news import News
from collide.tune.page_errors import parts
from collide.views.page import HERE

HOST = "127.0.0.1"
ASSETS = Path(__file__).parent / "assets"
PAPER = HERE / "paper.css"
MOST_BYTES = 65536  # the maximum length of a request's body
MOST_AT_ONCE = 48  # connections; more are closed immediately
PATIENCE = 15.0  # how long a connection may be silent, in seconds
BEAT = 5.0  # seconds between keep-alive events, which also detect a closed page
CHUNK = 1 << 18
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".png": "image/png",
         ".mp4": "video/mp4"}  # fmt: skip
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RefusedError(Exception):
    """The error for a refused request, with its HTTP status."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Server(BoundedServer):
    """An HTTP server for the pages of one tuning session, whose actions `act` performs."""

    def __init__(
        self,
        store: Store,
        video: Path,
        news: News,
        act: Callable[[str, Mapping[str, Any]], Mapping[str, Any]],
        *,
        port: int = 0,
        pictures: Mapping[str, bytes] = {},
    ) -> None:
        self.token = dice.new_token()
        self.store, self.video, self.news, self.act = store, video, news, act
        self.pictures = pictures  # pictures that are not in the store, by digest
        self.ended = threading.Event()
        super().__init__((HOST, port), _Visitor, MOST_AT_ONCE)
        self.place = f"{HOST}:{self.server_port}"

    @property
    def address(self) -> str:
        """Return the page's address, whose token grants access."""
        return f"http://{self.place}/{self.token}/"

    def end(self) -> None:
        """Tell the pages that the session ends, wait a moment, and stop serving."""
        self.news.tell("ended", {})
        self.ended.set()
        for _ in range(20):
            if self.news.has_listeners:
                sleep(0.05)
        self.shutdown()


def _assets() -> dict[str, Path]:
    """Map names to the page's files, including the style sheet that all pages use."""
    return {path.name: path for path in (*ASSETS.iterdir(), PAPER)}


class _Visitor(BaseHTTPRequestHandler):
    """A connection that checks every request before it reads its body."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    wbufsize = CHUNK  # send head and body together, because a separate body would wait 40 ms
    disable_nagle_algorithm = True
    server_version, sys_version = "collide", ""

    def do_GET(self) -> None:
        """Send a file of the page, a picture, a video, or news."""
        self._answered(self._get)

    def do_POST(self) -> None:
        """Perform an action and send the resulting state."""
        self._answered(self._post)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Print nothing, because the terminal belongs to the artist."""

    def _answered(self, answer: Callable[[str], None]) -> None:
        try:
            answer(self._path())
        except RefusedError as error:
            self.close_connection = True
            self._send(error.status, b"", "text/plain")

    def _path(self) -> str:
        """Return the requested path after the token; raise RefusedError if access is denied."""
        server, headers = self.server, self.headers
        token, _, path = self.path.removeprefix("/").partition("/")
        same_token = hmac.compare_digest(token.encode(), server.token.encode())
        site = headers.get("Sec-Fetch-Site", "same-origin")
        origin = headers.get("Origin", f"http://{server.place}")
        here = headers.get("Host") == server.place and origin == f"http://{server.place}"
        # the site is "none" for a pasted address; refuse links on other sites
        if not (same_token and here and site in ("same-origin", "none")):
            raise RefusedError(HTTPStatus.FORBIDDEN)
        return path

    def _get(self, path: str) -> None:
        folder, _, name = path.partition("/")
        if path == "":
            self._file(ASSETS / "tune.html")
        elif folder == "assets" and name in (places := _assets()):
            self._file(places[name])
        elif folder == "object":
            self._object(name)
        elif path == "video.mp4":
            self._file(self.server.video)
        elif path == "news":
            self._news()
        else:
            raise RefusedError(HTTPStatus.NOT_FOUND)

    def _object(self, name: str) -> None:
        """Send a file from the store or a temporary picture, by the digest in the request."""
        digest, _, suffix = name.partition(".")
        if f".{suffix}" not in TYPES or not digest.isalnum():
            raise RefusedError(HTTPStatus.NOT_FOUND)
        if picture := self.server.pictures.get(digest):
            self._send(HTTPStatus.OK, picture, TYPES[f".{suffix}"])
            return
        path = self.server.store.verified(digest)
        if path is None:
            raise RefusedError(HTTPStatus.NOT_FOUND)
        self._file(path, f".{suffix}", keep=True)

    def _post(self, path: str) -> None:
        body = self._body()
        folder, _, name = path.partition("/")
        if folder != "act":
            raise RefusedError(HTTPStatus.NOT_FOUND)
        try:
            answer, status = self.server.act(name, body), HTTPStatus.OK
        except CollideError as error:
            answer, status = parts(error), HTTPStatus.UNPROCESSABLE_ENTITY
        text = json.dumps(answer, allow_nan=False, default=str).encode()
        self._send(status, text, "application/json")

    def _body(self) -> Mapping[str, Any]:
        """Return the JSON in a request; raise RefusedError before reading it if it is too long."""
        size, form = self.headers.get("Content-Length", ""), self.headers.get("Content-Type", "")
        if self.headers.get("Origin") is None or form != "application/json":
            raise RefusedError(HTTPStatus.FORBIDDEN)
        if (length := header_number(size)) is None:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED)
        if length > MOST_BYTES:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            return parse_json(self.rfile.read(length))
        except ValueError:
            raise RefusedError(HTTPStatus.BAD_REQUEST) from None

    def _news(self) -> None:
        """Send news while the page is open."""
        try:
            page = self.server.news.listen()
        except Full:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE) from None
        try:
            self.send_response(HTTPStatus.OK)
            self._heads("text/event-stream")
            self.end_headers()
            while not (self.server.ended.is_set() and page.empty()):
                try:
                    self.wfile.write(page.get(timeout=BEAT))
                except Empty:
                    self.wfile.write(b":\n\n")
                self.wfile.flush()
        finally:
            self.close_connection = True
            self.server.news.leave(page)

    def _file(self, path: Path, suffix: str = "", *, keep: bool = False) -> None:
        """Send all or part of a file; if `keep` is true, browsers may cache it for a year."""
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                first, last = self._part(size)
                self.send_response(
                    HTTPStatus.PARTIAL_CONTENT if last - first < size else HTTPStatus.OK
                )
                self._heads(TYPES[suffix or path.suffix], keep=keep)
                self.send_header("Content-Length", str(last - first))
                self.send_header("Accept-Ranges", "bytes")
                if last - first < size:
                    self.send_header("Content-Range", f"bytes {first}-{last - 1}/{size}")
                self.end_headers()
                file.seek(first)
                while first < last and (read := file.read(min(CHUNK, last - first))):
                    self.wfile.write(read)
                    first += len(read)
        except FileNotFoundError:
            raise RefusedError(HTTPStatus.NOT_FOUND) from None

    def _part(self, size: int) -> tuple[int, int]:
        """Return the requested range of a file's bytes, as [first, end)."""
        unit, _, text = self.headers.get("Range", "").partition("=")
        first, dash, last = text.partition("-")
        begin, final = header_number(first), header_number(last)
        if unit != "bytes" or not dash or begin is None:
            return 0, size
        end = size if final is None else min(size, final + 1)
        if begin >= end:
            raise RefusedError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        return begin, end

    def _send(self, status: HTTPStatus, text: bytes, form: str) -> None:
        self.send_response(status)
        self._heads(form)
        self.send_header("Content-Length", str(len(text)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)

    def _heads(self, form: str, *, keep: bool = False) -> None:
        text = form.startswith(("text/", "application/json"))
        self.send_header("Content-Type", f"{form}; charset=utf-8" if text else form)
        self.send_header("Cache-Control", "max-age=31536000, immutable" if keep else "no-store")
        for name, value in HEADERS.items():
            self.send_header(name, value)
