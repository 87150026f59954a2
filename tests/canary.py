"""Targets that a hostile file must never reach: a pipe outside the library and a local port."""

import os
import socket
import threading
import time
from pathlib import Path


class Canary(threading.Thread):
    """A pipe outside the library that records whether any process opened it for reading."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        os.mkfifo(path)
        self.path, self.sung, self.stop = path, False, False

    def run(self) -> None:
        """Keep trying to open the pipe for writing, which succeeds once a process reads from it."""
        while not self.stop and not self.sung:
            try:
                os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
                self.sung = True
            except OSError:
                time.sleep(0.005)


class Listener(threading.Thread):
    """A local port that counts the connections to it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port, self.calls = self._server.getsockname()[1], 0

    def run(self) -> None:
        """Count connections until the port is closed."""
        while True:
            try:
                self._server.accept()[0].close()
            except OSError:
                return
            self.calls += 1

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.join()
