"""The address of the shared store, COLLIDE_STORE, and the backend that it selects."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from urllib.parse import SplitResult, unquote, urlsplit

from collide.base.errors import InputError, did_you_mean
from collide.shared.door import Door
from collide.shared.farm_key import FarmKey

EXAMPLE = "export COLLIDE_STORE=file:///mnt/nas/collide"


def shared_url() -> str:
    """Return the shared store's address, or "" if COLLIDE_STORE is not set."""
    return os.environ.get("COLLIDE_STORE", "").strip()


def plain_url(url: str) -> str:
    """Return an address without user name, password and query, for output."""
    try:
        parts = urlsplit(url)
    except ValueError:  # an invalid address may contain a password anywhere
        return f"{url.partition(':')[0]}:…"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def door_of(url: str, key: FarmKey) -> Door:
    """Return the backend for an address, without sending a request.

    Raises:
        InputError: the address is invalid, or collide has no backend for it.
    """
    parts = checked(url)
    return DOORS[parts.scheme](parts, key)


def checked(url: str) -> SplitResult:
    """Return the parts of an address; raise InputError if collide cannot open it."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for an invalid port
    except ValueError as error:
        raise _refused(url, str(error)) from None
    if parts.scheme not in DOORS:
        why = f"it begins with {parts.scheme}://" if parts.scheme else "it is not an address"
        if guess := _likely_url(url):
            why = "it is a path" if guess.startswith("file:") else "it is a host without a scheme"
        near = "" if guess else did_you_mean(parts.scheme, DOORS, otherwise="")
        starts = ", ".join(f"{name}://" for name in DOORS)
        raise _refused(url, f"{why}; it must begin with {starts}", near, guess)
    if parts.query or parts.fragment:
        raise _refused(url, "it contains a part after ? or #")
    path = unquote(parts.path)
    whole = parts.netloc in ("", "localhost") and path.startswith("/") and "\0" not in path
    if parts.scheme == "file" and not whole:
        why = "file:// must be followed by the full path of a folder: that makes three slashes"
        raise _refused(url, why, guess=_as_url(unquote(f"/{parts.netloc}{parts.path}")))
    if parts.scheme == "s3" and (not parts.hostname or "@" in parts.netloc):
        why = "s3:// must be followed by a bucket's name; credentials belong in AWS_* variables"
        raise _refused(url, why)
    if not parts.hostname and parts.scheme != "file":
        raise _refused(url, f"{parts.scheme}:// must be followed by the name of a host")
    return parts


def _likely_url(url: str) -> str:
    """Return the address for a path or for a host with its port, or "" for any other text."""
    if re.fullmatch(r"[\w.-]+:[0-9]{1,5}(/.*)?", url):
        return f"http://{url}"
    path = "://" not in url and (url[:1] in ("/", "~", ".") or Path(url).is_dir())
    return _as_url(url) if path else ""


def _as_url(path: str) -> str:
    """Return a folder's address, or "" if the path is invalid."""
    path = re.sub(r"^/*~(?=/)", str(Path.home()), path)
    return Path(path).absolute().as_uri() if path.strip("/") and "\0" not in path else ""


def _folder(parts: SplitResult, _key: FarmKey) -> Door:
    from collide.shared.folder_door import FolderDoor

    return FolderDoor(Path(unquote(parts.path)))


def _bucket(parts: SplitResult, _key: FarmKey) -> Door:
    from collide.shared.s3_door import S3Door

    return S3Door(parts.netloc, parts.path.strip("/"))


def _server(parts: SplitResult, key: FarmKey) -> Door:
    from collide.shared.http_door import HttpDoor

    return HttpDoor(parts, key)


DOORS: dict[str, Callable[[SplitResult, FarmKey], Door]] = {
    "file": _folder,
    "s3": _bucket,
    "http": _server,
    "https": _server,
}


def _refused(url: str, why: str, near: str = "", guess: str = "") -> InputError:
    other = f"{EXAMPLE}\nor s3://BUCKET/FOLDER, http://HOST/FOLDER; or unset COLLIDE_STORE"
    fix = f"export COLLIDE_STORE={quote(guess)}\nor unset COLLIDE_STORE" if guess else other
    what = f"COLLIDE_STORE={plain_url(url) if '//' in url else url} is not a valid value"
    return InputError(what, why=why, fix=f"{near}\n{fix}" if near else fix)
