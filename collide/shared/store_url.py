"""The address of the shared store: COLLIDE_STORE, read only here, and the backend it selects."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from collide.base.errors import InputError, did_you_mean
from collide.shared.door import Door
from collide.shared.farm_key import FarmKey

EXAMPLE = "export COLLIDE_STORE=file:///mnt/nas/collide"


def shared_url() -> str:
    """Return the address of the shared store, "" if none is configured."""
    return os.environ.get("COLLIDE_STORE", "").strip()


def plain_url(url: str) -> str:
    """Return an address without its password, for output."""
    try:
        parts = urlsplit(url)
    except ValueError:  # an invalid address may contain a password anywhere
        return f"{url.partition(':')[0]}:…"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def door_of(url: str, key: FarmKey) -> Door:
    """Return the backend for an address; nothing is requested yet.

    Raises:
        InputError: collide cannot open such an address, or it lacks a part.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for an invalid port
    except ValueError as error:
        raise _refused(url, str(error)) from None
    if parts.scheme not in DOORS:
        why = f"it begins with {parts.scheme}://" if parts.scheme else "it is not an address"
        near = did_you_mean(parts.scheme, DOORS, otherwise="")
        raise _refused(
            url, f"{why}; it must begin with {', '.join(f'{name}://' for name in DOORS)}", near
        )
    if parts.query or parts.fragment:
        raise _refused(url, "it has a part after ? or #")
    return DOORS[parts.scheme](url, parts, key)


def _folder(url: str, parts: SplitResult, _key: FarmKey) -> Door:
    from collide.shared.folder_door import FolderDoor

    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/") or "\0" in path:
        raise _refused(url, "file:// is followed by the full path of a folder: three slashes")
    return FolderDoor(Path(path))


def _bucket(url: str, parts: SplitResult, _key: FarmKey) -> Door:
    if not parts.hostname or "@" in parts.netloc:
        raise _refused(url, "s3:// is followed by the name of a bucket; AWS_* hold the credentials")
    from collide.shared.s3_door import S3Door

    return S3Door(parts.netloc, parts.path.strip("/"))


def _server(url: str, parts: SplitResult, key: FarmKey) -> Door:
    if not parts.hostname:
        raise _refused(url, f"{parts.scheme}:// is followed by the name of a host")
    from collide.shared.http_door import HttpDoor

    return HttpDoor(parts, key)


DOORS: dict[str, Callable[[str, SplitResult, FarmKey], Door]] = {
    "file": _folder,
    "s3": _bucket,
    "http": _server,
    "https": _server,
}


def _refused(url: str, why: str, near: str = "") -> InputError:
    fix = f"{EXAMPLE}\nor s3://BUCKET/FOLDER, http://HOST/FOLDER; or unset COLLIDE_STORE"
    what = f"COLLIDE_STORE={plain_url(url) if '//' in url else url} is not a valid value"
    return InputError(what, why=why, fix=f"{near}\n{fix}" if near else fix)
