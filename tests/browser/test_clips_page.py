"""A person can search, sort and scrub clips on the clips page, and copy their names."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from collide.base.files import write_whole
from collide.base.media import Clip
from collide.library.temper import Temper
from collide.views.clips_page import clips_page
from collide.views.inventory import Row
from tests.browser.conftest import NARROW, Open
from tests.render.conftest import make_clip
from tests.unit.shelf import FACTS

STRANGE = "a <b>&#x22;' #1?50%.mp4"


def row(
    name: str, digest: str, *, like: str = "", used: int = 0, rank: int = 0, **facts: object
) -> Row:
    """Return a row of the page: a clip, its facts, and its analysis if it is in TEMPERS."""
    clip = Clip.of(FACTS | facts)
    said = {"license": "CC BY", "title": "a walk </script><script>alert(1)</script>"}
    said = said if digest == "c" else {}
    temper = Temper(**TEMPERS[digest]) if digest in TEMPERS else None
    rest = {"like": like, "rank": rank, "temper": temper}
    return Row(f"library/video/{name}", digest, clip, said, None, used, **rest)


TEMPERS = {
    "a": {"light": 0.1, "motion": 1.0, "shots": 1, "longest": 75.0, "seen": 75.0},
    "b": {"light": 0.9, "motion": 9.0, "shots": 3, "longest": 4.0, "seen": 8.0},
    "c": {"light": 0.9, "motion": 1.0, "shots": 3, "longest": 4.0, "seen": 4.0},
}
ROWS = [
    row(STRANGE, "a", seconds=75.0),
    row("rain.mp4", "b", like="b", used=2, width=1280, height=720),
    row("rain small.mp4", "c", like="b", rank=1, audio=None, seconds=8.1),
    row("tall.mov", "d", width=360, height=640, seconds=2.0, used=1),
]


@pytest.fixture
def page(tmp_path: Path, open_page: Open) -> Page:
    """Open a page with four clips, three of them analyzed."""
    folder = tmp_path / "cache" / "clips"
    folder.mkdir(parents=True)
    pictures = {}
    for each in ROWS[:3]:
        pictures[each.digest] = folder / f"{each.digest}.jpg"
        Image.new("RGB", (1070, 120), "teal").save(pictures[each.digest])
    (tmp_path / "library" / "video").mkdir(parents=True)
    (tmp_path / ROWS[0].name).write_text("the clip")
    write_whole(folder / "index.html", clips_page(ROWS, pictures, root=tmp_path, folder=folder))
    return open_page(folder / "index.html").page


def shown(page: Page) -> list[str]:
    """Return the names of the visible clips, in order."""
    return page.locator("figure b").all_text_contents()


def test_every_clip_appears_with_a_frame(page: Page) -> None:
    """The page shows every clip's name as plain text and labels a clip that has no frames.

    Captions say how many projects use a clip, and which other clip it resembles.
    """
    assert sorted(shown(page)) == sorted(Path(row.name).name for row in ROWS)
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth === 1070)")
    assert page.locator("img").count() == 3
    assert "not analyzed yet" in page.locator("figure", has_text="tall.mov").inner_text()
    assert "used by 2 projects" in page.locator("figure", has_text="1280 × 720").inner_text()
    assert "looks like rain.mp4" in page.locator("figure", has_text="CC BY").inner_text()


def test_a_link_opens_its_clip_whatever_the_name(page: Page, tmp_path: Path) -> None:
    """The link to a clip leads to its file, whatever characters are in the file's name."""
    path = page.locator("figure a").first.evaluate("link => decodeURIComponent(link.pathname)")
    assert Path(path).read_text() == "the clip"
    assert path == str(tmp_path / ROWS[0].name)


SEARCHES = [
    ({"words": "RAIN"}, ["rain small.mp4", "rain.mp4"]),
    ({"words": "rain walk"}, ["rain small.mp4"]),
    ({"min": "720"}, ["rain.mp4"]),
    ({"audio": "no"}, ["rain small.mp4"]),
    ({"dup": "yes"}, ["rain small.mp4", "rain.mp4"]),
    ({"dup": "no"}, [STRANGE, "rain.mp4", "tall.mov"]),
    ({"dup": "no", "audio": "no"}, ["rain small.mp4"]),
    ({"used": "0"}, [STRANGE, "rain small.mp4"]),
    ({"used": "2"}, ["rain.mp4"]),
    ({"length": "0 15", "sort": "long"}, ["rain small.mp4", "rain.mp4", "tall.mov"]),
    ({"motion": "still"}, [STRANGE, "rain small.mp4"]),
    ({"motion": "busy"}, ["rain.mp4"]),
    ({"light": "bright", "motion": "still"}, ["rain small.mp4"]),
    ({"light": "medium"}, []),
    ({"sort": "used"}, ["rain.mp4", "tall.mov", STRANGE, "rain small.mp4"]),
]


@pytest.mark.parametrize(("asked", "found"), SEARCHES, ids=str)
def test_the_search_finds_what_doit_clips_finds(page: Page, asked: dict, found: list[str]) -> None:
    """The search shows exactly the clips that match, in the requested order."""
    for name, value in asked.items():
        if name == "words":
            page.fill("#words", value)
        else:
            page.select_option(f"#{name}", value)
    assert shown(page) == found
    assert page.inner_text("#count").startswith(f"{len(found)} of 4 clips")


