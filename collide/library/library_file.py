"""How library.json is written: the digest of all that follows it, then a clip a line."""

import json
from collections.abc import Mapping
from typing import Any

from collide.base.hashing import digest

# A digest of the text is compared in a millisecond; one of what it means, ten thousand clips of
# it, took a hundred.
HEAD = b'{"digest":"%s",\n'


def empty() -> dict[str, Any]:
    """Return what is known where nothing is: folders, clips by name, and the stamp of each."""
    return {"roots": [], "clips": {}, "seen": {}}


def written(contents: Mapping[str, Any]) -> bytes:
    """Return the text of what is known."""
    parts = [f'"roots":{json.dumps(contents["roots"])}']
    for word in ("clips", "seen"):
        lines = (f"{json.dumps(name)}:{json.dumps(each)}" for name, each in contents[word].items())
        parts.append(f'"{word}":{{\n' + ",\n".join(lines) + "}")
    text = ",\n".join(parts).encode() + b"}\n"
    return HEAD % digest(text).encode() + text


def read(data: bytes) -> dict[str, Any]:
    """Return what a text says.

    Raises:
        ValueError: a bit was turned in it, or it is none.
    """
    cut = len(HEAD % bytes(32))
    if data[:cut] != HEAD % digest(data[cut:]).encode():
        raise ValueError("its digest is another")
    said = json.loads(data)
    return {word: said[word] for word in empty()}
