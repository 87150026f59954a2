"""The interface to a shared store's backend, with addresses like those of Bazel's remote cache.

    cas/SHA256   an object, by the SHA-256 of its bytes
    ac/SHA256    an entry, by the SHA-256 of its name

A backend is not trusted: the caller checks what it returns, and a failure causes a miss.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CONTENT, ENTRIES = "cas", "ac"  # the folders of objects and of entries
ADDRESS = re.compile(r"(cas|ac)/[0-9a-f]{64}")
CHUNK = 1 << 18
CONNECT, SILENCE = 5.0, 10.0  # seconds to connect; seconds without a byte


class AbsentError(Exception):
    """Raised if there is nothing at an address."""


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
        """Return the size in bytes of the item at an address; None if absent, or not reported."""

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield the content at an address; AbsentError if there is none."""

    def put(self, address: str, source: Path | bytes) -> None:
        """Write a file, or bytes, to an address; completely or not at all, if possible."""

    def touch(self, address: str) -> None:
        """Record that an address was used, if the backend can."""

    def kept(self) -> Iterable[Kept]:
        """Return all items; NotImplementedError if the backend does not list them."""

    def remove(self, address: str) -> None:
        """Delete the item at an address, if there is one; NotImplementedError as for `kept`."""

    def is_new(self) -> bool:
        """Return whether a folder contains no part of a store, not even its empty folders.

        It is False for a backend that is not a folder.
        """

    def close(self) -> None:
        """Close the connections."""


def pieces(source: Path | bytes) -> Iterator[bytes]:
    """Yield the content of a file, or bytes, in pieces."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while data := file.read(CHUNK):
            yield data
