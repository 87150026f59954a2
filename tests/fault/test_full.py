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


@pytest.fixture
def elsewhere(faulty, small, monkeypatch):
    """A house whose cache is on the small disk."""
    env = {**faulty.env(), "COLLIDE_CACHE": str(small[0])}
    monkeypatch.setattr(type(faulty), "env", lambda self: env)
    return faulty


def refused(house, place, ran) -> None:
    """Nothing but a clear word came of it: no video, no half object, no half action."""
    assert "Traceback" not in ran.out
    assert f"the disk is full: {place}" in ran.out or "% of the disk" in ran.out
    assert "another clip" not in ran.out
    assert not house.video().exists()
    for path in (place / "objects").glob("*/*"):
        assert digest_file(path) == path.name
    for path in (place / "actions").glob("*/*.json"):
        json.loads(path.read_text())


def test_a_disk_that_is_too_small_is_said_before_anything_renders(elsewhere, small):
    """What cannot fit is refused at once, with what would make room; with room, it renders."""
    place, mount = small
    before = digest_file(elsewhere.video())
    for size in SIZES:
        elsewhere.video().unlink(missing_ok=True)
        assert mount("remount", f"size={size}")
        ran = elsewhere.doit("render", "project=x")
        assert ran.code in (1, 2, 3), ran.out
        refused(elsewhere, place, ran)
    assert mount("remount", "size=200m")
    elsewhere.again()
    assert digest_file(elsewhere.video()) == before


@pytest.mark.parametrize("call", range(2, 16, 3))
def test_a_disk_that_fills_up_meanwhile_is_said(elsewhere, small, call):
    """Whatever command it hits: a code of 1 or 2, the disk named, whole objects only; then all."""
    place, mount = small
    before = digest_file(elsewhere.video())
    elsewhere.video().unlink()
    assert mount("remount", "size=50m")
    # one large file would meet the size limit that every ffmpeg has
    fill = f"for i in 1 2 3 4 5 6 7; do head -c 9M /dev/zero > {place}/filler$i; done 2> /dev/null"
    elsewhere.order(call, fill, "now")
    ran = elsewhere.doit("render", "project=x")
    assert ran.code in (1, 2), ran.out
    refused(elsewhere, place, ran)
    for filler in place.glob("filler*"):
        filler.unlink()
    elsewhere.again()
    assert digest_file(elsewhere.video()) == before
