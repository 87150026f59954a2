"""Workers on faulty machines: a full disk, a wrong clock, a missing model or package.

Each worker joins a farm alone or alongside a good worker, and the videos are identical to local
renders. A piece that a worker cannot render is rendered elsewhere.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collide.shared.farm_key import FarmKey
from tests.farm.conftest import COUNT, Farm, house_of, pieces, rendering, standing
from tests.model import write_model
from tests.patience import wait_until
from tests.render.conftest import REPO

MOUNTS = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "--mount"]
# Code that shifts Python's clock, but not the kernel's clock, which stamps files.
CLOCK = """
import datetime, time
SHIFT, real, real_ns = {shift}, time.time, time.time_ns
time.time = lambda: real() + SHIFT
time.time_ns = lambda: real_ns() + SHIFT * 10**9
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
datetime.datetime = Shifted
"""
YEAR = 400 * 86400
# Code that makes rembg seem not to be installed.
ABSENT = """
import importlib.metadata as packages, sys
real = packages.version
def version(name):
    if name == "rembg":
        raise packages.PackageNotFoundError(name)
    return real(name)
packages.version = version
sys.modules["rembg"] = None
"""


@pytest.fixture(scope="module")
def ground(tmp_path_factory, clips) -> Iterator[Farm]:
    """Yield a farm without workers, shared by the tests of this file."""
    with standing(tmp_path_factory.mktemp("ground"), clips) as made:
        yield made


@pytest.fixture
def lone(ground) -> Iterator[Farm]:
    """Yield the farm with an empty store and without results; end its workers after the test."""
    for place in (ground.folder / "cache" / "store").glob("*/*"):
        place.unlink()
    shutil.rmtree(ground.house.root / "cache", ignore_errors=True)
    for name in pieces(COUNT):
        shutil.rmtree(ground.house.root / "projects" / name / "output", ignore_errors=True)
    yield ground
    for name in {*ground.running} - {"farm"}:
        if ground.running[name].poll() is None:
            ground.end(name)
        ground.running.pop(name, None)
        (ground.folder / f"{name}.log").unlink()
    shutil.rmtree(ground.folder / "cache" / "clips", ignore_errors=True)


def rendered_on_farm(farm: Farm, names: str, *words: str, **env: str) -> str:
    """Render pieces on a farm, check that the run succeeds, and return the output."""
    ran = farm.doit("render", f"project={names}", f"farm={farm.typed}", *words, **env)
    assert ran.code == 0, ran.out
    assert "Traceback" not in ran.out
    return ran.out


def renders(farm: Farm) -> int:
    """Return how many pieces the workers have rendered."""
    return sum(path.read_text().count(": rendered ") for path in farm.folder.glob("*.log"))


def disk(folder: Path, size: str) -> list[str]:
    """Return a prefix for a command line, which mounts a small disk on `folder`.

    The disk disappears when the command ends. Skip the test if mounting is not permitted.
    """
    folder.mkdir(exist_ok=True)
    mounted = f'mount -t tmpfs -o size={size} none "$0" && exec "$@"'
    command = [*MOUNTS, "sh", "-c", mounted, str(folder)]
    try:
        done = subprocess.run([*command, "true"], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no unshare: apt-get install util-linux")
    if done.returncode:
        pytest.skip(f"nobody but root may mount a disk here: {done.stderr.strip()}")
    return command


def left_behind(farm: Farm, name: str, folder: Path) -> list[str]:
    """Return partial files and sandboxes on a worker's own disk, and the ids of processes there."""
    half = list(seen(farm, name, folder).rglob("*.half"))
    half += list(seen(farm, name, folder).rglob("cache/tmp/*/*"))
    return [*map(str, half), *(str(pid) for pid in rendering(folder / name))]


def seen(farm: Farm, name: str, folder: Path) -> Path:
    """Return a path by which other processes reach a folder that only a worker has mounted."""
    return Path("/proc", str(farm.running[name].pid), "root", *folder.parts[1:])


@pytest.mark.parametrize("size", ["64k", "1m"])
def test_a_piece_too_large_for_a_worker_is_rendered_here(lone, local, tmp_path, size):
    """If clips or results do not fit on a worker's disk, the client renders the piece.

    The message names the cause, and no partial file remains.
    """
    folder = tmp_path / "disk"
    lone.join("w1", inside=disk(folder, size), COLLIDE_FARM_CACHE=str(folder))
    out = rendered_on_farm(lone, "p2")
    assert lone.house.video("p2").read_bytes() == local["p2"]
    assert left_behind(lone, "w1", folder) == []
    assert renders(lone) == 0
    assert re.search(r"^p2: .*(No space left|does not fit).*; it is rendered here$", out, re.M), out


