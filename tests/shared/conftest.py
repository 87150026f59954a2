"""Fixtures: clips, and machines that share a store, empty or filled."""

import shutil
from pathlib import Path

import pytest

from tests.render.conftest import make_clip
from tests.shared.machines import Machines


@pytest.fixture(scope="session")
def two_clips(tmp_path_factory) -> Path:
    """Return a folder with two small clips, one of them with sound."""
    folder = tmp_path_factory.mktemp("two clips")
    make_clip(folder / "a.mp4", picture="testsrc2=s=160x90:r=25", sound="sine=220", seconds=2)
    make_clip(folder / "b.mp4", picture="mandelbrot=s=128x72:r=24", seconds=2)
    return folder


@pytest.fixture(scope="session")
def first(tmp_path_factory, two_clips) -> Machines:
    """Return machines with a store that one machine has filled, for tests to copy."""
    machines = Machines(tmp_path_factory.mktemp("first"), two_clips)
    machines.another().go()
    return machines


@pytest.fixture
def machines(tmp_path, two_clips) -> Machines:
    """Return machines that share an empty store."""
    return Machines(tmp_path, two_clips)


@pytest.fixture
def filled(tmp_path, two_clips, first) -> Machines:
    """Return machines that share a store filled by another machine."""
    machines = Machines(tmp_path, two_clips)
    shutil.rmtree(machines.nas)
    shutil.copytree(first.nas, machines.nas)
    machines.key.path.unlink()
    shutil.copy(first.key.path, machines.key.path)
    machines.key = type(first.key).read(machines.key.path)
    return machines


@pytest.fixture(scope="session")
def video(first) -> bytes:
    """Return the video that the first machine rendered."""
    return (first.folder / "machine-1" / "projects" / "x" / "output" / "x.mp4").read_bytes()
