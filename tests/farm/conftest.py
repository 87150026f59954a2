"""A workspace and a farm on this machine: a scheduler with its store, and two workers."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.farm import crew, preparing
from collide.farm import dispatcher as machine
from collide.farm.dispatcher import Dispatcher
from collide.project.project import Project
from collide.shared.farm_key import FarmKey
from tests.farm.fake_workers import Many, Packer
from tests.patience import HANGS, wait_until
from tests.render.conftest import CONFIG, House, Ran, make_clips
from tests.zygote import run_module

PIECE = {
    **CONFIG,
    "num_videos": 2,
    "output_size": "128x72",
    "fps": 10,
    "duration": 1,
    "min_resolution": 0,
    "encoding_preset": "ultrafast",
}

COUNT = 5  # the number of pieces in the workspace


def free_port() -> int:
    """Return a free port on this machine whose next port is also free."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


@dataclass
class Farm:
    """A farm on this machine and the workspace that uses it."""

    house: House
    folder: Path  # contains the farm's key, the logs and the workers' files
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def typed(self) -> str:
        """Return the farm's address as a person types it."""
        return f"{self.host}:{self.port}"

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of all the farm's processes."""
        own = {"COLLIDE_FARM_KEY": str(self.folder / "farm.pem"), "COLLIDE_FARM": ""}
        own |= {"COLLIDE_FARM_CACHE": str(self.folder / "cache"), "COLLIDE_STORE": ""}
        return {**self.house.env(), **own, **more}

    def doit(self, *words: str, **env: str) -> Ran:
        """Run doit in the workspace, as `House.doit` does, but with the farm's key."""
        before = self.house.records()
        done = run_module("doit", words, cwd=self.house.root, env=self.env(**env))
        new = [json.loads(path.read_text()) for path in sorted(self.house.records() - before)]
        named = [record for record in new if record["words"][:1] == [words[0]]]
        return Ran(done.returncode, done.stdout + done.stderr, named[-1] if named else {})

    def begin(
        self, name: str, *words: str, inside: Sequence[str] = (), **env: str
    ) -> subprocess.Popen[bytes]:
        """Start doit in the background, with the words in `inside` before it; log to NAME.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*inside, sys.executable, "-m", "doit", *words],
                cwd=self.house.root,
                env=self.env(**env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def log(self, name: str) -> str:
        """Return a named process's output."""
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def open(self, inside: Sequence[str] = (), **env: str) -> None:
        """Start the scheduler and wait until it is ready."""
        count = self.log("farm").count("the farm is ready")
        self.begin(
            "farm", "farm", f"address={self.host}", f"port={self.port}", inside=inside, **env
        )
        wait_until(lambda: self.log("farm").count("the farm is ready") > count, what="a farm")

    def join(self, name: str, address: str = "", inside: Sequence[str] = (), **env: str) -> None:
        """Start a worker and wait until it has joined."""
        count = self.log(name).count("joined")
        words = ["work", address or self.typed, f"name={name}", "slots=1"]
        self.begin(name, *words, inside=inside, **env)
        wait_until(lambda: self.log(name).count("joined") > count, what=f"{name} joins")

    def end(self, name: str, how: int = signal.SIGINT) -> None:
        """End a named process by Ctrl-C or another signal."""
        process = self.running.pop(name)
        os.kill(process.pid, how)
        process.wait(HANGS)

    def close(self) -> None:
        """End all processes of the farm."""
        for name in [*self.running]:
            if self.running[name].poll() is None:
                self.end(name)

    def slots(self, name: str) -> list[int]:
        """Return the ids of a machine's worker processes."""
        words = ["collide.farm.slot", name]
        return [pid for pid in processes() if {*words} <= {*_read(pid, "cmdline").split("\0")}]

    def rendering(self, name: str = "w") -> list[int]:
        """Return the ids of processes in the folders of workers whose names start with `name`."""
        return rendering(self.folder / "cache" / name)


def rendering(folder: Path) -> list[int]:
    """Return the ids of processes with a working folder whose path begins with `folder`."""
    return [pid for pid in processes() if _folder(pid).startswith(str(folder))]


