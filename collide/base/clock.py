"""The clock: the only module that reads the time or waits."""

import time
from datetime import UTC, datetime


def monotonic() -> float:
    """Return seconds on a clock that never goes back."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def unix_time() -> float:
    """Return the seconds since 1970."""
    return time.time()


def utc_text() -> str:
    """Return the time of day as text, to a second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def unix_nanoseconds() -> int:
    """Return the nanoseconds since 1970."""
    return time.time_ns()
