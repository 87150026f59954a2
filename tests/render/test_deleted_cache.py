"""Deleting the cache loses nothing that a person decided, and results are rendered again."""

import json
import shutil

from collide.base.hashing import digest_file
from tests.render.conftest import House, make_clip


def outside(house: House) -> dict[str, str]:
    """Map the workspace's files outside the cache, except manifests, to their digests."""
    files = [path for path in house.root.rglob("*") if path.is_file()]
    inside = [house.root / "cache", house.root / "__pycache__"]
    return {
        str(path.relative_to(house.root)): digest_file(path)
        for path in files
        if not any(path.is_relative_to(folder) for folder in inside)
        and path.name != "manifest.json"  # a manifest records times
    }


def test_a_deleted_cache_loses_only_rendered_results(house, tmp_path):
    """After the cache is deleted, folders, stars, names and `doit undo` still work.

    A render after the deletion makes the same video, byte for byte.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    make_clip(disk / "far.mp4", picture="testsrc2=s=160x90:r=25")
    for words in (
        ["scan", f"path={disk}"],
        ["star", "project=x", "name=first"],
        ["set", "project=x", "layer1.clip=far.mp4"],
        ["set", "project=x", "layer2.contrast=1.2"],
    ):
        assert house.doit(*words).code == 0
    first = house.manifest()["look"]
    house.render()
    before, listed = outside(house), house.doit("looks", "project=x").out
    assert f"{first}  " in listed and "starred" in listed

    shutil.rmtree(house.root / "cache")
    assert house.doit("looks", "project=x").out == listed.replace("video here   ", "video evicted")
    scanned = house.doit("scan").out
    assert "5 clips can be used" in scanned and str(disk / "far.mp4") in scanned
    ran = house.render()
    assert "mux" in ran.rendered and "skipped" not in ran.out
    assert outside(house) == before

    assert house.doit("render", "project=x", f"look={first}").code == 0
    pin = house.root / "cache" / "pins" / f"x-{first}.json"
    video = house.manifest()["tasks"]["mux"]["objects"]["video.mp4"]
    assert video in json.loads(pin.read_bytes())["objects"], "it is kept from eviction again"
    assert digest_file(house.video()) == digest_file(house.video().with_name("first.mp4"))

    assert house.doit("undo", "project=x").code == 0
    assert "layer2.contrast" not in json.loads(
        (house.video().parents[1] / "config.json").read_text()
    )
    assert house.doit("star", "project=x", f"look={first}", "off=true").code == 0
    assert "starred" not in house.doit("looks", "project=x").out and not pin.exists()


def test_a_star_from_an_older_collide_is_kept(house):
    """If a star is only in the cache, the next render writes it into the project."""
    first = house.manifest()["look"]
    assert house.doit("star", "project=x").code == 0
    (house.root / "projects" / "x" / "stars.json").unlink()
    house.render("layer2.contrast=1.3")
    shutil.rmtree(house.root / "cache")
    (line,) = [line for line in house.doit("looks", "project=x").out.splitlines() if first in line]
    assert "starred" in line


def test_a_cache_on_a_missing_disk_is_reported(house, tmp_path, monkeypatch):
    """If the cache's disk is missing or empty, verbs that need the cache exit with 3.

    These verbs do not create a new cache.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    monkeypatch.setattr(
        House, "env", lambda self, env=House.env: {**env(self), "COLLIDE_CACHE": f"{disk}/cache"}
    )
    house.render()
    disk.rename(tmp_path / "unplugged")
    for state in ("missing", "empty"):
        for words in (["render", "project=x"], ["plan", "project=x"], ["scan"], ["cache", "stats"]):
            ran = house.doit(*words)
            assert ran.code == 3, (state, words, ran.out)
            assert ran.out.startswith(f"ERROR: the cache at {disk}/cache is missing\n  why  ")
        assert not disk.exists() or not any(disk.iterdir())
        disk.mkdir(exist_ok=True)
    assert house.doit("help").code == 0
    disk.rmdir()
    (tmp_path / "unplugged").rename(disk)
    assert not house.render().rendered
