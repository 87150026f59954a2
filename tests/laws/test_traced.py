"""A step opens only the files that its key names, and the programs that run it."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import collide
from collide.engine.programs import find_engine
from tests.fault.syscalls import possible
from tests.laws.traced import MARK
from tests.model import write_model
from tests.patience import HANGS
from tests.render.conftest import make_clip

# Kinds of steps in a render and in a still.
KINDS = {
    "probe", "levels", "keyframe", "matte", "color", "layer", "presence", "hear", "audio", "mix",
    "loudness", "stack", "plate", "post", "encode", "mux", "record", "frame", "look", "still",
}  # fmt: skip

OPENED = re.compile(r"= \d+<([^>]+)>")
BEGINS = re.compile(rf'"{MARK}begins ([^"]+)"')
ROOT = Path(__file__).parents[2]
HOUSE = str(Path(str(collide.__file__)).parent)
PYTHON = ("lib", "lib64", "bin")  # folders with Python's own files
PACKAGES = Path(sysconfig.get_path("purelib"))
SYSTEM = ("/lib", "/usr/lib", "/etc/ld.so", "/proc/", "/sys/", "/dev/")

# Files that Python libraries read on import to identify the system.
ABOUT = ("/etc/", "/usr/share/zoneinfo/", "/.dockerenv")

# Packages that libraries import if present, and packages that collide itself needs.
OPTIONAL = {
    "rich", "charset_normalizer", "_distutils_hack", "xxhash", "psutil", "yaml", "_yaml",
    "coverage",
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], set[str]]]:
    """Map each step of a small piece to the files it may open and the files it opened."""
    if not possible():
        pytest.skip("it needs strace, and the right to use it: apt install strace")
    house = tmp_path_factory.mktemp("traced")
    for folder in ("video", "models"):
        (house / "library" / folder).mkdir(parents=True)
    sound = "sine=220:r=44100"
    video = house / "library" / "video"
    make_clip(video / "a.mp4", picture="testsrc2=s=96x54:r=25", sound=sound, seconds=2)
    make_clip(video / "b.mp4", picture="mandelbrot=s=80x60:r=24", seconds=1)
    write_model(house / "library" / "models" / "u2netp.onnx")
    log, steps = house / "opened", house / "steps"
    env = {name: value for name, value in os.environ.items() if name != "COLLIDE_CACHE"}
    done = subprocess.run(
        ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-e", "trace=open,openat", "-e",
         "signal=none", "-o", log,
         sys.executable, "-m", "tests.laws.traced", house, steps],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=HANGS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = {line["task"]: line for line in map(json.loads, steps.read_text().splitlines())}
    opened: dict[str, set[str]] = {task: set() for task in told}
    for task, path in _opened(log):
        opened[task].add(path)
    return {task: (told[task], opened[task]) for task in told}


def _opened(log: Path) -> Iterator[tuple[str, str]]:
    """Yield each opened file, and the step that ran at that time."""
    task = ""
    for line in log.read_text().splitlines():
        if begun := BEGINS.search(line):
            task = begun[1]
        elif f'"{MARK}ends"' in line:
            task = ""
        elif task and (path := OPENED.search(line)):
            yield task, path[1]


@cache
def files_of(library: str) -> frozenset[str]:
    """Return the top-level names in site-packages of a library and its dependencies."""
    seen, todo = set[str](), [library]
    while todo:
        name = re.split(r"[^\w.-]", todo.pop())[0].lower().replace("_", "-")
        try:
            if name in seen or not (found := importlib.metadata.distribution(name)):
                continue
        except importlib.metadata.PackageNotFoundError:
            continue  # a package for another Python or system
        seen.add(name)
        todo += [need for need in found.requires or [] if "extra ==" not in need]
    files = (importlib.metadata.files(name) or [] for name in seen)
    return frozenset(file.parts[0] for many in files for file in many)


def allowed(told: dict[str, Any], path: str) -> bool:
    """Return whether a step may open a file."""
    if path in (*told["inputs"], str(find_engine().path), str(ROOT), f"{sys.prefix}/pyvenv.cfg"):
        return True  # Python looks for modules in ROOT
    if Path(path).parent == ROOT / "collide.egg-info":
        return True  # metadata of collide's own package
    if path == "/proc":
        return True  # collide watches its child processes there
    if any(f"{path}/".startswith(f"{folder}/") for folder in (told["folder"], HOUSE)):
        return True
    if path.startswith(SYSTEM) or (told["libraries"] and path.startswith(ABOUT)):
        return True
    if Path(path).is_relative_to(PACKAGES):
        return package(told["libraries"], Path(path).relative_to(PACKAGES).parts)
    prefixes = (Path(root, name) for root in (sys.base_prefix, sys.prefix) for name in PYTHON)
    return any(Path(path).is_relative_to(prefix) for prefix in prefixes)


def package(libraries: list[str], inside: tuple[str, ...]) -> bool:
    """Return whether a file in site-packages belongs to one of `libraries`, or is metadata."""
    if not inside or inside[0].endswith((".pth", ".dist-info")):
        return True
    mine = {part for library in libraries for part in files_of(library)}
    return bool(mine) and inside[0] in mine | OPTIONAL


@pytest.mark.parametrize(
    "path", ["/home/x/a.mp4", "/etc/fonts/fonts.conf", f"{PACKAGES}/rich/a.py", f"{ROOT}/README.md"]
)
def test_a_step_may_not_open_a_foreign_file(path: str) -> None:
    """A step may not open a file outside its inputs, libraries and programs."""
    assert not allowed({"inputs": ["/a.mp4"], "folder": "/tmp/x", "libraries": []}, path)


def test_every_kind_of_step_is_traced(traced: dict[str, Any]) -> None:
    """The trace covers every kind of step, and each step opens its stored inputs."""
    assert {task.partition(":")[0] for task in traced} == KINDS
    for task, (told, opened) in traced.items():
        assert {path for path in told["inputs"] if "/objects/" in path} <= opened, task


def test_a_step_opens_only_declared_files(traced: dict[str, Any]) -> None:
    """A step opens only its inputs, its folder, and the programs and libraries that run it."""
    strange = {
        (task, path)
        for task, (told, opened) in traced.items()
        for path in opened
        if not allowed(told, path)
    }
    assert not "\n".join(f"{task} opens {path}" for task, path in sorted(strange))
