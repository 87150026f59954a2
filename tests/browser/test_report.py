"""The report of a night, opened as in the morning: what failed is seen first, and can be pasted."""

from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image

from collide.nights.child_render import FAILED, RENDERED, Outcome
from collide.nights.morning import NightReport
from collide.views.night_report import report_page
from tests.browser.conftest import NARROW, WIDE
from tests.render.conftest import make_clip

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
    picture = BytesIO()
    Image.new("RGB", (640, 360), "teal").save(picture, "JPEG")
    stills = {f"{n:08x}": picture.getvalue() for n in range(1, 20)}
    path.write_bytes(report_page(whole, tmp_path, path.parent, stills))
    (tmp_path / "projects" / "night-001" / "output").mkdir(parents=True)
    make_clip(tmp_path / pieces[0].video, picture="testsrc2=s=64x36:r=10", seconds=2)
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


def test_pictures_are_large_and_the_video_plays_in_the_page(report, open_page):
    """A picture each, as wide as its column; nothing loads till the mouse rests there."""
    found = open_page(report)
    page, film = found.page, found.page.locator("video").first
    assert film.bounding_box()["width"] >= 380
    assert page.locator("video[poster^='data:image/jpeg']").count() == 19
    assert not any(url.endswith(".mp4") for url in found.requests)
    playing = "document.querySelector('video').currentTime > 0"
    film.hover()
    page.wait_for_function(playing)
    assert film.evaluate("film => film.muted")
    page.mouse.move(0, 0)
    page.wait_for_function("document.querySelector('video').paused")
    film.evaluate("film => { film.currentTime = 0; film.focus(); }")
    page.keyboard.press("Space")
    page.wait_for_function("!document.querySelector('video').paused")


def test_a_piece_is_starred_from_the_report(report, open_page):
    """The same marks as in the gallery, and the line that stars it; taken back, there is none."""
    page = open_page(report, NARROW).page
    star = page.get_by_role("button", name="star 00000003")
    star.click()
    assert page.locator("#line").inner_text() == "doit star project=night-003 look=00000003"
    page.reload()
    assert star.get_attribute("aria-pressed") == "true"
    assert page.evaluate("JSON.parse(localStorage['collide.marks'])") == {
        "night-003/00000003": True
    }
    star.click()
    assert not page.locator("#bar").is_visible()


def test_a_night_without_a_picture_or_a_piece_has_a_page(tmp_path, open_page):
    """Nothing was made: nothing is shown, and nothing fails."""
    whole = NightReport("doit night until=07:00", BEGAN, BEGAN + 9000, [], ended=BEGAN + 8000)
    (tmp_path / "report.html").write_bytes(report_page(whole, tmp_path, tmp_path, {}))
    page = open_page(tmp_path / "report.html").page
    assert page.locator("video").count() == 0
    assert not page.locator("#bar").is_visible()
