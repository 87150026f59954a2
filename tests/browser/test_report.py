"""The report of a night, opened as in the morning: what failed is seen first, and can be pasted."""

from datetime import datetime

import pytest

from collide.nights.child_render import FAILED, RENDERED, Outcome
from collide.nights.morning import NightReport
from collide.views.night_report import report_page
from tests.browser.conftest import NARROW, WIDE

BEGAN = datetime(2026, 11, 25, 0, 15).timestamp()
EVIL = "</pre><script>document.title = 'taken'</script>"


@pytest.fixture
def report(tmp_path):
    """A page of two nights' worth: twenty were made, one of them failed."""
    pieces = [
        Outcome(f"night-{n:03d}", RENDERED, began=BEGAN, seconds=60.0 + n, look=f"{n:08x}",
                video=f"projects/night-{n:03d}/output/night-{n:03d}.mp4", bytes=10**7 * n)
        for n in range(1, 21)
    ]  # fmt: skip
    why = f"layer:2: {EVIL}\n  fix  ffmpeg " + "-i file:a " * 40
    pieces.append(Outcome("bad", FAILED, why, BEGAN, 3.0))
    path = tmp_path / "cache" / "nights" / "one" / "report.html"
    path.parent.mkdir(parents=True)
    whole = NightReport("doit night until=07:00", BEGAN, BEGAN + 9000, pieces, ended=BEGAN + 8000)
    path.write_bytes(report_page(whole, tmp_path, path.parent, {}))
    return path


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_fits_every_screen_and_what_failed_stands_first(report, open_page, size):
    """Nothing is cut off at the side, also on a telephone; strange texts stay texts."""
    page = open_page(report, size).page
    assert page.title() == "The night of 25 November 2026"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    heads = page.locator("h2").all_inner_texts()
    assert heads[:2] == ["What failed", "What was made"]
    assert EVIL in page.locator(".failure pre").inner_text()
    assert page.locator(".counts li").all_inner_texts()[0].split() == ["20", "made"]


def test_a_video_opens_from_it(report, open_page):
    """Its link leads from the page to the project's own output."""
    link = open_page(report).page.get_by_role("link", name="night-007")
    place = report.parents[3] / "projects" / "night-007" / "output" / "night-007.mp4"
    assert link.evaluate("a => a.href") == place.as_uri()
