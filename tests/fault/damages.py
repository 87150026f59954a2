"""Damage objects, actions, databases and the video at random, and check that all are repaired."""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from collide.base.hashing import digest_file
from collide.store.entry import unsealed
from collide.store.index import Index
from collide.store.objects import Store
from collide.store.verify import Health, check
from tests.fault.conftest import Faulty

DATABASES = ("memo.db", "index.db", "doit/x.db")


def reader(task: str, role: str) -> str:
    """Return the task that reads an object, or "" if only delivery reads it."""
    kind, _, number = task.partition(":")
    if kind == "layer":  # a cut's role is cut-000.nut or cut-samples.nut
        part = role.partition("-")[2].removesuffix(".nut")
        return "presence" if part == "samples" else f"stack:{int(part)}"
    by = {"keyframe": "color", "stack": "encode"}.get(kind)
    if by:
        return f"{by}:{number}"
    return {"audio": "mix", "mix": "loudness", "loudness": "mux", "encode": "mux"}.get(kind, "")


class Damages:
    """A workspace that is damaged and repaired again and again."""

    def __init__(self, house: Faulty, seed: int) -> None:
        self.house, self.dice = house, random.Random(seed)
        self.cache = house.root / "cache"
        self.video = digest_file(house.video())
        self.done: Counter[str] = Counter()  # how often each kind of damage was found
        self.blows: dict[str, Callable[[Path, Path], object]] = {
            "bit": self.flip,
            "cut": self.cut,
            "page": self.zero,
            "swapped": self.swap,
            "gone": lambda path, _: path.unlink(),
        }

    # --- kinds of damage: each keeps the file's time, and its size if possible ---

    def hurt(self, path: Path, other: Path) -> str:
        """Damage a file in a random way and return what was done."""
        before, how = path.stat(), self.dice.choice([*self.blows])
        path.chmod(0o644)
        self.blows[how](path, other)
        if path.exists():
            path.chmod(before.st_mode)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return how

    def flip(self, path: Path, _: Path) -> None:
        """Flip one bit."""
        data = bytearray(path.read_bytes())
        data[self.dice.randrange(len(data))] ^= 1 << self.dice.randrange(8)
        path.write_bytes(data)

    def cut(self, path: Path, _: Path) -> None:
        """Truncate the file at a random point."""
        os.truncate(path, self.dice.randrange(path.stat().st_size))

    def zero(self, path: Path, other: Path) -> None:
        """Zero one 4 KiB page, or flip a bit if the page is already zero."""
        data = bytearray(path.read_bytes())
        at = self.dice.randrange(0, len(data), 4096)
        if not any(data[at : at + 4096]):
            return self.flip(path, other)
        data[at : at + 4096] = bytes(len(data[at : at + 4096]))
        path.write_bytes(data)
        return None

    def swap(self, path: Path, other: Path) -> None:
        """Replace the content with the content of `other`."""
        path.write_bytes(other.read_bytes())

    # --- rounds ---

    def objects(self, count: int) -> list[str]:
        """Damage up to `count` objects, render, and return the faults.

        In about half of the rounds, a check finds the damage before the render does.
        """
        chosen = self.apart(count)
        paths = {task: self.object(task, role) for task, role in chosen}
        others = sorted(set((self.cache / "objects").glob("*/*")) - set(paths.values()))
        how = {task: self.hurt(path, self.dice.choice(others)) for task, path in paths.items()}
        checked = self.dice.random() < 0.5
        wrong: list[str] = []
        if checked:
            extra = self.extra()
            found = set(self.checked().damaged)
            expected = {paths[task].name for task in how if how[task] != "gone"} | {extra.name}
            wrong += [f"a check differs in {found ^ expected}"] if found != expected else []
            self.done["extra object, found by verify"] += 1
        for task, role in chosen:
            by = reader(task, role)
            self.forget(by) if by else self.delete_video(task)
        ran = self.house.again()
        for task, path in paths.items():
            if task not in ran.rendered:
                wrong.append(f"{task}, {how[task]}: served as it was")
            if task != "record" and (not path.exists() or digest_file(path) != path.name):
                wrong.append(f"{task}, {how[task]}: not healed")
            self.note("object", how[task], checked)
        return wrong + self.same()

    def actions(self, count: int) -> list[str]:
        """Damage up to `count` actions, render, and return the faults.

        In about half of the rounds, a check finds the damage before the render does.
        """
        tasks = self.dice.sample([task for task, _ in self.made()], count)
        paths = {task: self.action(task) for task in dict.fromkeys(tasks)}
        others = sorted(set((self.cache / "actions").glob("*/*")) - set(paths.values()))
        how = {task: self.hurt(path, self.dice.choice(others)) for task, path in paths.items()}
        checked, wrong = self.dice.random() < 0.5, []
        if checked:
            found = set(self.checked().unreadable)
            expected = {paths[task].name for task in how if how[task] != "gone"}
            wrong += [f"a check differs in {found ^ expected}"] if found != expected else []
        for task in paths:
            self.receipt(task).unlink()
        ran = self.house.again()
        for task in paths:
            wrong += [] if task in ran.rendered else [f"action of {task}, {how[task]}: believed"]
            self.note("action", how[task], checked)
        return wrong + self.same()

    def database(self) -> list[str]:
        """Damage a database, render, have a check repair it, and return the faults."""
        name = self.dice.choice(DATABASES)
        path = self.cache / name
        other = self.cache / self.dice.choice([n for n in DATABASES if n != name])
        how = self.hurt(path, other)
        ran, wrong = self.house.again(), []
        if ran.rendered:
            wrong.append(f"{name}, {how}: {sorted(ran.rendered)} rendered for it")
        self.checked()
        health = self.checked()
        if not (health.sound and health.agreed):
            wrong.append(f"{name}, {how}: not healed by a check")
        self.done[f"database {how}, nothing rendered for it"] += 1
        return wrong + self.same()

    def output(self) -> list[str]:
        """Damage the delivered video, render, and return a fault unless only delivery ran."""
        how = self.hurt(self.house.video(), self.house.root / "library" / "video" / "b.mp4")
        ran = self.house.again()
        self.done[f"video {how}, delivered again"] += 1
        wrong = [] if ran.tasks("restored") == {"mux"} else [f"video {how}: not delivered again"]
        return wrong + self.same()

    def note(self, what: str, how: str, checked: bool) -> None:
        """Count a case of damage and what found it; a check does not report missing files."""
        by = "verify" if checked and how != "gone" else "its reader"
        self.done[f"{what} {how}, found by {by}"] += 1

    # --- tasks and their files ---

    def made(self) -> list[tuple[str, str]]:
        """Return the task and role of every object of the piece, except those of the record."""
        found = []
        for path in sorted((self.cache / "receipts" / "x").glob("*.json")):
            data = unsealed(path.read_bytes())
            task = path.stem.replace("-", ":")
            found += [(task, role) for role in sorted(data["objects"]) if task != "record"]
        return found

    def apart(self, count: int) -> list[tuple[str, str]]:
        """Return objects of up to `count` tasks that do not read each other's objects."""
        chosen: list[tuple[str, str]] = []
        for task, role in self.dice.sample(self.made(), len(self.made())):
            readers = {reader(*one) for one in chosen}
            tasks = {one for one, _ in chosen}
            if task not in tasks | readers and reader(task, role) not in tasks:
                chosen.append((task, role))
        return chosen[:count]

    def receipt(self, task: str) -> Path:
        """Return the path of a task's receipt."""
        return self.cache / "receipts" / "x" / f"{task.replace(':', '-')}.json"

    def object(self, task: str, role: str) -> Path:
        """Return the path of an object."""
        return self.house.object(unsealed(self.receipt(task).read_bytes())["objects"][role][0])

    def action(self, task: str) -> Path:
        """Return the path of a task's action."""
        key = unsealed(self.receipt(task).read_bytes())["key"]
        return self.cache / "actions" / key[:2] / f"{key}.json"

    def forget(self, task: str) -> None:
        """Delete a task's action and receipt to make the task run again."""
        if self.receipt(task).exists():
            self.action(task).unlink(missing_ok=True)
            self.receipt(task).unlink()

    def delete_video(self, task: str) -> None:
        """Delete the delivered copy of the video."""
        assert task == "mux"
        self.house.video().unlink(missing_ok=True)

    def extra(self) -> Path:
        """Add an object whose name is not its digest; return its path."""
        name = f"{self.dice.getrandbits(128):032x}"
        path = self.house.object(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(self.dice.randbytes(100))
        return path

    def checked(self) -> Health:
        """Run the check behind `doit cache verify` and return its findings."""
        index = Index(Store(self.cache))
        health = check(index, lambda *_: None)
        index.notes.close()
        return health

    def same(self) -> list[str]:
        """Return a fault if the video has changed."""
        return [] if digest_file(self.house.video()) == self.video else ["a different video"]
