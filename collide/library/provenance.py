"""The origins of clips: the ledger library/provenance.jsonl, and a file next to each download.

The ledger also lists deleted clips, which are downloaded again only on request. The origin file of
NAME.mp4 is NAME.mp4.json in the same folder, so it can be copied with the clip.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from collide.base.files import write_whole
from collide.base.workspace import Workspace

MAX_TEXT = 500  # maximum length of each string, since titles can be long


class Provenance:
    """The append-only ledger of one workspace, with a line for each source of a downloaded clip."""

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.root / "library" / "provenance.jsonl"
        text = self.path.read_bytes() if self.path.exists() else b""
        self._lines = [entry for line in text.splitlines() if (entry := _line(line))]

    def names(self, digest: str) -> list[str]:
        """Return the file names of all downloads of this content, earliest first."""
        return [entry["name"] for entry in self._lines if entry["digest"] == digest]

    def all(self) -> dict[str, Mapping[str, str]]:
        """Map the digest of each clip's content to the clip's first origin."""
        return {entry["digest"]: entry for entry in reversed(self._lines)}

    def sources(self) -> list[str]:
        """Return the recorded sources of downloads: a site and an id, or an address."""
        return [entry["source"] for entry in self._lines if "source" in entry]

    def add(self, digest: str, place: Path, origin: Mapping[str, str]) -> None:
        """Append a clip's origin to the ledger and sync the ledger to disk."""
        entry = {"digest": digest, "name": place.name, **clean(origin)}
        line = json.dumps(entry).encode() + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            torn = size and os.pread(handle, 1, size - 1) != b"\n"  # the last line was cut off
            file.write(b"\n" * torn + line)
            os.fsync(handle)
        self._lines.append(entry)


def write_page(clip: Path, digest: str, origin: Mapping[str, str]) -> None:
    """Write a clip's origin file, NAME.mp4.json, into the clip's folder."""
    page = json.dumps({"digest": digest, **clean(origin)}, indent=1, ensure_ascii=False) + "\n"
    write_whole(clip.with_name(f"{clip.name}.json"), page.encode())


def clean(origin: Mapping[str, str]) -> dict[str, str]:
    """Return untrusted strings, shortened and without unprintable characters."""
    return {
        name: "".join(sign for sign in value if sign.isprintable())[:MAX_TEXT]
        for name, value in origin.items()
    }


def _line(line: bytes) -> dict[str, str]:
    """Return the content of a ledger line, or {} if it is cut off or malformed."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    whole = isinstance(entry, dict) and {"digest", "name"} <= entry.keys()
    return {str(name): str(value) for name, value in entry.items()} if whole else {}
