"""A refusal: its text, its code, and that nothing has happened."""

import hashlib
from pathlib import Path

from collide.catalog import knobs
from collide.desk.words import KINDS, verbs
from tests.render.conftest import REPO, House

OWNERS = {knob.owner for knob in knobs().values()}
PRESETS = sorted(path.stem for path in (REPO / "presets").rglob("*.json"))

# What grows with the house is not written out.
WORDS = {
    "{VERBS}": ", ".join(verbs()),
    "{TASKS}": ", ".join(KINDS[:-1]),
    "{KNOBS}": f"{len(knobs())} knobs of {len(OWNERS)} instruments",
    "{COUNT}": str(len(knobs())),
    "{MODES}": ", ".join(knobs()["mode"].limit.words),
    "{POSTS}": ", ".join(knobs()["post"].limit.words),
    "{PRESETS}": ", ".join(PRESETS),
}


def tree(root: Path) -> dict[str, str]:
    """Return every file below `root` with the digest of its bytes, and every folder."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in root.rglob("*")
    }


def filled(text: str) -> str:
    """Return an expected text with the words of this house."""
    for name, words in WORDS.items():
        text = text.replace(name, words)
    return text.strip()


def answered(house: House, *words: str, code: int = 3) -> str:
    """Run doit, which must end with `code`, without a record, and leave no trace; its answer."""
    before = tree(house.root)
    ran = house.doit(*words)
    after = tree(house.root)
    changed = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
    assert (ran.code, ran.record, changed) == (code, {}, []), ran.out
    assert "Traceback" not in ran.out
    return ran.out.replace(str(house.root), "HOUSE").strip()


def write(house: House, name: str, data: str | bytes) -> Path:
    """Write a file of the house."""
    path = house.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path
