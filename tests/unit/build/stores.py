"""A small store with one key in it, for the tests of the store."""

from collide.build.store import Entry, Store

KEY = "ab" * 16


def publish(store: Store, key: str = KEY, *, facts: dict[str, object] | None = None) -> Entry:
    """Publish two small files as what `key` made."""
    with store.workdir() as folder:
        files = {"a.nut": folder / "a.nut", "b.png": folder / "b.png"}
        for path in files.values():
            path.write_bytes(path.name.encode() * 100)
        return store.publish(
            key, files, facts=facts or {"coverage": 0.5}, preimage={"argv": ["-i"]}, seconds=1.23456
        )
