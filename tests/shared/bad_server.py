"""A small HTTP store with a fault: it hangs, truncates answers, lies, refuses, or is full."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.patience import HANGS

# The faults; `_Answers` defines the response to GET and PUT for each fault.
FAULTS = ("hang", "hang on objects", "cut", "lie", "full", "read-only", "error", "empty", "late",
          "dies", "no size")  # fmt: skip


class BadServer(ThreadingHTTPServer):
    """A store server with a fault ("" for none) that a test may change at any time."""

    daemon_threads = True

    def __init__(self, fault: str = "") -> None:
        self.fault, self.kept, self.asked = fault, dict[str, bytes](), list[str]()
        self.closing, self.lives = threading.Event(), 0  # `lives` counts requests until it dies
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def url(self) -> str:
        """Return the server's address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: BadServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(whole=False)

    def do_GET(self) -> None:
        self._answer(whole=True)

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(f"PUT {self.path}")
        status = {"full": 507, "read-only": 403, "error": 500}.get(self.server.fault, 201)
        if self.server.fault == "hang":
            self.server.closing.wait(HANGS)
        if status == 201:
            self.server.kept[self.path] = data
        self._head(status, 0)

    def _answer(self, *, whole: bool) -> None:
        fault, data = self.server.fault, self.server.kept.get(self.path)
        self.server.asked.append(f"{self.command} {self.path}")
        if fault == "dies" and len(self.server.asked) > self.server.lives:
            self.close_connection = True
            return
        objects = self.path.startswith("/cas/")
        if fault == "hang" or (fault == "hang on objects" and objects and whole):
            self.server.closing.wait(HANGS)
        if fault == "late" and self.path[4:].strip("0"):  # the first request does not hang
            self.server.closing.wait(HANGS)
        if fault == "error":
            data = None
        if data is None:
            self._head(500 if fault == "error" else 404, 0)
            return
        if fault == "lie" and objects:
            data = bytes([data[0] ^ 1]) + data[1:]
        self._head(200, 0 if fault == "empty" else len(data))
        if whole and fault != "empty":
            self.wfile.write(data[: len(data) // 2] if fault == "cut" else data)
            self.close_connection |= fault == "cut"

    def _head(self, status: int, size: int) -> None:
        self.send_response(status)
        no_size = self.server.fault == "no size"
        self.close_connection |= no_size
        self.send_header("Content-Length", "²" if no_size else str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write no log."""


@contextmanager
def bad_server(fault: str = "") -> Iterator[BadServer]:
    """Run a faulty server in a thread and yield the server."""
    with BadServer(fault) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
