"""Frozen results: JSON files next to the tests, which map names to plain data.

`same` compares new results with the frozen results and reports each part that changed. With
--freeze, it writes the new results instead.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ANEW = "pytest tests/reference --freeze"


@dataclass
class Frozen:
    """A file with frozen data, reread at each use because other workers may write to it."""

    file: str
    freezing: bool = False

    @property
    def path(self) -> Path:
        """Return the path of the file."""
        return HERE / self.file

    def known(self) -> dict[str, Any]:
        """Map each name to its frozen data."""
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def same(self, name: str, found: dict[str, Any]) -> None:
        """Compare results with the frozen results that have the same name.

        Args:
            name: the name, which also appears in the command that freezes the results again.
            found: the results as plain data, without `keys` if keys cannot be compared.
        """
        found = json.loads(json.dumps(found))
        if self.freezing:
            self._write({name: found})
            return
        known = self.known()
        how = f"{ANEW} -k '{name}'"
        assert name in known, f"{name} is not frozen yet: {how}"
        was = {
            part: value for part, value in known[name].items() if part != "keys" or part in found
        }
        moved = list(differences(was, found))
        told = "\n  ".join(moved)
        assert not moved, f"{name} is not what it was:\n  {told}\nif this is intended: {how}"

    def holds(self, names: Iterable[str]) -> None:
        """Fail if a frozen name is not in `names`; with --freeze, delete that name instead."""
        left = sorted(self.known().keys() - {*names})
        if self.freezing:
            self._write({}, gone=left)
        else:
            assert not left, f"{left} are frozen in {self.file}, and nothing makes them: {ANEW}"

    def _write(self, new: dict[str, Any], gone: Iterable[str] = ()) -> None:
        """Write new names and delete the names in `gone`; keep all other names."""
        with (HERE / "frozen.py").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = {n: v for n, v in {**self.known(), **new}.items() if n not in gone}
            self.path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def differences(known: Any, found: Any, at: str = "") -> Iterator[str]:
    """Yield a line for each changed part: its name, the old value and the new value."""
    if isinstance(known, dict) and isinstance(found, dict):
        for name in sorted(known.keys() | found.keys()):
            part = f"{at} · {name}" if at else name
            yield from differences(known.get(name, "none"), found.get(name, "none"), part)
    elif known != found:
        yield f"{at}: {_short(known)} → {_short(found)}"


def frozen_with(engine: str, versions: dict[str, str], file: Frozen) -> bool:
    """Return whether keys can be compared; skip the test if nothing can be compared.

    With --freeze, write this engine and these versions to `file` first.

    Args:
        engine: the digest of the ffmpeg in use.
        versions: the versions of the packages that affect keys.
        file: the frozen data, with the engine and versions that made it.
    """
    if file.freezing:
        file.same("made with", {"engine": engine, "versions": versions})
    was = file.known().get("made with", {})
    if was and was["engine"] != engine:
        pytest.skip(
            "the reference set was frozen with a different ffmpeg: the pinned one for Linux"
        )
    return bool(was.get("versions") == versions)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) < 200 else f"{text[:200]}…"
