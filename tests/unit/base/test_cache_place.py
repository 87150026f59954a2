"""cache_place and workspace: a cache on another disk is used, or reported if it is missing."""

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from collide.base import cache_place
from collide.base.errors import StoreError
from collide.base.workspace import Workspace
from collide.store.objects import Store


@pytest.fixture
def disk(house: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a disk whose cache the workspace has already used once."""
    disk = tmp_path / "media" / "disk"
    disk.mkdir(parents=True)
    monkeypatch.setenv("COLLIDE_CACHE", str(disk / "cache"))
    use(house)
    return disk


def use(house: Workspace) -> None:
    """Use the cache as every rendering verb does."""
    Store(house.cache).ready()
    house.remember_cache()


def refused(house: Workspace) -> str:
    """Return the error about the cache's location, after checking that nothing was created."""
    before = sorted(house.cache_place.parents[1].rglob("*"))
    with pytest.raises(StoreError) as caught:
        use(house)
    assert sorted(house.cache_place.parents[1].rglob("*")) == before
    return str(caught.value)


def test_an_unmounted_disk_is_reported(house: Workspace, disk: Path) -> None:
    """An empty mount point is reported; once the disk is mounted, its cache is used again."""
    disk.rename(disk.with_name("unplugged"))
    disk.mkdir()
    said = refused(house)
    assert "is empty now: perhaps its disk is not mounted" in said
    assert said.endswith("start a new one: rm library/caches.json")
    disk.rmdir()
    disk.with_name("unplugged").rename(disk)
    use(house)


def test_an_empty_cache_folder_counts_as_unmounted(house: Workspace, disk: Path) -> None:
    """An empty cache folder counts as an unmounted disk until the suggested command is run."""
    shutil.rmtree(disk / "cache")
    (disk / "cache").mkdir()
    assert "perhaps its disk is not mounted" in refused(house)
    (house.root / "library" / "caches.json").unlink()
    use(house)
    assert (disk / "cache" / "version").exists(), "the suggested command permits a new cache"


def test_a_missing_parent_folder_of_the_cache_is_reported(
    house: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing parent folder of the cache is reported, and nothing is created."""
    (tmp_path / "media" / "x").mkdir(parents=True)
    monkeypatch.setenv("COLLIDE_CACHE", str(tmp_path / "media" / "none" / "cache"))
    assert f"there is no folder {tmp_path}/media/none" in refused(house)


@pytest.mark.parametrize("how", ["variable", "link"])
def test_a_file_in_place_of_the_cache_is_reported(
    house: Workspace, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A file where the cache should be is reported; after the fix, the cache can be used."""
    file, place = house.root / "dodo", house.root / "cache"
    file.write_text("x")
    if how == "variable":
        monkeypatch.setenv("COLLIDE_CACHE", str(file))
        place = file
    else:
        place.symlink_to(file)
    what, why, fix = refused(house).splitlines()
    assert what == f"the cache cannot be at {place}"
    assert why.endswith("it is a file, but a cache needs a folder")
    if how == "variable":
        assert fix.startswith("  fix  unset COLLIDE_CACHE, or set it to an empty folder: export ")
        monkeypatch.delenv("COLLIDE_CACHE")
    else:
        assert fix == f"  fix  remove the link: rm {place}"
        place.unlink()
    use(house)
    assert (house.root / "cache" / "version").exists()


def test_a_broken_link_to_a_cache_is_reported(house: Workspace, tmp_path: Path) -> None:
    """A broken link from cache/ to a folder on another disk is reported."""
    (house.root / "cache").symlink_to(tmp_path / "away" / "cache")
    assert "is missing" in refused(house)


def test_a_cache_below_media_needs_a_mounted_disk(
    house: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache below /media is refused until its disk is mounted or its folder created."""
    disks = tmp_path / "media"
    disks.mkdir()
    monkeypatch.setattr(cache_place, "DISKS", (str(disks),))
    for place in (disks / "disk", disks / "disk" / "cache"):
        monkeypatch.setenv("COLLIDE_CACHE", str(place))
        said = refused(house)
        assert f"there is no folder {place}: its disk is not mounted" in said
        assert said.endswith(f"create the folder: mkdir -p {place}")
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == disks / "disk")
    (disks / "disk").mkdir()
    use(house)
    assert (disks / "disk" / "cache" / "version").exists()


def test_a_deleted_cache_is_replaced_with_a_notice(house: Workspace, disk: Path) -> None:
    """A deleted cache is replaced with a notice if other files show that its disk is mounted."""
    (disk / "photos").mkdir()
    assert house.lost_cache() == ""
    shutil.rmtree(disk / "cache")
    assert house.lost_cache().startswith("starting a new cache in ")
    use(house)
    assert house.lost_cache() == ""


def test_only_caches_elsewhere_are_recorded(
    house: Workspace, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache outside the workspace is listed once, however often it is used; cache/ is not."""
    use(house)
    listed = json.loads((house.root / "library" / "caches.json").read_bytes())
    assert listed == {"caches": [str(disk / "cache")]}
    monkeypatch.delenv("COLLIDE_CACHE")
    use(house)
    shutil.rmtree(house.cache)
    use(house)
    assert json.loads((house.root / "library" / "caches.json").read_bytes()) == listed


@pytest.mark.parametrize("place", ["library/video", "projects/x", ".", "library/video/cache"])
def test_a_cache_among_clips_or_projects_is_refused(
    house: Workspace, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A cache in the root or among clips or projects is refused, so that files never mix."""
    (house.root / "projects" / "x").mkdir(parents=True)
    monkeypatch.setenv("COLLIDE_CACHE", str(house.root / place))
    with pytest.raises(StoreError, match="the cache cannot be at"):
        use(house)
    assert not list((house.root / "library" / "video").iterdir())


@pytest.mark.parametrize("kind", ["locked", "without room"])
def test_an_unusable_folder_is_refused_with_its_variable(
    house: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A folder that is read-only or has no space at all is refused before work starts."""
    folder = tmp_path / "locked"
    folder.mkdir()
    monkeypatch.setenv("COLLIDE_CACHE", str(folder / "cache"))
    if kind == "locked":
        real = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: path != folder and real(path, mode))
    else:
        monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_blocks=0))
    with pytest.raises(StoreError) as caught:
        house.cache  # noqa: B018 - a property that may raise
    assert caught.value.code == 3
    assert caught.value.why == f"COLLIDE_CACHE names it: no file can be written to {folder}"
    assert "export COLLIDE_CACHE=" in caught.value.fix
