"""store_url: valid and invalid addresses of a store."""

import sys
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.shared.farm_key import FarmKey
from collide.shared.folder_door import FolderDoor
from collide.shared.shared_store import open_store
from collide.shared.store_url import door_of, plain_url, shared_url


def test_a_folders_path_may_contain_spaces_and_any_letters(key: FarmKey) -> None:
    """A folder's path may contain spaces and any letters, percent-encoded or not."""
    for text in (
        "file:///mnt/n%C3%A4s/a%20b",
        "file:///mnt/näs/a b",
        "file://localhost/mnt/näs/a b",
    ):
        door = door_of(text, key)
        assert isinstance(door, FolderDoor)
        assert door.root == Path("/mnt/näs/a b")


@pytest.mark.parametrize(
    "text",
    ["nas", "file:nas", "file://nas/x", "file://", "ftp://h/x", "s3://", "s3:///x", "http:///x",
     "http://h:port/x", "https://", "http://h/x?y", "http://[::1/x", "s3://a@b/x", "file:///a\0b"],
)  # fmt: skip
def test_an_invalid_address_is_refused(key: FarmKey, text: str) -> None:
    """An invalid address is refused, and the fix includes an `export` command."""
    with pytest.raises(InputError) as refused:
        door_of(text, key)
    assert refused.value.fix.partition("export")[1]


def test_a_mistyped_scheme_gets_a_suggestion(key: FarmKey) -> None:
    """The fix for a mistyped scheme suggests the closest valid scheme: http for htp."""
    with pytest.raises(InputError) as refused:
        door_of("htp://nas/x", key)
    assert refused.value.fix.startswith("did you mean 'http'?")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/mnt/nas", "file:///mnt/nas"),
        ("/mnt/a b", "file:///mnt/a%20b"),
        ("~/nas", f"file://{Path.home()}/nas"),
        ("file://mnt/nas", "file:///mnt/nas"),
        ("file://~/nas", f"file://{Path.home()}/nas"),
        ("nas:8000", "http://nas:8000"),
        ("10.0.0.5:8000/x", "http://10.0.0.5:8000/x"),
    ],
)
def test_a_path_is_corrected_to_its_address(
    key: FarmKey, monkeypatch: pytest.MonkeyPatch, text: str, meant: str
) -> None:
    """The fix for a path or a host is to export its address; no key is needed."""
    monkeypatch.setenv("COLLIDE_STORE", text)
    with pytest.raises(InputError) as refused:
        open_store()
    assert refused.value.fix == f"export COLLIDE_STORE={meant}\nor unset COLLIDE_STORE"
    assert door_of(meant, key)


def test_a_printed_address_contains_no_password() -> None:
    """A printed address contains no user name, password or query."""
    assert plain_url("http://ann:secret@nas:80/x?token=1") == "http://nas:80/x"
    assert plain_url("s3://") == "s3://"


def test_spaces_around_the_address_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces around the address in COLLIDE_STORE are ignored; if it is unset, the address is ""."""
    monkeypatch.setenv("COLLIDE_STORE", " file:///x ")
    assert shared_url() == "file:///x"
    monkeypatch.delenv("COLLIDE_STORE")
    assert shared_url() == ""


def test_a_bucket_needs_a_package(key: FarmKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the package for buckets is missing, the error names it and suggests installing it."""
    for name in ("obstore", "obstore.store"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError) as refused:
        door_of("s3://bucket/collide", key)
    what = "COLLIDE_STORE is an s3:// address, which needs the package obstore"
    assert refused.value.what == what
    assert refused.value.why == "it is not installed"
    assert refused.value.fix == "pip install -c constraints.txt -e '.[farm]'"
