"""Fixtures that open a page as a person does: from the disk, in Chromium, without a network."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

WIDE, NARROW = (1400, 900), (400, 800)  # desktop and phone screens


@dataclass
class Opened:
    """An open page, with its errors, warnings, and the address of every request it made."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def strangers(self) -> list[str]:
        """Return the requests for anything except files on this disk."""
        return [url for url in self.requests if not url.startswith(("file://", "blob:file://"))]


Open = Callable[..., Opened]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests in this folder, so that `pytest -m 'not browser'` skips them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def opened(browser: Browser, path: Path, size: tuple[int, int] = WIDE) -> Iterator[Opened]:
    """Yield a file opened as a page, offline and with a fresh profile.

    The caller checks the recorded errors and requests.
    """
    width, height = size
    context = browser.new_context(offline=True, viewport={"width": width, "height": height})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    found = Opened(context.new_page())

    def logged(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.troubles.append(f"{message.type}: {message.text}")

    found.page.on("console", logged)
    found.page.on("pageerror", lambda error: found.troubles.append(f"uncaught: {error}"))
    context.on("request", lambda request: found.requests.append(request.url))
    found.page.goto(path.resolve().as_uri())
    yield found
    context.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Yield a function that opens a page: `open_page(path, size=NARROW).page`.

    The test fails if its page logs an error or a warning, or requests anything except files.
    """
    contexts, pages = [], []

    def open_one(path: Path, size: tuple[int, int] = WIDE) -> Opened:
        contexts.append(opened(chromium, path, size))
        pages.append(contexts[-1].__enter__())
        return pages[-1]

    yield open_one
    for context in contexts:
        context.__exit__(None, None, None)
    for page in pages:
        assert not page.troubles
        assert not page.strangers()
