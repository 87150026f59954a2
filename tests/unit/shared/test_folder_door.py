"""folder_door: files are complete or absent, and disk errors are reported."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from collide.base.clock import unix_time
from collide.shared.door import AbsentError, DoorError, UnfitError
from collide.shared.folder_door import DAY, FolderDoor

ADDRESS = f"cas/{'a' * 64}"


def test_stored_objects_are_complete(nas: Path) -> None:
    """Bytes and files are stored completely, in new folders, without leaving partial files."""
    door = FolderDoor(nas)
    assert door.is_new()
    assert door.size(ADDRESS) is None
    door.put(ADDRESS, b"one")
    assert not door.is_new()
    assert (door.size(ADDRESS), b"".join(door.chunks(ADDRESS))) == (3, b"one")
    (nas / "file").write_bytes(b"three")
    door.put(ADDRESS, nas / "file")
    assert b"".join(door.chunks(ADDRESS)) == b"three"
    assert [path.name for path in (nas / "cas").iterdir()] == ["a" * 64]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, UnfitError), (errno.EROFS, UnfitError), (errno.EDQUOT, UnfitError),
     (errno.EACCES, UnfitError), (errno.EIO, DoorError), (errno.ESTALE, DoorError)],
)  # fmt: skip
def test_a_failed_write_leaves_no_file(
    nas: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[DoorError]
) -> None:
    """A failed write leaves no file and raises UnfitError if the disk accepts no data."""

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(DoorError) as failed:
        FolderDoor(nas).put(ADDRESS, b"one")
    assert type(failed.value) is kind
    assert not list((nas / "cas").iterdir())


@pytest.mark.parametrize("name", ["scandir", "unlink"])
@pytest.mark.parametrize(("number", "kind"), [(errno.EACCES, UnfitError), (errno.EIO, DoorError)])
def test_a_failed_listing_is_reported_with_its_reason(
    nas: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, kind: type[DoorError]
) -> None:
    """If listing items or deleting an old partial file fails, a DoorError says why."""
    FolderDoor(nas).put(ADDRESS, b"one")
    (nas / "cas" / ".half-old").write_bytes(b"x")
    os.utime(nas / "cas" / ".half-old", (1e9, 1e9))

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, name, fails)
        with pytest.raises(DoorError, match=os.strerror(number)) as failed:
            list(FolderDoor(nas).kept())
    assert type(failed.value) is kind


def test_an_inaccessible_parent_folder_is_reported(
    nas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store below an inaccessible folder raises an error instead of seeming empty."""
    real = os.stat

    def locked(path: Any, *more: Any, **named: Any) -> os.stat_result:
        if str(path).startswith(str(nas)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *more, **named)

    door = FolderDoor(nas)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", locked)
        for act in (door.is_new, lambda: door.size(ADDRESS), lambda: list(door.kept())):
            with pytest.raises(UnfitError, match=os.strerror(errno.EACCES)):
                act()


def test_a_missing_folder_is_never_created(tmp_path: Path) -> None:
    """A missing folder, which may be an unmounted disk, is never created."""
    door = FolderDoor(tmp_path / "away")
    for act in (
        lambda: door.size(ADDRESS),
        lambda: list(door.chunks(ADDRESS)),
        lambda: door.put(ADDRESS, b"one"),
        lambda: list(door.kept()),
    ):
        with pytest.raises(DoorError, match="mount its disk"):
            act()
    assert not (tmp_path / "away").exists()


def test_reading_an_absent_object_raises_an_error(nas: Path) -> None:
    """Reading an absent object raises AbsentError; deleting it is not an error."""
    door = FolderDoor(nas)
    with pytest.raises(AbsentError):
        list(door.chunks(ADDRESS))
    door.remove(ADDRESS)


def test_a_use_is_recorded_once_a_day(nas: Path) -> None:
    """A use is recorded at most once a day; an absent file does not cause an error."""
    door, path = FolderDoor(nas), nas / ADDRESS
    door.put(ADDRESS, b"one")
    old = unix_time() - 2 * DAY
    os.utime(path, (old, old))
    door.touch(ADDRESS)
    assert path.stat().st_mtime > old + DAY
    young = unix_time() - DAY / 2
    os.utime(path, (young, young))
    door.touch(ADDRESS)
    assert path.stat().st_mtime == pytest.approx(young)
    door.touch(f"cas/{'b' * 64}")


def test_only_our_own_files_are_listed(nas: Path) -> None:
    """Only entries and objects are listed; old partial files are deleted, but no other files."""
    door = FolderDoor(nas)
    door.put(ADDRESS, b"one")
    door.put(f"ac/{'c' * 64}", b"entry")
    for name in (".half-new", ".half-old", "README"):
        (nas / "cas" / name).write_bytes(b"x")
    os.utime(nas / "cas" / ".half-old", (1e9, 1e9))
    assert {(one.address, one.size) for one in door.kept()} == {
        (ADDRESS, 3),
        (f"ac/{'c' * 64}", 5),
    }
    left = {path.name for path in (nas / "cas").iterdir()}
    assert left == {"a" * 64, ".half-new", "README"}
