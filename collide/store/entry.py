"""Entries: the results stored under keys, in sealed files that reveal any damage."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.base.hashing import canonical, digest

SEAL = b'{"digest":"%s","made":'  # the sealed data and a closing brace follow
BEGIN = len(SEAL % (b"0" * 32))
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True)
class ObjectRef:
    """A reference to one object: its digest and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Entry:
    """The result of a key: its objects by role, its facts, and its cost."""

    key: str
    objects: dict[str, ObjectRef] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    preimage: dict[str, Any] = field(default_factory=dict)  # the ingredients of the key
    seconds: float = 0.0
    kind: str = ""  # kind of the task, for example "layer"
    amount: float = 0.0  # amount of work, in the kind's own unit; 0: unknown

    @property
    def size(self) -> int:
        """Return the total size of its objects in bytes."""
        return sum(ref.size for ref in self.objects.values())

    def data(self) -> dict[str, Any]:
        """Return the entry as plain data."""
        objects = {role: [ref.digest, ref.size] for role, ref in self.objects.items()}
        return {**vars(self), "objects": objects}


def read_entry(data: Mapping[str, Any]) -> Entry:
    """Read an entry from plain data. Raise one of UNREADABLE if the data is malformed."""
    objects = {role: ObjectRef(str(d), int(s)) for role, (d, s) in data["objects"].items()}
    facts, preimage, seconds = dict(data["facts"]), dict(data["preimage"]), float(data["seconds"])
    kind, amount = str(data.get("kind", "")), float(data.get("amount", 0))
    return Entry(data["key"], objects, facts, preimage, seconds, kind, amount)


def sealed(produced: Mapping[str, Any]) -> bytes:
    """Return plain data as the content of a sealed file."""
    body = canonical(produced)
    return _seal(body) + body + b"}"


def unsealed(data: bytes) -> dict[str, Any]:
    """Return the plain data of a sealed file. Raise ValueError if the file is damaged."""
    body = data[BEGIN:-1]
    if data != _seal(body) + body + b"}":
        raise ValueError("its content differs from what was written")
    return dict(json.loads(body))


def _seal(body: bytes) -> bytes:
    return SEAL % digest(body).encode()
