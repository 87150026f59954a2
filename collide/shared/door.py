"""The interface to a shared store's backend, which uses the addresses of Bazel's remote cache.

    cas/SHA256   an object, by the SHA-256 of its bytes
    ac/SHA256    an entry, by the SHA-256 of its name

A backend is not trusted: the caller checks what it returns and treats a failure as a miss.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CONTENT, ENTRIES = "cas", "ac"  # the folders of objects and of entries
ADDRESS = re.compile(r"(cas|ac)/[0-9a-f]{64}")
CHUNK = 1 << 18
CONNECT, SILENCE = 5.0, 10.0  # timeouts in seconds: to connect, and to wait for a byte


class AbsentError(Exception):
    """Raised if the store has no item at an address."""


class DoorError(OSError):
    """Raised if the store does not answer, refuses a request, is full, or disconnects."""


class UnfitError(DoorError):
    """Raised if the store answers but accepts nothing, for instance because it is full."""


@dataclass(frozen=True)
class Kept:
    """One item in a store: its address, size and last use."""

    address: str
    size: int  # bytes
    used: float  # time of the last known use, in seconds since 1970


class Door(Protocol):
    """One shared store. Calls time out and may raise DoorError; a disk may hang for longer."""

    def size(self, address: str) -> int | None:
        """Return an item's size in bytes, or None if it is absent or its size is not reported."""

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield the content at an address. Raise AbsentError if there is no item."""

    def put(self, address: str, source: Path | bytes) -> None:
        """Write a file or bytes to an address, atomically if possible."""

    def touch(self, address: str) -> None:
        """Record that an address was used, if the backend can."""

    def kept(self) -> Iterable[Kept]:
        """Return all items. Raise NotImplementedError if the backend cannot list them."""

    def remove(self, address: str) -> None:
        """Delete the item at an address, if any. Raise NotImplementedError if `kept` does."""

    def is_new(self) -> bool:
        """Return whether the backend is a folder without the folders `cas` and `ac`."""

    def close(self) -> None:
        """Close the connections."""


def pieces(source: Path | bytes) -> Iterator[bytes]:
    """Yield the content of a file, or given bytes, in chunks."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while data := file.read(CHUNK):
            yield data
