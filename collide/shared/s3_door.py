"""The backend s3://BUCKET/PREFIX, for any store that speaks S3; only this file imports obstore.

Credentials, region and endpoint come from the environment: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL, and other variables that obstore reads.
"""

import os
import re
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.shared.door import (
    ADDRESS,
    CHUNK,
    CONNECT,
    SILENCE,
    AbsentError,
    DoorError,
    Kept,
    UnfitError,
)

if TYPE_CHECKING:
    from obstore.store import S3Store

BUCKETS = "AWS_"  # prefix of the variables that obstore and this file read
DAY = 86400.0  # seconds until a use is recorded again
REFUSED = ("PermissionDenied", "Unauthenticated")
TWICE: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=SILENCE)}


class S3Door:
    """The objects of one bucket, below a prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._store = _opened(bucket, prefix)

    def size(self, address: str) -> int | None:
        """Return the size in bytes of the item at an address, or None if there is no item."""
        import obstore

        try:
            return int(obstore.head(self._store, address)["size"])
        except FileNotFoundError:
            return None
        except Exception as error:
            raise _failed(error) from None

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield the content at an address. Raise AbsentError if there is no item."""
        import obstore

        try:
            for data in obstore.get(self._store, address).stream(min_chunk_size=CHUNK):
                yield bytes(data)
        except FileNotFoundError:
            raise AbsentError(address) from None
        except Exception as error:
            raise _failed(error) from None

    def put(self, address: str, source: Path | bytes) -> None:
        """Write a file or bytes to an address; S3 publishes only complete uploads."""
        import obstore

        try:
            obstore.put(self._store, address, source)
        except Exception as error:
            failed = _failed(error)
            full = "507" in str(error) or "Insufficient" in str(error)
            raise UnfitError(f"it is full: {failed}") if full else failed from None

    def touch(self, address: str) -> None:
        """Record an entry's use, at most once a day, by rewriting the entry to update its time."""
        import obstore

        try:
            if not address.startswith("ac/"):
                return
            item = obstore.get(self._store, address)
            if unix_time() - item.meta["last_modified"].timestamp() > DAY:
                obstore.put(self._store, address, bytes(item.bytes()))
        except Exception:  # read-only access cannot record uses
            return

    def kept(self) -> Iterator[Kept]:
        """Yield all items."""
        import obstore

        try:
            for folder in ("ac", "cas"):
                for batch in obstore.list(self._store, prefix=f"{folder}/"):
                    for meta in batch:
                        if ADDRESS.fullmatch(meta["path"]):
                            when = meta["last_modified"].timestamp()
                            yield Kept(meta["path"], meta["size"], when)
        except Exception as error:
            raise _failed(error) from None

    def remove(self, address: str) -> None:
        """Delete the item at an address, if any."""
        import obstore

        try:
            obstore.delete(self._store, address)
        except FileNotFoundError:
            return
        except Exception as error:
            raise _failed(error) from None

    def is_new(self) -> bool:
        """Return False, because only a folder can look new when its disk is not mounted."""
        return False

    def close(self) -> None:
        """Do nothing, because connections end with the process."""


def _opened(bucket: str, prefix: str) -> "S3Store":
    try:
        from obstore.store import S3Store
    except ImportError:
        raise InputError(
            "COLLIDE_STORE is an s3:// address, which needs the package obstore",
            why="it is not installed",
            fix="pip install -c constraints.txt -e '.[farm]'",
        ) from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    options: Any = {
        "allow_http": endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=CONNECT),
        "timeout": timedelta(hours=1),  # per object; the caller decides how long to wait
    }
    more: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    if endpoint and not os.environ.get("AWS_ACCESS_KEY_ID"):
        more["skip_signature"] = True  # a private server may allow anonymous access
    if not os.environ.get("AWS_REGION") and not os.environ.get("AWS_DEFAULT_REGION"):
        more["region"] = "us-east-1"  # what stores other than AWS expect
    try:
        return S3Store(
            bucket, prefix=prefix or None, client_options=options, retry_config=TWICE, **more
        )
    except Exception as error:
        raise InputError(
            f"s3://{bucket} cannot be opened",
            why=_text(error),
            fix="check AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
        ) from None


def _failed(error: Exception) -> DoorError:
    """Convert an error from obstore or Python to a store error."""
    shut = isinstance(error, PermissionError) or any(n in type(error).__name__ for n in REFUSED)
    return UnfitError(f"it refuses: {_text(error)}") if shut else DoorError(_text(error))


def _text(error: Exception) -> str:
    """Return the reason in an obstore error: its first line, without the report about retries."""
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return re.sub(r"^.*retry_timeout: \S+\s+- ", "", first)[:200]
