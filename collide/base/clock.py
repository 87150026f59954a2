"""The clock: every module reads the time and sleeps through it, except farm/dask_engine.py."""

from datetime import UTC, datetime
from time import monotonic, sleep
from time import time as unix_time
from time import time_ns as unix_nanoseconds

__all__ = ["monotonic", "sleep", "unix_nanoseconds", "unix_time", "utc_now", "utc_text"]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def utc_text() -> str:
    """Return the current time in UTC as text, to the second."""
    return utc_now().isoformat(timespec="seconds")