def test_a_disk_that_fills_up_midway_does_not_fail_the_piece(lone, local, tmp_path):
    """If a disk fills up during a piece, its worker refuses the piece; the client renders it."""
    folder = tmp_path / "disk"
    lone.join("w1", inside=disk(folder, "64m"), COLLIDE_FARM_CACHE=str(folder))
    line = lone.begin("asker", "render", "project=p2", f"farm={lone.typed}")
    wait_until(lambda: rendering(folder / "w1"), what="w1 renders")
    place = seen(lone, "w1", folder) / "much"
    with suppress(OSError), place.open("wb", buffering=0) as much:
        while True:
            much.write(bytes(1 << 16))
    assert line.wait() == 0, lone.log("asker")
    assert lone.house.video("p2").read_bytes() == local["p2"]
    assert left_behind(lone, "w1", folder) == []
    assert "w1: refused" in lone.log("w1"), lone.log("w1")
    assert "it is rendered here" in lone.log("asker")
    assert lone.log("w1").count(": rendered ") == 0


def test_another_worker_renders_a_piece_that_fills_a_disk(lone, local, tmp_path):
    """A piece that does not fit on one worker's disk is rendered once, by another worker."""
    folder = tmp_path / "disk"
    lone.join("w1", inside=disk(folder, "1m"), COLLIDE_FARM_CACHE=str(folder))
    lone.join("w2")
    out = rendered_on_farm(lone, "p2,p3")
    for name in ("p2", "p3"):
        assert lone.house.video(name).read_bytes() == local[name]
    assert renders(lone) == lone.log("w2").count(": rendered ") == 2
    assert out.count(" by w2") == 2


def test_a_full_store_leaves_all_pieces_to_the_client(tmp_path, clips, local):
    """If the farm's own store is full, a note says so, and the client renders the piece."""
    root = tmp_path / "full"
    farm = Farm(house_of(root / "house", clips, pieces(2)), root)
    FarmKey.make(root / "farm.pem")
    folder = root / "disk"
    try:
        farm.open(inside=disk(folder, "64k"), COLLIDE_FARM_CACHE=str(folder))
        farm.join("w1")
        out = rendered_on_farm(farm, "p2")
    finally:
        farm.close()
    assert farm.house.video("p2").read_bytes() == local["p2"]
    assert "507 Insufficient Storage" in out
    assert "it is rendered here" in out


@pytest.mark.parametrize("shift", [YEAR, -YEAR])
def test_a_worker_with_a_wrong_clock_renders_the_same_bytes(lone, local, tmp_path, shift):
    """A worker whose clock is off by over a year joins, renders and publishes as usual.

    A second worker renders the same bytes, and the client has nothing left to render.
    """
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(shift=shift))
    lone.join("w1", PYTHONPATH=f"{tmp_path}:{REPO}")
    rendered_on_farm(lone, "p3")
    lone.join("w2")
    rendered_on_farm(lone, "p2", "twice=true")
    for name in ("p2", "p3"):
        assert lone.house.video(name).read_bytes() == local[name]
    assert [lone.log(name).count(": rendered ") for name in ("w1", "w2")] == [2, 1]
    assert "rendered 0, restored 0" in lone.doit("render", "project=p3").out
    stamps = sorted((lone.folder / "cache" / "w1" / "cache" / "runs").glob("*.json"))
    assert abs(int(stamps[-1].name[:4]) - datetime.now(UTC).year) >= 1  # w1's clock was shifted


@pytest.fixture
def cut(lone, local, tmp_path, clips) -> Iterator[tuple[Farm, bytes]]:
    """Yield the farm and the video of piece p7, whose model is only in the client's workspace."""
    knobs = {"p7": {"seed": 7, "mode": "rembg", "rembg_model": "u2netp"}}
    alone = house_of(tmp_path / "alone", clips, knobs)
    write_model(alone.root / "library" / "models" / "u2netp.onnx")
    assert alone.doit("render", "project=p7").code == 0
    shutil.copytree(alone.root / "library" / "models", lone.house.root / "library" / "models")
    shutil.copytree(alone.root / "projects" / "p7", lone.house.root / "projects" / "p7")
    shutil.rmtree(lone.house.root / "projects" / "p7" / "output")
    yield lone, alone.video("p7").read_bytes()
    shutil.rmtree(lone.house.root / "library" / "models")
    shutil.rmtree(lone.house.root / "projects" / "p7")


def test_a_model_is_sent_to_a_worker_without_it(cut):
    """A model is sent with its piece, and the worker's video equals the local video."""
    farm, video = cut
    farm.join("w1")
    rendered_on_farm(farm, "p7")
    assert farm.house.video("p7").read_bytes() == video
    assert farm.log("w1").count(": rendered ") == 1


def test_a_worker_gets_no_piece_that_needs_a_missing_package(cut, local, tmp_path):
    """If a worker lacks rembg, the client renders a mode=rembg piece and names the package.

    The worker still renders a piece that does not need the package.
    """
    farm, video = cut
    (tmp_path / "sitecustomize.py").write_text(ABSENT)
    farm.join("w1", PYTHONPATH=f"{tmp_path}:{REPO}")
    out = rendered_on_farm(farm, "p7,p2")
    assert "p7: w1 has different packages (rembg missing)" in out
    assert farm.house.video("p7").read_bytes() == video
    assert farm.house.video("p2").read_bytes() == local["p2"]
    assert farm.log("w1").count(": rendered ") == 1