def processes() -> list[int]:
    """Return the ids of all processes."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _read(pid: int, name: str) -> str:
    try:
        return Path("/proc", str(pid), name).read_text(errors="replace")
    except OSError:
        return ""


def _folder(pid: int) -> str:
    try:
        return str(Path("/proc", str(pid), "cwd").readlink())
    except OSError:
        return ""


def house_of(root: Path, clips: Path, names: dict[str, dict[str, object]]) -> House:
    """Return a new workspace with these clips and projects."""
    root.mkdir(parents=True)
    house = House(root)
    for clip in clips.iterdir():
        shutil.copy(clip, root / "library" / "video")
    for name, knobs in names.items():
        (root / "projects" / name).mkdir(parents=True)
        (root / "projects" / name / "config.json").write_text(json.dumps({**PIECE, **knobs}))
    return house


def pieces(count: int, first: int = 1) -> dict[str, dict[str, object]]:
    """Map the names of `count` different pieces to their knobs; number the names from `first`."""
    return {
        f"p{n}": {"seed": n, "mode": "kmeans" if n == 1 else "fixed", "crf": 20 + n}
        for n in range(first, first + count)
    }


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> Path:
    """Return a folder with four clips that differ in shape, rate, length and sound."""
    return make_clips(tmp_path_factory.mktemp("clips"))


@contextmanager
def standing(root: Path, clips: Path) -> Iterator[Farm]:
    """Yield a farm without workers and a workspace with a few pieces.

    Skip the test if the farm's packages are not installed.
    """
    pytest.importorskip("distributed", reason="pip install -e '.[farm]' brings the farm's packages")
    made = Farm(house_of(root / "house", clips, pieces(COUNT)), root)
    FarmKey.make(root / "farm.pem")
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def farm(tmp_path_factory, clips) -> Iterator[Farm]:
    """Yield a farm with two workers, w1 and w2, and a workspace with a few pieces."""
    with standing(tmp_path_factory.mktemp("farm"), clips) as made:
        made.join("w1")
        made.join("w2")
        yield made


class Alone(dict[str, bytes]):
    """The pieces' videos, each rendered on this machine when it is first read."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    def __missing__(self, name: str) -> bytes:
        ran = self._house.doit("render", f"project={name}")
        assert ran.code == 0, ran.out
        self[name] = self._house.video(name).read_bytes()
        return self[name]


@pytest.fixture(scope="session")
def local(tmp_path_factory, clips) -> Alone:
    """Return the videos of pieces, rendered by one machine without a farm."""
    return Alone(house_of(tmp_path_factory.mktemp("local") / "house", clips, pieces(COUNT)))


@pytest.fixture
def play(monkeypatch, tmp_path):
    """Return a function that renders pieces on fake workers.

    The function returns the outcomes, the names of the remaining pieces, the notes, and the packer.
    """

    def played(workers, names, *, packer=None, every=0, home=lambda answer: None):
        class Opened(nullcontext):
            def __init__(self, piece):
                super().__init__(piece)

        many, packer = Many(), packer or Packer()
        monkeypatch.setattr(Project, "records", None, raising=False)
        monkeypatch.setattr(preparing, "opened_piece", lambda piece, packer: Opened(piece))
        monkeypatch.setattr(preparing, "deliver", lambda session, plan: "")
        monkeypatch.setattr(preparing, "finished", lambda project, outcome: outcome)
        monkeypatch.setattr(machine, "opened_piece", lambda piece, packer: Opened(piece))
        monkeypatch.setattr(machine, "rough_work", lambda piece: float(piece.name[1:]))
        monkeypatch.setattr(machine, "bring_home", lambda session, answer, store: home(answer))
        monkeypatch.setattr(machine, "finished", lambda project, outcome: outcome)
        monkeypatch.setattr(crew, "JOINING", 0.0)
        hands = Dispatcher(workers, packer, "", every)
        pieces = [Piece(Workspace(Path(tmp_path)), name) for name in names]
        left = hands.play(many, pieces, lambda: None)
        return many.outcomes, [piece.name for piece in left], many.notes, packer

    return played


class Piece(Project):
    """A project that ignores assignments to its attribute `records`."""

    def __setattr__(self, name, value):
        if name != "records":
            super().__setattr__(name, value)
