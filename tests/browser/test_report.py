"""The report that a person reads after a night: failures first, with commands to paste."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image

from collide.nights.changes import Change
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.morning import NightReport
from collide.views.night_report import report_page
from tests.browser.conftest import NARROW, WIDE
from tests.render.conftest import make_clip

BEGAN = datetime(2026, 11, 25, 0, 15).timestamp()
EVIL = "</pre><script>document.title = 'taken'</script>"


@pytest.fixture
def report(tmp_path):
    """Write the report for a night with twenty rendered pieces and one failure; return its path."""
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
def test_the_report_fits_every_screen_and_lists_failures_first(report, open_page, size):
    """The report fits a desktop and a phone, lists failures first, and prints errors as text."""
    page = open_page(report, size).page
    assert page.title() == "The night of 25 November 2026"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    heads = page.locator("h2").all_inner_texts()
    assert heads[:2] == ["What failed", "Rendered"]
    assert EVIL in page.locator(".failure pre").inner_text()
    assert page.locator(".counts li").all_inner_texts()[0].split() == ["20", "made"]


def test_the_report_begins_with_counts_and_commands(tmp_path, open_page):
    """The report begins with counts, times, and the commands that render the rest.

    Each card says why its piece was rendered.
    """
    pieces = [
        Outcome("x", RENDERED, began=BEGAN, seconds=36.0, look="a1265b66", video="x.mp4"),
        Outcome("y", RENDERED, "a new piece: it had no video yet", BEGAN, 36.0, video="y.mp4"),
        Outcome("old", REUSED, video="old.mp4"),
        Outcome("night-001", LATER, "it takes about 16 min", BEGAN + 60, expected=960.0),
    ]  # fmt: skip
    changed = [Change("x", "0" * 8, "a1265b66", "layer2.similarity 0.2 → 0.3")]
    command = "doit night until=00:19 pool=1"
    whole = NightReport(command, BEGAN, BEGAN + 240, pieces, ended=BEGAN + 90, changed=changed)
    (tmp_path / "report.html").write_bytes(report_page(whole, tmp_path, tmp_path, {}))
    page = open_page(tmp_path / "report.html").page
    assert page.locator(".head").inner_text() == (
        "2 new videos; 1 could not begin: 16 min needed, 3 min left"
    )
    lines = page.locator(".more code").all_inner_texts()
    assert re.fullmatch(r"doit night until=\d\d:\d\d pool=1", lines[0]) and lines[0] != command
    assert lines[1] == "doit set project=night-001 duration=10"
    assert page.locator(".why").all_inner_texts() == [changed[0].why, pieces[1].why]
    assert page.locator(".counts li").all_inner_texts()[1].split() == ["1", "up", "to", "date"]


def test_the_link_of_a_piece_opens_its_video(report, open_page):
    """A piece's link opens the video in the project's output folder."""
    link = open_page(report).page.get_by_role("link", name="night-007")
    place = report.parents[3] / "projects" / "night-007" / "output" / "night-007.mp4"
    assert link.evaluate("a => a.href") == place.as_uri()


def test_pictures_are_large_and_videos_play_on_hover(report, open_page):
    """Pictures are at least 380 pixels wide, and the page loads videos only on hover.

    On hover, a video plays silently until the mouse leaves; the space bar also plays it.
    """
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
    """Stars work as they do in the gallery; the star command disappears with the last star."""
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


def test_the_report_of_a_night_without_pieces_opens(tmp_path, open_page):
    """The report for a night without pieces opens without an error and shows no video."""
    whole = NightReport("doit night until=07:00", BEGAN, BEGAN + 9000, [], ended=BEGAN + 8000)
    (tmp_path / "report.html").write_bytes(report_page(whole, tmp_path, tmp_path, {}))
    page = open_page(tmp_path / "report.html").page
    assert page.locator("video").count() == 0
    assert not page.locator("#bar").is_visible()
