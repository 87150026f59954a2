"""The live page in a tab of a real Chromium, and helpers that operate its controls."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator
from playwright.sync_api import Page as Tab

from tests.patience import HANGS
from tests.tune.conftest import Page

__all__ = ["opens"]  # fixtures
WIDE = (1600, 1000)
LATE = HANGS * 1000  # milliseconds

Opens = Callable[..., Tab]


@pytest.fixture
def opens(chromium: Browser, page: Page) -> Iterator[Opens]:
    """Yield a function that opens the page in a tab; fail on errors or requests to other sites.

    The argument `before` is a script that runs before the page's own scripts.
    """
    troubles: list[str] = []
    contexts = []

    def open_tab(size: tuple[int, int] = WIDE, before: str = "") -> Tab:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(LATE)

        def logged(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and "GPU stall" not in message.text:
                troubles.append(f"{message.type}: {message.text}")

        tab.on("console", logged)
        tab.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
        tab.on("request", lambda asked: _here(asked.url, page, troubles))
        tab.add_init_script(before)
        tab.goto(page.address)
        exact(tab)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert troubles == []


def _here(url: str, page: Page, troubles: list[str]) -> None:
    if not url.startswith((page.address, "data:", "blob:")):
        troubles.append(f"requested {url}")


def exact(tab: Tab, after: str = "") -> str:
    """Wait for an exact still whose address is not `after`; return its address."""
    tab.wait_for_function(
        "before => document.getElementById('mark').textContent === 'exact'"
        " && document.getElementById('exact').src !== before",
        arg=after,
    )
    return str(tab.locator("#exact").get_attribute("src"))


MARKS = """() => {
    const mark = document.getElementById('mark');
    window.marks = [];
    const heard = () => window.marks.push(mark.textContent);
    new MutationObserver(heard).observe(mark, { childList: true });
}"""


def marks(tab: Tab) -> None:
    """Start recording every text that the mark on the picture shows, however briefly."""
    tab.evaluate(MARKS)


def marked(tab: Tab, text: str) -> None:
    """Wait until the mark has shown a text that begins with `text` since the call of `marks`."""
    tab.wait_for_function("text => window.marks.some((one) => one.startsWith(text))", arg=text)


def control(tab: Tab, name: str) -> Locator:
    """Open the tab of a knob and all groups; return the knob's control."""
    layer = name.partition(".")[0].removeprefix("layer") if "." in name else "0"
    tab.click(f"#tab-{layer}")
    tab.evaluate(
        "document.querySelectorAll('#panel details').forEach((one) => { one.open = true; })"
    )
    return tab.locator(f'[data-name="{name}"]')
