"""What a key made, and how that is written: sealed, so that half of it is known for what it is.

An entry stands in an action of the store, and in the receipt of a task.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.base.hashing import canonical, digest

SEAL = b'{"digest":"%s","made":'  # then what was made, which the digest is of, and a brace
BEGIN = len(SEAL % (b"0" * 32))
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class ObjectRef:
    """One object: its name and its bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Entry:
    """What a key made: objects by role, facts, and what it took."""

    key: str
    objects: dict[str, ObjectRef] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    preimage: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    kind: str = ""  # of the task: "layer"
    amount: float = 0.0  # of work it was, in the kind's own unit; 0: it is always the same

    @property
    def size(self) -> int:
        """Return the bytes of its objects together."""
        return sum(made.size for made in self.objects.values())

    def data(self) -> dict[str, Any]:
        """Return the entry as plain data."""
        objects = {role: [made.digest, made.size] for role, made in self.objects.items()}
        return {
            "key": self.key, "objects": objects, "facts": self.facts,
            "preimage": self.preimage, "seconds": self.seconds,
            "kind": self.kind, "amount": self.amount,
        }  # fmt: skip


def read_entry(data: Mapping[str, Any]) -> Entry:
    """Return the entry that `data()` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    if not isinstance(data["objects"], dict):
        raise TypeError("objects have roles")
    objects = {role: ObjectRef(str(d), int(s)) for role, (d, s) in data["objects"].items()}
    return Entry(
        data["key"],
        objects,
        dict(data["facts"]),
        dict(data["preimage"]),
        float(data["seconds"]),
        str(data.get("kind", "")),
        float(data.get("amount", 0)),
    )


def sealed(produced: Mapping[str, Any]) -> bytes:
    """Return plain data as the bytes of a file."""
    body = canonical(produced)
    return _seal(body) + body + b"}"


def unsealed(data: bytes) -> dict[str, Any]:
    """Return the plain data of a file.

    Raises:
        ValueError: it is not whole.
    """
    body = data[BEGIN:-1]
    if data != _seal(body) + body + b"}":
        raise ValueError("what was written is not what stands here")
    return dict(json.loads(body))


def _seal(body: bytes) -> bytes:
    return SEAL % digest(body).encode()
