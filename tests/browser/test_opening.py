"""The page fixtures detect errors and unwanted requests."""

from tests.browser.conftest import NARROW, opened


def test_a_page_without_errors_passes(tmp_path, open_page):
    """The fixture passes a page without errors and records the file that the page loads."""
    (tmp_path / "beside.js").write_text("document.title = 'it ran'")
    (tmp_path / "page.html").write_text("<!doctype html><script src=beside.js></script>")
    found = open_page(tmp_path / "page.html", size=NARROW)
    assert found.page.title() == "it ran"
    assert found.page.evaluate("innerWidth") == NARROW[0]
    assert [url.rpartition("/")[2] for url in found.requests] == ["page.html", "beside.js"]


def test_errors_and_requests_of_a_page_are_detected(tmp_path, chromium):
    """The fixture detects an exception, a console error and an external request."""
    script = "console.error('said'); setTimeout(() => { throw Error('thrown') })"
    (tmp_path / "page.html").write_text(
        f"<!doctype html><img src='http://stranger.invalid/x.png'><script>{script}</script>"
    )
    with opened(chromium, tmp_path / "page.html") as found:
        found.page.wait_for_function("performance.now() > 200")
    assert "error: said" in found.troubles
    assert any("thrown" in trouble for trouble in found.troubles)
    assert found.strangers() == ["http://stranger.invalid/x.png"]
