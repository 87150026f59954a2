"""The untrusted shared store: objects by their SHA-256, entries sealed with the farm's key.

An unsigned, forged, stale, truncated, damaged or absent item is a miss and is counted.
"""

import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collide.base.errors import InputError
from collide.base.hashing import canonical, sha256_file
from collide.shared.door import CONTENT, ENTRIES, AbsentError, Door, DoorError
from collide.shared.farm_key import FarmKey
from collide.shared.store_url import EXAMPLE, checked, door_of, plain_url, shared_url

SCHEMA = 1  # the version of the entry format
BEGIN, MIDDLE = b'{"seal":"', b'","body":'
SEAL = 64  # hexadecimal digits
MAX_ENTRY_BYTES = 16 << 20
# Reasons for a miss; all except `absent` are faults.
REASONS = ("absent", "unsigned", "forged", "stale", "truncated", "damaged", "unreachable")

OnBytes = Callable[[int], None]  # called with the number of bytes received; it may raise


class Missing(Exception):  # noqa: N818  a miss is not an error
    """Raised if a requested item is unavailable, for a `reason` in REASONS."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(text or reason)
        self.reason = reason


@dataclass(frozen=True)
class Blob:
    """The name of an object in the shared store: its SHA-256 and its size in bytes."""

    sha256: str
    size: int

    @property
    def address(self) -> str:
        """Return the object's address in the store."""
        return f"{CONTENT}/{self.sha256}"


