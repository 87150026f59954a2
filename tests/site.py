"""A small local web server: files, pages, streams, and the tricks of a malicious site."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.patience import HANGS

Answer = Callable[[SimpleHTTPRequestHandler], None]


@dataclass
class Site:
    """A server: its folder, its port, the requests it received, and prepared answers."""

    folder: Path
    port: int
    asked: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the address of a path on this site."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def send_on(self, path: str, target: str) -> None:
        """Answer a path with a redirect to `target`."""

        def answer(to: SimpleHTTPRequestHandler) -> None:
            to.send_response(302)
            to.send_header("Location", target)
            to.end_headers()

        self.answers[path] = answer

    def hold(self, *paths: str, askers: int) -> None:
        """Hold requests for these paths until `askers` requests wait, then answer all of them."""
        together = threading.Barrier(askers)

        def answer(to: SimpleHTTPRequestHandler) -> None:
            with suppress(threading.BrokenBarrierError):  # if the other requests never arrive
                together.wait(HANGS)
            SimpleHTTPRequestHandler.do_GET(to)

        self.answers |= dict.fromkeys(paths, answer)

    def say(
        self,
        path: str,
        data: str | bytes,
        kind: str = "application/vnd.apple.mpegurl",
        promised: int | None = None,
        *,
        stalls: bool = False,
    ) -> None:
        """Answer a path with data; the header may promise more than is sent.

        Args:
            path: the path of the address.
            data: the data that is sent.
            kind: its MIME type.
            promised: the number of bytes that the header promises, by default the length of `data`.
            stalls: whether the connection stays open while the site runs.
        """
        raw = data.encode() if isinstance(data, str) else data

        def answer(to: SimpleHTTPRequestHandler) -> None:
            to.send_response(200)
            to.send_header("Content-Type", kind)
            to.send_header("Content-Length", str(promised or len(raw)))
            to.end_headers()
            to.wfile.write(raw)
            to.wfile.flush()
            if stalls:
                self.closing.wait(HANGS)

        self.answers[path] = answer


class _Shows(SimpleHTTPRequestHandler):
    def __init__(self, site: Site, *given, **named) -> None:
        self.site = site
        super().__init__(*given, **named)

    def do_GET(self) -> None:
        path = self.path.lstrip("/").partition("?")[0]
        self.site.asked.append(path)
        self.site.answers.get(path, SimpleHTTPRequestHandler.do_GET)(self)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Yield a site that serves a folder on a local port."""
    site = Site(folder, 0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Shows, site, directory=str(folder)))
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
