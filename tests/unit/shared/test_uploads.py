"""uploads: results are sent while rendering, smallest first; unsent results are counted."""

import threading

import pytest

from collide.shared.door import DoorError, UnfitError
from collide.shared.uploads import ERRORS, MOST_WAITING, Uploads
from tests.patience import HANGS, wait_until


def gate(uploads: Uploads) -> threading.Event:
    """Block the uploading thread with a first upload; return the event that releases the thread."""
    opened, began = threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        opened.wait(HANGS)

    uploads.add(0, wait)
    began.wait(HANGS)
    return opened


def test_the_smallest_results_are_sent_first() -> None:
    """The smallest results are sent first."""
    uploads, sent = Uploads(), list[int]()
    opened = gate(uploads)
    for size in (30, 10, 20):
        uploads.add(size, lambda size=size: sent.append(size))
    opened.set()
    uploads.end(HANGS)
    assert sent == [10, 20, 30]
    assert not uploads.dropped


def test_adding_an_upload_never_blocks() -> None:
    """A hanging store blocks nothing; uploads beyond the queue's size are dropped and counted."""
    uploads = Uploads()
    opened = gate(uploads)
    for _ in range(MOST_WAITING + 3):
        uploads.add(5, lambda: None)
    assert uploads.dropped == {"results": 3, "bytes": 15}
    opened.set()
    uploads.end(HANGS)
    assert uploads.dropped["results"] == 3


def test_unfinished_uploads_are_dropped_at_the_end() -> None:
    """Uploads that are unfinished when time runs out are dropped and counted."""
    uploads = Uploads()
    opened = gate(uploads)
    uploads.add(7, lambda: None)
    uploads.end(0.0)
    assert uploads.dropped == {"results": 2, "bytes": 7}
    opened.set()
    uploads.add(1, lambda: None)
    assert uploads.dropped["results"] == 3


@pytest.mark.parametrize("error", [DoorError, UnfitError, LookupError])
def test_an_upload_dropped_at_the_end_counts_once(error: type[Exception]) -> None:
    """An upload that is dropped at the end and fails later is counted once."""
    uploads, opened, began = Uploads(), threading.Event(), threading.Event()

    def fails() -> None:
        began.set()
        opened.wait(HANGS)
        raise error

    uploads.add(7, fails)
    began.wait(HANGS)
    uploads.end(0.0)
    assert uploads.dropped == {"results": 1, "bytes": 7}
    opened.set()
    assert uploads._thread
    uploads._thread.join(HANGS)
    assert uploads.dropped == {"results": 1, "bytes": 7}


@pytest.mark.parametrize(("error", "most"), [(UnfitError, 1), (DoorError, ERRORS)])
def test_uploads_stop_if_the_store_rejects_them(error: type[DoorError], most: int) -> None:
    """Uploads stop immediately if the store is full or read-only, and after a few other errors."""
    uploads, tried = Uploads(), list[int]()

    def fails() -> None:
        tried.append(1)
        raise error("it is full")

    opened = gate(uploads)
    for _ in range(9):
        uploads.add(1, fails)
    opened.set()
    wait_until(lambda: uploads.trouble, what="trouble")
    uploads.end(HANGS)
    assert uploads.trouble == "it is full"
    assert len(tried) == most
    assert uploads.dropped["results"] == 9


def test_an_evicted_result_is_dropped_and_uploads_go_on() -> None:
    """A result that was evicted before its upload counts as dropped, and uploads go on."""
    uploads, sent = Uploads(), list[int]()

    def gone() -> None:
        raise LookupError

    uploads.add(1, gone)
    uploads.add(2, lambda: sent.append(2))
    uploads.end(HANGS)
    assert sent == [2]
    assert (uploads.trouble, uploads.dropped["results"]) == ("", 1)