def test_clips_without_an_analysis_are_counted(page: Page) -> None:
    """A clip shows its analysis, and a search by analysis counts the clips without an analysis."""
    assert "still, dark, 1 shot of 75.0 s" in page.locator("figure", has_text=STRANGE).inner_text()
    part = "still, bright, 3 shots up to 4.0 s, in 0.1 of 0.1 min"
    assert part in page.locator("figure", has_text="CC BY").inner_text()
    assert "never analyzed" not in page.inner_text("#count")
    page.select_option("#motion", "still")
    assert "1 was never analyzed: doit clips" in page.inner_text("#count")


def test_the_best_of_similar_clips_is_ranked_by_doit(tmp_path: Path, open_page: Open) -> None:
    """With "only the best", the page keeps the similar clip that `doit clips` ranks first."""
    rows = [row("a.mp4", "a", like="a", rank=1), row("b.mp4", "b", like="a", rank=0, audio=None)]
    write_whole(tmp_path / "index.html", clips_page(rows, {}, root=tmp_path, folder=tmp_path))
    page = open_page(tmp_path / "index.html").page
    page.select_option("#dup", "no")
    assert shown(page) == ["b.mp4"]


def test_moving_the_mouse_steps_through_frames(page: Page) -> None:
    """Moving the mouse across a thumbnail shows its frames; moving away resets the thumbnail."""
    link = page.locator("figure a").first
    box = link.bounding_box()
    at = "link => getComputedStyle(link).getPropertyValue('--at').trim()"
    for part, frame in ((0.05, "0"), (0.5, "2"), (0.95, "4")):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + 20)
        assert link.evaluate(at) == frame
    page.mouse.move(0, 0)
    assert link.evaluate(at) == ""


def test_the_page_works_without_a_mouse(page: Page) -> None:
    """Keys open the search, move from clip to clip, and copy the knob that names a clip."""
    page.keyboard.press("/")
    page.keyboard.type("rain")
    assert shown(page) == ["rain small.mp4", "rain.mp4"]
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    assert page.inner_text("#count") == "copied: clip=rain.mp4"
    assert page.evaluate("navigator.clipboard.readText()") == "clip=rain.mp4"


def test_the_copy_message_stays_visible_on_scrolling(page: Page) -> None:
    """The message that a knob was copied remains visible while the page scrolls."""
    page.set_viewport_size({"width": 500, "height": 400})
    page.locator("#clips a").last.focus()
    page.keyboard.press("c")
    assert page.evaluate("scrollY") > 300
    assert page.inner_text("#count").startswith("copied: ")
    box = page.locator("#count").bounding_box()
    assert box and box["y"] >= 0
    seen = "([x, y]) => document.elementFromPoint(x, y).closest('#count') !== null"
    assert page.evaluate(seen, [box["x"] + 20, box["y"] + box["height"] / 2])


def test_a_phone_shows_two_clips_per_row(tmp_path: Path, open_page: Open) -> None:
    """On a phone, the page shows two clips per row and fits the width of the screen."""
    write_whole(tmp_path / "index.html", clips_page(ROWS, {}, root=tmp_path, folder=tmp_path))
    page = open_page(tmp_path / "index.html", size=NARROW).page
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    tops = [figure.bounding_box()["y"] for figure in page.locator("figure").all()]
    assert tops[0] == tops[1] < tops[2]


@pytest.fixture
def filmed(tmp_path: Path, open_page: Open) -> Page:
    """Open a page with one clip that the browser can play: dark at the start, bright at the end."""
    clip = row("walk.mp4", "a", seconds=4.0, width=64, height=36)
    folder = tmp_path / "cache" / "clips"
    folder.mkdir(parents=True)
    (tmp_path / "library" / "video").mkdir(parents=True)
    picture = "color=black:s=64x36:r=10,geq=lum='60*T':cb=128:cr=128"
    make_clip(tmp_path / clip.name, picture=picture, seconds=4)
    Image.new("RGB", (1070, 120), "teal").save(folder / "a.jpg")
    page = clips_page([clip], {"a": folder / "a.jpg"}, root=tmp_path, folder=folder)
    write_whole(folder / "index.html", page)
    return open_page(folder / "index.html").page


AT = "(document.querySelector('.film.on')?.currentTime ?? -9)"


def test_the_mouse_scrubs_a_clip(filmed: Page) -> None:
    """The mouse position across a clip sets the video's time; moving away removes the video."""
    box = filmed.locator("figure a").bounding_box()
    for share in (0.1, 0.9, 0.5):
        filmed.mouse.move(box["x"] + share * box["width"], box["y"] + 20)
        filmed.wait_for_function(f"Math.abs({AT} - {4 * share}) < 0.2")
    filmed.mouse.move(0, 0)
    filmed.wait_for_function("!document.querySelector('.film')")


def test_keys_scrub_a_clip(filmed: Page) -> None:
    """Keys scrub a clip both ways from its middle; leaving the clip removes its video."""
    filmed.keyboard.press("ArrowRight")
    for _ in range(4):
        filmed.keyboard.press(".")
    filmed.keyboard.press(",")
    filmed.wait_for_function(f"Math.abs({AT} - 2.6) < 0.1")
    filmed.keyboard.press("/")
    assert filmed.locator(".film").count() == 0
