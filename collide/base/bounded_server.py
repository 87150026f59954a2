"""An HTTP server with one thread per connection and a limit on simultaneous connections."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class BoundedServer(ThreadingHTTPServer):
    """A server that closes a new connection unanswered while it is serving `most` others."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, place: tuple[str, int], visitor: type[BaseHTTPRequestHandler], most: int
    ) -> None:
        self._places = threading.BoundedSemaphore(most)
        super().__init__(place, visitor)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in its own thread or close it if the server is full."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve the connection, then free its slot."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors in a connection: usually the client left, or its handshake failed."""
