"""Digests of bytes, files and plain data: xxh3-128, which is fast, but not cryptographic.

xxh3 hashes 20 GB/s, but SHA-256 only 2 GB/s. This matters because each run hashes the objects that
it reads. Records that leave this machine also carry a SHA-256, as a protection against forgery.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import xxhash

CHUNK = 1 << 18


def digest(data: bytes) -> str:
    """Return the 32 hex digits that name `data`."""
    return xxhash.xxh3_128_hexdigest(data)


def digest_file(path: Path) -> str:
    """Return the digest of a file's bytes; raise OSError if the file is unreadable."""
    state, buffer = xxhash.xxh3_128(), bytearray(CHUNK)  # the buffer fits in the processor's cache
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            state.update(view[:count])
    return state.hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of `path`, for records that leave this machine."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests_file(path: Path) -> tuple[str, str]:
    """Read a file once and return its digest and SHA-256; raise OSError if it is unreadable."""
    state, strong, buffer = xxhash.xxh3_128(), hashlib.sha256(), bytearray(CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            state.update(view[:count])
            strong.update(view[:count])
    return state.hexdigest(), strong.hexdigest()


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of `value`, with sorted keys and no spaces.

    Raises:
        ValueError: `value` contains NaN or infinity.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_of(value: Any) -> str:
    """Return the digest of the canonical JSON of `value`."""
    return digest(canonical(value))
