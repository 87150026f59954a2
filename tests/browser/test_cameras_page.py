"""The camera-search page draws the same file names as collide, and links to the right sites."""

import re
import shlex
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from collide.base.files import write_whole
from collide.download.camera_names import filled, names, table
from collide.verbs.download import cameras_page
from tests.browser.conftest import NARROW, Open

PATTERNS = {pattern["name"]: pattern for pattern in table()["patterns"]}
SITES = table()["sites"]


@pytest.fixture
def page(tmp_path: Path, open_page: Open) -> Page:
    """Open the page in its initial state: all cameras, the first site and a dozen names."""
    write_whole(tmp_path / "camera-search.html", cameras_page())
    return open_page(tmp_path / "camera-search.html").page


def drawn(page: Page) -> list[str]:
    """Return the visible names."""
    cells = page.locator("#found td:first-child").all_text_contents()
    return [cell.removesuffix("copy") for cell in cells]


def only(page: Page, *cameras: str) -> None:
    """Select only these cameras."""
    page.click("[data-all='']")
    for camera in cameras:
        page.check(f"#cameras input[value='{names().index(camera)}']")


def shape(pattern: dict) -> str:
    """Return a regular expression that matches every name drawn from a pattern."""
    form = re.sub(r"\\\{(\d)\\\}", r"\\d{\1}", re.escape(pattern["form"]))
    return form.replace(r"\{date\}", r"\d{8}").replace(r"\{day\}", r"\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("name", PATTERNS)
def test_the_page_draws_the_same_names_as_python(page: Page, name: str) -> None:
    """The page and `doit download search=…` draw the same name at the same point of a pattern."""
    places = [0.0, 0.0001, 0.25, 0.5, 0.777, 0.99, 1 - 2**-53]
    told = page.evaluate(
        "([name, places]) => places.map(at => filled(patterns.find(p => p.name === name), at))",
        [name, places],
    )
    assert told == [filled(PATTERNS[name], at) for at in places]


def test_the_page_opens_with_names_of_many_cameras(page: Page) -> None:
    """The page opens with a dozen names from many cameras, and pressing `d` draws other names."""
    first = drawn(page)
    assert len(first) == len(set(first)) == 12
    every = re.compile("|".join(f"(?:{shape(p)})" for p in PATTERNS.values()))
    assert all(every.fullmatch(name) for name in first)
    page.keyboard.press("d")
    assert drawn(page) != first


@pytest.mark.parametrize("name", PATTERNS)
def test_a_single_selected_camera_gives_all_names(page: Page, name: str) -> None:
    """With one camera selected, the page and the command use only that camera."""
    only(page, name)
    assert drawn(page) and all(re.fullmatch(shape(PATTERNS[name]), n) for n in drawn(page))
    assert page.inner_text("#line").startswith(f"doit download search={name} count=")


def test_row_order_draws_a_range_in_order(page: Page) -> None:
    """In row order, the page lists a number for every camera before it lists the next number."""
    only(page, "DSC", "GX")
    page.select_option("#order", "row")
    page.fill("#from", "98")
    page.fill("#to", "100")
    expected = ["DSC_0098", "GX010098", "DSC_0099", "GX010099", "DSC_0100", "GX010100"]
    assert drawn(page) == expected
    page.fill("#count", "3")
    assert drawn(page) == expected[:3]
    page.select_option("#order", "random")
    page.fill("#count", "50")
    assert sorted(drawn(page)) == sorted(expected), "there are no more than these"


def test_dates_stay_within_the_requested_range(page: Page) -> None:
    """The page draws only dates in the requested range, and in the selected camera's years."""
    only(page, "WP")
    page.select_option("#order", "row")
    page.fill("#since", "2016-12-30")
    assert drawn(page) == ["WP_20161230", "WP_20161231"]
    page.fill("#since", "2020-01-01")
    assert drawn(page) == []
    assert "no chosen camera has names within these limits" in page.inner_text("#said")


def test_each_selected_site_has_a_link(page: Page) -> None:
    """Each name links to each selected site: URL-encoded, and quoted for an exact search.

    A link opens a new tab, which does not learn the page's address.
    """
    only(page, "DCIM")
    page.fill("#count", "2")
    for at in range(1, len(SITES)):
        page.check(f"#sites input[value='{at}']")
    for mark in ("", '"'):
        page.set_checked("#exact", checked=bool(mark))
        expected = [
            site["url"].replace("{words}", quote(f"{mark}{name}{mark}", safe="!'()*~"))
            for name in drawn(page)
            for site in SITES
        ]
        links = page.locator("#found a")
        assert [link.get_attribute("href") for link in links.all()] == expected
    assert links.first.get_attribute("target") == "_blank"
    assert "noreferrer" in links.first.get_attribute("rel")


def test_buttons_copy_names_and_links_and_open_tabs(page: Page) -> None:
    """Buttons copy one name, all names, or all links, and open at most five tabs at a time."""
    page.evaluate("() => { window.tabs = []; window.open = (...said) => { tabs.push(said) } }")
    page.check("#sites input[value='3']")
    shown = drawn(page)
    clipboard = "navigator.clipboard.readText()"
    page.click("#names")
    assert page.evaluate(clipboard).splitlines() == shown
    assert page.inner_text("#said") == "copied: 12 names"
    page.click("#links")
    links = page.evaluate(clipboard).splitlines()
    assert links == [link.get_attribute("href") for link in page.locator("#found a").all()]
    page.locator("#found button").nth(3).click()
    assert page.evaluate(clipboard) == shown[3]
    page.click("#open")
    assert page.evaluate("tabs") == [[link, "_blank", "noreferrer"] for link in links[:5]]
    assert "open the first 5" in page.inner_text("#open")


@pytest.mark.parametrize(
    ("field", "value"), [("count", ""), ("count", "-3"), ("count", "1e9"), ("from", ""), ("to", "")]
)
def test_an_empty_or_invalid_field_sets_no_limit(page: Page, field: str, value: str) -> None:
    """If a field is empty or invalid, the page still draws names, but at most 200."""
    page.fill(f"#{field}", value)
    assert 1 <= len(drawn(page)) <= 200


def test_the_page_fits_a_phone(tmp_path: Path, open_page: Open) -> None:
    """The camera-search page fits the width of a phone's screen."""
    write_whole(tmp_path / "camera-search.html", cameras_page())
    page = open_page(tmp_path / "camera-search.html", size=NARROW).page
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_each_link_has_a_command_that_downloads_from_it(page: Page) -> None:
    """The command copied next to a link contains the link's address as one shell word."""
    page.check("#sites input[value='1']")
    page.check("#exact")
    for at in (0, 1):
        link = page.locator("#found a").nth(at).get_attribute("href")
        page.locator(".way input").nth(at).click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == shlex.join(["doit", "download", f"url={link}", "count=1"])
        assert copied in page.inner_text("#said")


def test_a_pasted_link_becomes_a_command(page: Page) -> None:
    """The page turns a pasted address into a quoted command, and any other text into a message."""
    link = "https://www.youtube.com/watch?v=a&list=$(touch pwned)'"
    page.fill("#link", f"  {link} ".replace(" pwned", "%20pwned"))
    line = page.inner_text("#fetch")
    assert shlex.split(line) == ["doit", "download", f"url={link.replace(' ', '%20')}"]
    page.click("#take")
    assert page.evaluate("navigator.clipboard.readText()") == line
    before = drawn(page)
    for wrong in ("youtube", "javascript:alert(1)", "https://", "https://a b"):
        page.fill("#link", wrong)
        assert "that is not an address" in page.inner_text("#fetch")
        assert not page.locator("#take").is_visible()
    assert drawn(page) == before, "no names are drawn for a link"
