"""errors: the parts of a message, suggested names, and system errors."""

import errno
import os
from pathlib import Path

import pytest

from collide.base.errors import (
    CollideError,
    InputError,
    StoreError,
    TaskError,
    barred,
    did_you_mean,
    not_permitted,
    of_disk,
)
from collide.base.files import write_whole


def test_an_error_says_what_why_and_fix_in_three_lines() -> None:
    """A message consists of three parts, each on a new line: what is wrong, why, and the fix."""
    error = InputError("no clip", why="the folder is empty", fix="copy one there")
    assert str(error) == "no clip\n  why  the folder is empty\n  fix  copy one there"


def test_continuation_lines_are_indented_under_the_first() -> None:
    """Continuation lines of `why` or `fix` are indented under the first line."""
    error = TaskError("it failed", why="one\ntwo", fix="paste:\nffmpeg -i a")
    assert str(error) == "it failed\n  why  one\n       two\n  fix  paste:\n       ffmpeg -i a"


def test_an_empty_why_still_prints_its_label() -> None:
    """The label of an empty `why` is still printed."""
    assert str(StoreError("x", why="", fix="y")) == "x\n  why  \n  fix  y"


@pytest.mark.parametrize(
    ("kind", "code"), [(CollideError, 2), (InputError, 3), (TaskError, 1), (StoreError, 3)]
)
def test_each_kind_of_error_has_its_exit_code(kind: type[CollideError], code: int) -> None:
    """Each class of error has a fixed exit code."""
    assert kind("a", why="b", fix="c").code == code


def test_an_error_with_another_reason_has_no_corrections() -> None:
    """A copy with another reason or fix keeps what is wrong and drops the corrections."""
    error = InputError(
        "no clip", why="it is gone", fix="scan", turns=[{"n": "1"}], meant=("a", "b")
    )
    other, fixed = error.because("it moved", "one", "two"), error.fixed("three")
    assert (other.what, other.why, other.fix) == ("no clip", "it moved", "one\ntwo")
    assert (fixed.what, fixed.why, fixed.fix) == ("no clip", "it is gone", "three")
    assert [(one.turns, one.meant) for one in (other, fixed)] == [([], None)] * 2


def test_one_except_clause_catches_all_errors() -> None:
    """InputError, TaskError and StoreError are CollideErrors, so one `except` catches them all."""
    assert all(issubclass(k, CollideError) for k in (InputError, TaskError, StoreError))


def test_only_a_similar_name_is_suggested() -> None:
    """A similar name is suggested; if no name is similar, the fallback text is used."""
    assert did_you_mean("fitt", ["fit"], otherwise="look") == "did you mean 'fit'?"
    assert did_you_mean("qqq", ["fit"], otherwise="look") == "look"


# --- system errors ---


def test_a_full_disk_error_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a disk is full, the error names the folder of the file that was being written."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as raised:
        write_whole(tmp_path / "output" / "x.mp4", b"video")
    error = of_disk(raised.value, tmp_path / "cache")
    assert error.what == f"the disk is full: {tmp_path / 'output'}"
    assert "COLLIDE_CACHE" not in error.fix
    assert not list((tmp_path / "output").iterdir())


def test_an_error_without_a_file_name_reports_a_full_cache(tmp_path: Path) -> None:
    """If a full-disk error names no file, the given cache folder is reported as full."""
    error = of_disk(OSError(errno.ENOSPC, "No space left on device"), tmp_path)
    assert (error.what, error.code) == (f"the disk is full: {tmp_path}", 1)
    assert "COLLIDE_CACHE" in error.fix


def test_a_read_only_file_is_never_replaced(tmp_path: Path) -> None:
    """A read-only file is never replaced; after a chmod it can be written."""
    path = tmp_path / "config.json"
    path.write_bytes(b"mine")
    path.chmod(0o444)
    with pytest.raises(PermissionError) as raised:
        write_whole(path, b"other")
    assert path.read_bytes() == b"mine"
    assert [one.name for one in tmp_path.iterdir()] == ["config.json"]
    path.chmod(0o644)
    write_whole(path, b"other")
    assert raised.value.filename == str(path)


@pytest.mark.parametrize(
    ("lacks", "named", "fix"),
    [
        (os.W_OK, "x", "chmod u+w x"),
        (os.W_OK | os.X_OK, "x", "chmod u+rx x"),
        (os.R_OK, "x/config.json", "chmod u+rw x/config.json"),
        (os.W_OK, "x/config.json", "chmod u+w x/config.json"),
    ],
)
def test_an_unwritable_path_is_named_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: int, named: str, fix: str
) -> None:
    """If access is denied, the error names the folder or file, and the fix is a chmod command."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "config.json").write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)
    place = tmp_path / named
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place or not mode & lacks)
    error = not_permitted(tmp_path / "x" / "config.json", "Permission denied")
    assert error.what.startswith(f"{named} cannot be ")
    assert error.fix == fix


def test_a_write_into_a_read_only_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write into a read-only folder raises an error that names the folder."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path or not mode & 2)
    with pytest.raises(PermissionError) as raised:
        write_whole(tmp_path / "sheets.json", b"{}")
    assert raised.value.filename == str(tmp_path)


def test_an_unreadable_file_is_distinguished_from_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read causes an error with a chmod; other paths cause no error."""
    monkeypatch.chdir(tmp_path)
    clip = tmp_path / "a.mp4"
    clip.touch()
    assert barred(clip) is None and barred(tmp_path / "gone.mp4") is None
    monkeypatch.setattr(os, "access", lambda path, mode: path != clip or mode != os.R_OK)
    error = barred(clip)
    assert error and (error.what, error.why) == ("a.mp4 cannot be read", "Permission denied")
    assert error.fix == "chmod u+rw a.mp4"


def test_permissions_cannot_fix_a_read_only_disk(tmp_path: Path) -> None:
    """chmod cannot make a read-only disk writable, so the error does not suggest chmod."""
    error = of_disk(OSError(errno.EROFS, os.strerror(errno.EROFS), str(tmp_path)), tmp_path)
    assert "chmod" not in error.fix
    assert "Read-only file system" in error.why


@pytest.mark.parametrize("odd", ["file", "folder"])
def test_a_file_or_folder_in_the_way_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    """The error names a file where a folder should be, or the reverse, and suggests moving it."""
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "output" / "deep" / "x.mp4"
    if odd == "file":
        (tmp_path / "output").touch()
    else:
        target.mkdir(parents=True)
    with pytest.raises(OSError, match=r".") as caught:
        write_whole(target, b"x")
    error = of_disk(caught.value, tmp_path)
    place, must = ("output", "folder") if odd == "file" else ("output/deep/x.mp4", "file")
    assert error.what == f"{place} is a {odd}, but must be a {must}"
    assert error.fix == f"move it away: mv {place} {place}.old"
    Path(place).rename(f"{place}.old")
    write_whole(target, b"x")
    assert target.read_bytes() == b"x"
