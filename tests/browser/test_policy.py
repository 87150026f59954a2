"""Saved pages work under a strict content policy: files, inline styles, and a single script."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page

from collide.catalog import shipped
from collide.verbs.download import cameras_page
from collide.views.gallery_page import about, gallery_page
from tests.browser.conftest import Open
from tests.browser.test_clips_page import filmed
from tests.browser.test_gallery import RUN, gallery, look
from tests.browser.test_report import report

__all__ = ["filmed", "gallery", "report"]
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src file: data:; media-src file:; "
    "base-uri 'none'; form-action 'none'; script-src 'sha256-{}'"
)


def strict(html: bytes) -> str:
    """Insert a policy that allows only the page's last script, by its digest."""
    text = html.decode()
    code = text.rpartition("<script>")[2].partition("</script>")[0]
    policy = POLICY.format(b64encode(sha256(code.encode()).digest()).decode())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return text.replace("<head>", f"<head>{meta}")


@pytest.mark.parametrize("name", ["gallery", "report", "clips", "cameras"])
def test_a_page_works_under_the_content_security_policy(
    name: str, tmp_path: Path, open_page: Open, request: pytest.FixtureRequest
) -> None:
    """A page works under the policy, which forbids inline handlers, eval and fetching."""
    path = PAGES[name](tmp_path, request)
    path.write_text(strict(path.read_bytes()))
    page: Page = open_page(path).page
    for key in ("ArrowRight", *(() if name == "clips" else ("Enter", "Escape")), ".", "/"):
        page.keyboard.press(key)
    if name == "cameras":
        page.fill("#link", "https://example.org/clip")
    for hovered in page.locator(":is(.frame, video, figure a):visible").all()[:2]:
        hovered.hover()
        page.evaluate("new Promise(done => setTimeout(done, 400))")
    assert page.locator("h1").is_visible()


def _cameras(folder: Path, _: pytest.FixtureRequest) -> Path:
    (folder / "search.html").write_bytes(cameras_page())
    return folder / "search.html"


def _gallery(_: Path, request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue("gallery")
    looks = [look(number, video="object") for number in (2, 1)]
    sheet = {"verb": "sweep", "when": 1.8e9, "last": True,
             "cells": [{"number": 1, "look": "01abcdef", "turned": "a=1"}]}  # fmt: skip
    project = {"name": "x", "looks": looks, "sheets": [sheet], "run": RUN}
    path.write_bytes(gallery_page("x", [project], about(shipped())))
    return path


def _report(_: Path, request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue("report")
    return path


def _clips(folder: Path, request: pytest.FixtureRequest) -> Path:
    request.getfixturevalue("filmed")
    return folder / "cache" / "clips" / "index.html"


PAGES: dict[str, Callable[[Path, pytest.FixtureRequest], Path]] = {
    "gallery": _gallery,
    "report": _report,
    "clips": _clips,
    "cameras": _cameras,
}
