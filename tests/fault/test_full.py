"""A disk that is full: said in words, nothing broken is published, and the rerun succeeds."""

import json
import shutil
import subprocess

import pytest

from collide.hashing import digest_file

SIZES = ["40k", "150k", "600k", "1m", "2m", "4m", "6m"]


@pytest.fixture
def small(faulty, tmp_path):
    """Mount a small disk for the cache; skip where that is not permitted."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(*options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)]
        return subprocess.run(command, capture_output=True).returncode == 0

    if not shutil.which("mount") or not mount("size=1m"):
        pytest.skip("no right to mount a small disk here")
    yield place, mount
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_nothing_broken_stays(faulty, small, monkeypatch):
    """At whatever point the disk fills up: a code of 1 or 2, the disk named, whole objects only."""
    place, mount = small
    env = {**faulty.env(), "COLLIDE_CACHE": str(place)}
    monkeypatch.setattr(type(faulty), "env", lambda self: env)
    before, codes = digest_file(faulty.video()), []
    for size in SIZES:
        faulty.video().unlink(missing_ok=True)
        assert mount("remount", f"size={size}")
        ran = faulty.doit("render", "project=x")
        codes.append(ran.code)
        assert "Traceback" not in ran.out
        if ran.code == 0:
            assert digest_file(faulty.video()) == before
            continue
        assert ran.code in (1, 2), ran.out
        assert f"the disk is full: {place}" in ran.out
        assert "another clip" not in ran.out
        assert not faulty.video().exists()
        for path in (place / "objects").glob("*/*"):
            assert digest_file(path) == path.name
        for path in (place / "actions").glob("*/*.json"):
            json.loads(path.read_text())
    assert codes[0] != 0
    assert mount("remount", "size=200m")
    ran = faulty.again()
    assert digest_file(faulty.video()) == before
