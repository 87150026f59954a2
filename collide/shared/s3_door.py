"""The backend s3://BUCKET/PREFIX: any store that speaks S3; the only file that imports obstore.

Credentials, region and endpoint come from the environment: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL and the others that AWS's own tools read.
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

DAY = 86400.0  # seconds after which a use is noted again
REFUSED = ("PermissionDenied", "Unauthenticated")
TWICE: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=SILENCE)}


class S3Door:
    """The objects of one bucket, below a prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._store = _opened(bucket, prefix)

    def size(self, address: str) -> int | None:
        """Return the bytes at an address, None where nothing is."""
        import obstore

        try:
            return int(obstore.head(self._store, address)["size"])
        except FileNotFoundError:
            return None
        except Exception as error:
            raise _failed(error) from None

    def chunks(self, address: str) -> Generator[bytes, None, None]:
        """Yield what is at an address; AbsentError where nothing is."""
        import obstore

        try:
            for data in obstore.get(self._store, address).stream(min_chunk_size=CHUNK):
                yield bytes(data)
        except FileNotFoundError:
            raise AbsentError(address) from None
        except Exception as error:
            raise _failed(error) from None

    def put(self, address: str, source: Path | bytes) -> None:
        """Put a file, or bytes, at an address; S3 shows it when it is whole."""
        import obstore

        try:
            obstore.put(self._store, address, source)
        except Exception as error:
            failed = _failed(error)
            full = "507" in str(error) or "Insufficient" in str(error)
            raise UnfitError(f"it is full: {failed}") if full else failed from None

    def touch(self, address: str) -> None:
        """Note a use of an entry, once a day, by putting it again: S3 keeps no time of use."""
        import obstore

        try:
            if not address.startswith("ac/"):
                return
            found = obstore.get(self._store, address)
            if unix_time() - found.meta["last_modified"].timestamp() > DAY:
                obstore.put(self._store, address, bytes(found.bytes()))
        except Exception:  # who may only read keeps no notes
            return

    def kept(self) -> Iterator[Kept]:
        """Yield all that is kept."""
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
        """Take away what is at an address, if it is there."""
        import obstore

        try:
            obstore.delete(self._store, address)
        except FileNotFoundError:
            return
        except Exception as error:
            raise _failed(error) from None

    def is_new(self) -> bool:
        """A server is known by its answers."""
        return False

    def close(self) -> None:
        """Connections end with the process."""


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
        "timeout": timedelta(hours=1),  # of a whole object; who asks waits as long as it is worth
    }
    more: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    if endpoint and not os.environ.get("AWS_ACCESS_KEY_ID"):
        more["skip_signature"] = True  # a store of one's own may let everybody in
    if not os.environ.get("AWS_REGION") and not os.environ.get("AWS_DEFAULT_REGION"):
        more["region"] = "us-east-1"  # what stores elsewhere than at AWS take for granted
    try:
        return S3Store(
            bucket, prefix=prefix or None, client_options=options, retry_config=TWICE, **more
        )
    except Exception as error:
        raise InputError(
            f"s3://{bucket} cannot be opened",
            why=_text(error),
            fix="look at AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
        ) from None


def _failed(error: Exception) -> DoorError:
    """Return an error of obstore as the store's; it has many kinds, and Python's own."""
    shut = isinstance(error, PermissionError) or any(n in type(error).__name__ for n in REFUSED)
    return UnfitError(f"it refuses: {_text(error)}") if shut else DoorError(_text(error))


def _text(error: Exception) -> str:
    """Return why, of an error's first line; obstore tells of its retries before, and then of its
    own insides.
    """
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return re.sub(r"^.*retry_timeout: \S+\s+- ", "", first)[:200]
