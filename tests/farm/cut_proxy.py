"""A TCP proxy whose connections can be cut or slowed down."""

import socket
import threading
import time
from contextlib import suppress


class CutProxy:
    """A proxy to a local port; `rate` is the limit in bytes per second each way (0: no limit)."""

    def __init__(self, port: int, rate: float = 0.0, at: int = 0) -> None:
        self.target, self.rate = port, rate
        self._lock = {"up": threading.Lock(), "down": threading.Lock()}
        self._free = {"up": 0.0, "down": 0.0}
        self._lines: list[socket.socket] = []
        self.whole, self.passed = True, 0
        self._door = socket.create_server(("127.0.0.1", at))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Cut all connections and refuse new connections."""
        self.whole = False
        for line in [self._door, *self._lines]:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _serve(self) -> None:
        while self.whole:
            try:
                inner, _ = self._door.accept()
                outer = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                continue
            self._lines += [inner, outer]
            for way, (source, target) in {"up": (inner, outer), "down": (outer, inner)}.items():
                threading.Thread(target=self._pass, args=(way, source, target), daemon=True).start()

    def _pass(self, way: str, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 14):
                self._wait(way, len(data))
                target.sendall(data)
                self.passed += len(data)
        for line in (source, target):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _wait(self, way: str, count: int) -> None:
        """Wait until the shared bandwidth permits the transfer."""
        if not self.rate:
            return
        with self._lock[way]:
            now = time.monotonic()
            self._free[way] = max(self._free[way], now) + count / self.rate
            time.sleep(max(0.0, self._free[way] - now))
