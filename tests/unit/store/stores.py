"""A small store for tests, and a second process that uses the same store."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from collide.base.clock import unix_time
from collide.store.entry import Entry, ObjectRef
from collide.store.index import Index
from collide.store.objects import Store
from tests.patience import HANGS

KEY = "ab" * 16
DAY = 86400.0


def publish(store: Store, key: str = KEY, *, facts: dict[str, object] | None = None) -> Entry:
    """Publish two small files as the result of `key`; return the entry."""
    with store.workdir() as folder:
        files = {"a.nut": folder / "a.nut", "b.png": folder / "b.png"}
        for path in files.values():
            path.write_bytes(path.name.encode() * 100)
        return store.publish(
            key, files, facts=facts or {"coverage": 0.5}, preimage={"argv": ["-i"]}, seconds=1.23456
        )


def held(store: Store) -> int:
    """Return the total size of all objects on the disk, in bytes."""
    return sum(path.stat().st_size for path in (store.root / "objects").glob("*/*"))


def put(
    index: Index, name: str, *, size: int = 1000, seconds: float = 1.0, days: float = 0.0
) -> ObjectRef:
    """Publish and return an object of `size` bytes, made in `seconds` seconds, `days` days ago."""
    with index.store.workdir() as folder:
        path = folder / "a.nut"
        path.write_bytes((name.encode() * size)[:size])
        entry = index.store.publish(
            name.encode().hex().ljust(32, "0"), {"a.nut": path},
            facts={}, preimage={}, seconds=seconds, kind="layer", amount=2.0,
        )  # fmt: skip
    assert index.add(entry, unix_time() - days * DAY)
    return entry.objects["a.nut"]


def digests(found: list[ObjectRef]) -> list[str]:
    """Return the objects' digests, in order."""
    return [made.digest for made in found]


def act(code: str, *words: str | Path) -> subprocess.Popen[str]:
    """Return a new process that runs `code` with a store of its own in the same folder."""
    head = """
    import sys
    from pathlib import Path
    from collide.store.index import Index
    from collide.store.leases import Lease
    from collide.store.objects import Store
    store = Store(Path(sys.argv[1]))
    """
    return subprocess.Popen(
        [sys.executable, "-c", dedent(head) + dedent(code), *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    """Wait for a process, check that it succeeded, and return its output."""
    output, _ = process.communicate(timeout=HANGS)
    assert process.returncode == 0
    return output


def heard(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