class SharedStore:
    """A shared store, opened with the farm's key; several threads may use it together.

    Args:
        url: file:///FOLDER, s3://BUCKET/PREFIX, http://HOST/PATH or https://…
        key: the farm's key, which seals entries.
    """

    def __init__(self, url: str, key: FarmKey) -> None:
        self.door: Door = door_of(url, key)
        self.url, self.key = plain_url(url), key
        self.counts: Counter[str] = Counter()  # hits, misses by reason, bytes
        self._lock = threading.Lock()

    def put(self, path: Path, *, blob: Blob | None = None, anew: bool = False) -> Blob:
        """Store a file unless the store has an object of this name and size. Return the name.

        Args:
            path: the file.
            blob: its name, if known.
            anew: whether to overwrite an existing object, for instance because it is damaged.

        Raises:
            DoorError: the store does not accept the file.
            OSError: the file cannot be read.
        """
        name = blob or Blob(sha256_file(path), path.stat().st_size)
        if anew or not self.has(name):
            self.door.put(name.address, path)
            self._count(sent=1, bytes_sent=name.size)
        return name

    def has(self, blob: Blob) -> bool:
        """Return whether the object exists, judging only by its size."""
        return self.door.size(blob.address) == blob.size

    def get(self, blob: Blob, to: Path, seen: OnBytes | None = None) -> None:
        """Write an object to a new file and verify it; on failure, delete the file.

        Args:
            blob: the object's name.
            to: the file, which must not exist yet.
            seen: called with the number of received bytes; an exception ends the transfer.

        Raises:
            Missing: the object is absent, truncated or damaged, or the store does not answer.
            OSError: the file cannot be written.
        """
        try:
            self._write(blob, to, seen)
        except BaseException as error:
            with suppress(OSError):
                to.unlink(missing_ok=True)
            if isinstance(error, Missing):  # an entry names the object: "absent" counts as "gone"
                self._count(**{"gone" if error.reason == "absent" else error.reason: 1})
            raise
        self._count(fetched=1, bytes_fetched=blob.size)

    def _write(self, blob: Blob, to: Path, seen: OnBytes | None) -> None:
        state, came = hashlib.sha256(), 0
        with to.open("xb") as file, closing(self.door.chunks(blob.address)) as came_in:
            try:
                for data in came_in:
                    came += len(data)
                    if came > blob.size:
                        raise Missing("damaged", "it is larger than the size in its entry")
                    state.update(data)
                    file.write(data)
                    if seen:
                        seen(came)
            except AbsentError:
                raise Missing("absent") from None
            except DoorError as error:
                raise Missing("truncated" if came else "unreachable", str(error)) from None
            if came < blob.size:
                raise Missing("truncated")
            if state.hexdigest() != blob.sha256:
                raise Missing("damaged")
            file.flush()
            os.fsync(file.fileno())  # some file systems report a full disk only here

    def entry(self, name: str, *, touch: bool = True) -> dict[str, Any] | None:
        """Return the result published under a name, or None if no result is valid for this key.

        Count the reason for a miss. If `touch` is true, record that the result was used. Raise
        DoorError if the store does not answer.
        """
        try:
            body = self._opened(name)
        except Missing as error:
            self._count(**{error.reason: 1})
            return None
        self._count(hits=1)
        if touch:
            self.door.touch(_place(name))
        return body

    def publish(self, name: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Publish a result under a name, after its objects are uploaded.

        If the store already has a different result under this name, keep and return that result.
        Otherwise return None. Raise DoorError if the store fails or refuses the result.
        """
        with suppress(Missing):
            first = self._opened(name)
            if all(first.get(part) == body.get(part) for part in ("objects", "facts")):
                return None
            self._count(unequal=1)
            return first
        self.door.put(_place(name), sealed(self.key, name, body))
        self._count(published=1)
        return None

    def close(self) -> None:
        """Close the connections."""
        self.door.close()

    def _opened(self, name: str) -> dict[str, Any]:
        data = bytearray()
        try:
            with closing(self.door.chunks(_place(name))) as came_in:
                for piece in came_in:
                    data += piece
                    if len(data) > MAX_ENTRY_BYTES:
                        raise Missing("damaged", "it is too large for an entry")
        except AbsentError:
            raise Missing("absent") from None
        return opened(self.key, name, bytes(data))

    def _count(self, **more: int) -> None:
        with self._lock:
            self.counts.update(more)


def open_store() -> SharedStore:
    """Open the shared store at COLLIDE_STORE with this machine's farm key.

    Raises:
        InputError: COLLIDE_STORE is unset or invalid, or there is no valid key.
    """
    if not shared_url():
        raise InputError(
            "no shared store is configured",
            why="COLLIDE_STORE, which holds its address, is not set",
            fix=EXAMPLE,
        )
    checked(shared_url())  # report a wrong address before a missing key
    return SharedStore(shared_url(), FarmKey.read())


def _place(name: str) -> str:
    return f"{ENTRIES}/{hashlib.sha256(name.encode()).hexdigest()}"


def sealed(key: FarmKey, name: str, body: Mapping[str, Any]) -> bytes:
    """Return an entry as a file: a seal and the sealed bytes, which include the name."""
    data = canonical({"schema": SCHEMA, "name": name, "body": dict(body)})
    return BEGIN + key.seal(data).encode() + MIDDLE + data + b"}"


def is_sealed(key: FarmKey, data: bytes) -> bool:
    """Return whether `key` sealed an entry's file, without checking the content."""
    return inside(key, data)[1] == ""


def opened(key: FarmKey, name: str, data: bytes) -> dict[str, Any]:
    """Return the content of an entry's file, which is parsed only after its seal is verified.

    Raises:
        Missing: the file is unsigned, forged or truncated, or has a different name or schema.
    """
    sealed_bytes, wrong = inside(key, data)
    if wrong:
        raise Missing(wrong)
    content = json.loads(sealed_bytes)
    if content.get("schema") != SCHEMA or content.get("name") != name:
        raise Missing("stale", "it describes a different result or has a different version")
    return dict(content["body"])


def inside(key: FarmKey, data: bytes) -> tuple[bytes, str]:
    """Return the sealed bytes of an entry's file and what is wrong with them ("" if valid)."""
    start = len(BEGIN) + SEAL
    if not data or (BEGIN.startswith(data[: len(BEGIN)]) and len(data) < start + len(MIDDLE)):
        return b"", "truncated"
    if not data.startswith(BEGIN) or data[start : start + len(MIDDLE)] != MIDDLE:
        return b"", "unsigned"
    if not data.endswith(b"}}"):
        return b"", "truncated"
    body = data[start + len(MIDDLE) : -1]
    right = key.is_sealed(body, data[len(BEGIN) : start].decode("ascii", "replace"))
    return body, "" if right else "forged"
