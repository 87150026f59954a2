"""A backend of the shared store: how it is read and written, with the addresses of Bazel's cache.

    cas/SHA256   an object, named by its bytes
    ac/SHA256    an entry, named by its shared key

A backend promises nothing: the caller checks what it returns, and a failing one causes a miss.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CONTENT, ENTRIES = "cas", "ac"  # the folders of objects and of entries
ADDRESS = re.compile(r"(cas|ac)/[0-9a-f]{64}")
CHUNK = 1 << 18
CONNECT, SILENCE = 5.0, 10.0  # seconds to be let in; seconds without a byte


class AbsentError(Exception):
    """Nothing is at an address."""


class DoorError(OSError):
    """The store does not answer, refuses, is full, or broke off; the text says which."""


class UnfitError(DoorError):
    """The store answers, and takes nothing: it is full, or may not be written."""


@dataclass(frozen=True)
class Kept:
    """What a store keeps at one address."""

    address: str
    size: int  # bytes
    used: float  # seconds since 1970, of its last use as far as the store knows one


class Door(Protocol):
    """One shared store. Each call may raise DoorError; none waits for ever, but a disk may."""

    def size(self, address: str) -> int | None:
        """Return the bytes at an address, None where nothing is."""

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield what is at an address; AbsentError where nothing is."""

    def put(self, address: str, source: Path | bytes) -> None:
        """Put a file, or bytes, at an address: there whole or not at all, as far as it goes."""

    def touch(self, address: str) -> None:
        """Note that an address was used, where that can be noted."""

    def kept(self) -> Iterable[Kept]:
        """Return all that is kept; NotImplementedError where the server keeps house itself."""

    def remove(self, address: str) -> None:
        """Take away what is at an address, if it is there."""

    def is_new(self) -> bool:
        """Return whether a folder holds nothing of a store, not even empty folders of one."""

    def close(self) -> None:
        """Let go of connections."""


def pieces(source: Path | bytes) -> Iterator[bytes]:
    """Yield a file, or bytes, piece by piece."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while data := file.read(CHUNK):
            yield data
