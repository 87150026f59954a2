"""A temporary workspace, small real clips, and doit run as a command."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from collide.engine.programs import find_engine
from tests.render.shim import Calls, shimmed
from tests.zygote import run_module

REPO = Path(__file__).parents[2]
SMALL = "output_size=128x72 fps=10 duration=6 min_resolution=0".split()


@dataclass
class Ran:
    """The result of a doit command: its exit code, output and run record."""

    code: int
    out: str
    record: dict = field(default_factory=dict)

    def tasks(self, *statuses: str) -> set[str]:
        """Return the names of the tasks that ended with one of these statuses."""
        return {t for t, done in self.record.get("tasks", {}).items() if done["status"] in statuses}

    @property
    def rendered(self) -> set[str]:
        """Return the names of the tasks that were rendered."""
        return self.tasks("rendered")


class House:
    """A temporary workspace with its own dodo.py, presets and library."""

    package = REPO  # the repository, or a copy that a test makes

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("dodo.py", "pyproject.toml"):
            shutil.copy(REPO / name, root / name)
        shutil.copytree(REPO / "presets", root / "presets")
        (root / "library" / "video").mkdir(parents=True)

    def env(self) -> dict[str, str]:
        """Return the environment for doit, where Python may cache bytecode, as for a user."""
        kept = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**kept, "PYTHONPATH": str(self.package), "COLLIDE_CACHE": ""}

    def doit(self, *words: str) -> Ran:
        """Run doit with these arguments in a separate process and return the result."""
        before = self.records()
        done = run_module("doit", words, cwd=self.root, env=self.env())
        new = sorted(self.records() - before)
        record = json.loads(new[-1].read_text()) if new else {}
        return Ran(done.returncode, done.stdout + done.stderr, record)

    def render(self, *words: str, project: str = "x") -> Ran:
        """Render a project at a small size; the render must succeed."""
        said = {word.partition("=")[0] for word in words}
        small = [word for word in SMALL if word.partition("=")[0] not in said]
        ran = self.doit("render", f"project={project}", *small, *words)
        assert ran.code == 0, ran.out
        return ran

    def records(self) -> set[Path]:
        """Return the paths of all run records."""
        return set((self.root / "cache" / "runs").glob("*.json"))

    def video(self, project: str = "x") -> Path:
        """Return the path of a project's video."""
        return self.root / "projects" / project / "output" / f"{project}.mp4"

    def manifest(self, project: str = "x") -> dict:
        """Return a project's manifest."""
        return json.loads((self.root / "projects" / project / "manifest.json").read_text())

    def object(self, digest: str) -> Path:
        """Return the path of an object in the store."""
        return self.root / "cache" / "objects" / digest[:2] / digest


def record(house: House, kind: str) -> str:
    """Return the path of the last render's manifest, look or video, depending on `kind`."""
    look = house.manifest()["look"]
    paths = {
        "manifest": "projects/x/manifest.json",
        "look": f"projects/x/looks/{look}.json",
        "video": "projects/x/output/x.mp4",
    }
    return str(house.root / paths[kind])


def ffmpeg(*words: str, cwd: Path | None = None) -> str:
    """Run ffmpeg without collide's limits and return its output; the run must succeed."""
    command = [str(find_engine().path), "-nostdin", "-hide_banner", "-y", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def make_clip(path: Path, *, picture: str, sound: str | None = None, seconds: float = 3) -> Path:
    """Write a small clip from lavfi sources and return its path."""
    sounds = ["-f", "lavfi", "-i", f"{sound}", "-c:a", "aac"] if sound else []
    ffmpeg("-v", "error", "-f", "lavfi", "-i", picture, *sounds, "-t", str(seconds),
           "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    return path


def make_clips(folder: Path) -> Path:
    """Write four clips with different sizes, rates, lengths and sounds; return their folder."""
    sound = "sine=220:r=44100"
    make_clip(folder / "a.mp4", picture="testsrc2=s=160x90:r=25", sound=sound, seconds=8)
    picture = "gradients=s=90x160:r=30:c0=white:c1=navy:x0=0:y0=60:x1=90:y1=100:seed=3"
    sound = "anoisesrc=r=48000:a=0.1:seed=1"
    make_clip(folder / "b.mp4", picture=picture, sound=sound, seconds=2.5)
    make_clip(folder / "c.mp4", picture="mandelbrot=s=160x120:r=24", seconds=3)
    picture = "gradients=s=320x180:r=12:c0=white:c1=maroon:x0=320:y0=0:x1=0:y1=180:seed=5"
    make_clip(folder / "d.mov", picture=picture, sound="sine=440:r=22050", seconds=4)
    return folder


def built(root: Path, clips: Path) -> House:
    """Return a new workspace with these clips and a rendered project x."""
    house = House(root)
    for clip in clips.iterdir():
        shutil.copy(clip, root / "library" / "video")
    (root / "projects" / "x").mkdir(parents=True)
    (root / "projects" / "x" / "config.json").write_text(json.dumps(CONFIG))
    house.render()
    return house


def copied(house: Path, root: Path) -> House:
    """Return a copy of a workspace and its cache, to reuse the results."""
    shutil.copytree(house, root, symlinks=True)
    new = House.__new__(House)
    new.root = root
    return new


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> Path:
    """Return a folder with four clips of different sizes, rates, lengths and sounds."""
    return make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def rendered(tmp_path_factory, clips) -> Path:
    """Return a workspace whose project x was rendered once, for tests to copy."""
    return built(tmp_path_factory.mktemp("rendered"), clips).root


# The clips are pinned, because tests must not depend on the dice.
CONFIG = {
    "seed": 7,
    "num_videos": 3,
    "audio_sources": 2,
    "layer1.clip": "a.mp4",
    "layer2.clip": "b.mp4",
    "layer3.clip": "d.mov",
    "layer1.sound": "on",
    "layer3.sound": "on",
    "similarity": 0.3,
    "mode": "fixed",
    "storage": "raw",
}


@pytest.fixture
def house(tmp_path, rendered) -> House:
    """Return a copy of the rendered workspace, with its cache."""
    return copied(rendered, tmp_path / "house")


@pytest.fixture
def friend(tmp_path, clips) -> House:
    """Return another person's workspace: the same clips with different names, and no cache."""
    root = tmp_path / "a friend's house"
    root.mkdir()
    made = House(root)
    for clip in clips.iterdir():
        folder = root / "library" / "video" / "trip"
        folder.mkdir(exist_ok=True)
        shutil.copy(clip, folder / f"their {clip.name}")
    return made


@pytest.fixture
def empty_house(tmp_path) -> House:
    """Return a workspace without clips."""
    root = tmp_path / "empty"
    root.mkdir()
    return House(root)


@pytest.fixture
def calls(tmp_path, monkeypatch) -> Calls:
    """Record all ffmpeg calls from now on and return the record."""
    return shimmed(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a workspace with two clips: one with an odd size and mono sound, one without sound."""
    root = tmp_path_factory.mktemp("hand")
    for name in ("dodo.py", "pyproject.toml"):
        shutil.copy(REPO / name, root / name)
    shutil.copytree(REPO / "presets", root / "presets")
    picture = "testsrc2=s=122x70:r=12"
    make_clip(root / "a clip.mp4", picture=picture, sound="sine=330:r=22050", seconds=1.5)
    make_clip(root / "b.mp4", picture="mandelbrot=s=128x72:r=10", seconds=1)
    return root


@pytest.fixture
def at_home(folder, monkeypatch) -> None:
    """Run the test in the workspace `folder`."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("COLLIDE_CACHE", raising=False)
