"""The gallery as an artist uses it: with the keyboard, with stars, and on any screen."""

import pytest
from PIL import Image

from collide.catalog import shipped
from collide.views.gallery_page import about, gallery_page
from tests.browser.conftest import NARROW, WIDE, opened
from tests.render.conftest import make_clip

EVIL = "</script><img src=x onerror=\"document.title='taken'\">.mp4"


def look(number: int, **more) -> dict:
    """Return the data of a look whose similarity and top clip depend on the number."""
    layer = {"start": 1.5, "mode": None, "coverage": None, "presence": 0.5, "colors": [],
             "light": None, "knobs": {}, "plays": []}  # fmt: skip
    key = about(shipped())["similarity"]["owner"]
    top = {
        "clip": f"clip-{number}.mp4",
        "mode": "kmeans",
        "coverage": 0.41,
        "plays": [key],
        "colors": ["#4ecdc4"],
        "knobs": {"similarity": [number / 100, "preset hard (typed)"]},
    }
    return {
        "look": f"{number:02d}abcdef", "when": 1795570000 + number, "pinned": False,
        "moved": None, "called": [], "turned": [f"similarity={number / 100}"],
        "rendered": True, "still": f"{number:02d}.jpg",
        "video": None, "pictures": [], "seed": 7,
        "seconds": 4.0, "fps": 12, "size": "640x360", "piece": {"crf": [28, "command line"]},
        "layers": [{**layer, "clip": "base.mp4"}, {**layer, **top}], "heard": [1], "plays": [],
        "sound": {"lufs": -16.0, "peak": -2.0}, **more,
    }  # fmt: skip


def task(name: str, status: str, *needs: str) -> dict:
    """Return the data of a task in the last run."""
    return {"task": name, "status": status, "why": EVIL, "seconds": 1.5, "needs": list(needs)}


RUN = {"words": ["render", "project=x", "crf=28"], "ended": "2026-11-25T02:00:00+00:00", "tasks": [
    task("layer:1", "kept"), task("layer:2", "rendered"),
    *(task(f"stack:{n}", "restored", "layer:1", "layer:2") for n in range(30)),
    *(task(f"encode:{n}", "rendered", f"stack:{n}") for n in range(30)),
    task("mux", "failed", *(f"encode:{n}" for n in range(30))),
]}  # fmt: skip


@pytest.fixture
def gallery(tmp_path):
    """Write a page with twelve looks and return its path.

    One look has a video stored without a suffix, and two looks lack a picture.
    """
    for number in range(1, 13):
        Image.new("RGB", (64, 36), (number * 20, 60, 90)).save(tmp_path / f"{number:02d}.jpg")
    made = make_clip(tmp_path / "v.mp4", picture="testsrc2=s=64x36:r=10", seconds=1)
    made.rename(tmp_path / "object")
    looks = [look(number) for number in range(12, 0, -1)]
    looks[0]["video"] = "object"
    looks[1]["still"] = None
    looks[2]["layers"][1]["clip"] = EVIL
    looks[3]["pinned"] = True
    looks[6]["rendered"] = looks[7]["rendered"] = False
    looks[7]["still"] = None
    path = tmp_path / "index.html"
    project = {"name": "x", "looks": looks, "run": RUN}
    path.write_bytes(gallery_page("x", [project], about(shipped())))
    return path


def names(page) -> list[str]:
    """Return the names of the visible looks, in order."""
    return page.locator(".card:visible code").all_inner_texts()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_is_cut_off_on_any_screen(gallery, open_page, size):
    """The wall, an open look and a comparison fit the widths of a desktop and a phone."""
    page = open_page(gallery, size).page
    assert page.get_by_role("status").inner_text() == "12 looks"
    assert names(page)[0] == "12abcdef"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator(".card").first.click()
    assert page.locator("#look").evaluate("d => d.scrollWidth") <= size[0]
    page.keyboard.press("c")
    page.locator(".card").nth(4).focus()
    page.keyboard.press("c")
    assert page.locator("#compare").evaluate("d => d.open && d.scrollWidth") <= size[0]


def test_a_script_in_a_clip_name_never_runs(gallery, open_page):
    """The page finds and displays a clip whose name is a script, but never runs the script."""
    page = open_page(gallery).page
    page.locator("#search").fill("onerror")
    assert names(page) == ["10abcdef"]
    page.locator(".card:visible").click()
    assert EVIL in page.locator(".facts").inner_text()
    assert page.title() == "x"
    assert page.locator("img[onerror], img[src=x]").count() == 0


def test_the_search_finds_knobs_clips_presets_and_looks(gallery, open_page):
    """The search finds looks that match all its words or `knob=value`; Escape clears it."""
    page = open_page(gallery).page
    for words, found in {
        "similarity=0.05": ["05abcdef"],
        "clip-7 similarity": ["07abcdef"],
        "03ab": ["03abcdef"],
        "pinned": ["09abcdef"],
        "nowhere": [],
    }.items():
        page.locator("#search").fill(words)
        assert names(page) == found, words
    page.locator("#search").fill("hard crf=28")
    assert page.get_by_role("status").inner_text() == "12 looks"
    page.locator("#search").fill("clip-7")
    assert page.get_by_role("status").inner_text() == "1 of 12 looks"
    page.keyboard.press("Escape")
    assert len(names(page)) == 12


def test_the_gallery_works_by_keyboard_alone(gallery, open_page):
    """Slash starts a search, Enter opens a look, arrows move, and Escape goes back."""
    page = open_page(gallery).page

    def here() -> str:
        return page.evaluate("document.activeElement.querySelector('code')?.textContent")

    page.keyboard.press("/")
    page.keyboard.type("similarity")
    page.keyboard.press("Enter")
    assert here() == "12abcdef"
    page.keyboard.press("ArrowRight")
    assert here() == "11abcdef"
    page.keyboard.press("ArrowDown")
    across = page.locator(".wall").evaluate(
        "w => getComputedStyle(w).gridTemplateColumns.split(' ').length"
    )
    assert here() == f"{11 - across:02d}abcdef"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.locator("#look h2").inner_text().startswith("11abcdef")
    page.keyboard.press("ArrowRight")
    assert page.locator("#look h2").inner_text().startswith("10abcdef")
    page.keyboard.press("Escape")
    assert not page.locator("#look").is_visible()
    page.wait_for_function("document.activeElement.textContent.includes('10abcdef')")


def test_an_open_look_shows_knob_origins_and_plays(gallery, open_page):
    """An open look shows its colors and the origins of its knobs and loads its stored video."""
    page = open_page(gallery).page
    page.locator(".card").first.click()
    rows = page.locator(".knobs tr").all_inner_texts()
    assert ["similarity", "0.12", "preset hard (typed)"] in [row.split("\t") for row in rows]
    assert (
        page.get_by_text("similarity", exact=True).get_attribute("title")
        == about(shipped())["similarity"]["about"]
    )
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    assert page.evaluate("document.querySelector('video').videoWidth") == 64
    swatch = page.locator(".swatches i").first
    assert swatch.evaluate("i => getComputedStyle(i).backgroundColor") == "rgb(78, 205, 196)"
    page.keyboard.press("ArrowRight")
    assert page.locator("#look").get_by_text("its video is no longer here").first.is_visible()


def test_an_open_look_says_why_its_video_is_missing(gallery, chromium):
    """An open look says if its video was lost, only a frame was rendered, or nothing was rendered.

    Next to this text, the look shows the command that renders the video.
    """
    (gallery.parent / "object").unlink()
    with opened(chromium, gallery) as found:
        page, lost = found.page, "its video is no longer here"
        page.locator(".card").first.click()
        page.locator("#look .media").get_by_text(lost).wait_for()
        assert page.locator("#look .media img").first.is_visible()
        assert page.locator("#look video").count() == 0
        frame, none = "one frame of it; to render its video:", "no picture yet"
        for name, why in (("11ab", lost), ("06ab", frame), ("05ab", none)):
            page.keyboard.press("Escape")
            page.locator(".card", has_text=name).click()
            assert page.locator("#look .media").get_by_text(why).first.is_visible()
            line = page.locator("#look .media code").first.inner_text()
            assert line == f"doit render project=x look={name}"
        page.keyboard.press("Escape")
        assert "never rendered" not in page.inner_text("body")


def test_a_slider_compares_two_looks(gallery, open_page):
    """A slider and keys move the edge between two looks; the page lists only knobs that differ."""
    page = open_page(gallery).page
    for at in (0, 4):
        page.locator(".card").nth(at).focus()
        page.keyboard.press("c")
    edge = "getComputedStyle(document.querySelector('.ab')).getPropertyValue('--at')"
    page.keyboard.press("Home")
    assert page.evaluate(edge) == "0%"
    page.locator("#compare input").fill("80")
    assert page.evaluate(edge) == "80%"
    rows = [row.split("\t") for row in page.locator(".differ tr").all_inner_texts()]
    assert rows == [
        ["", "12abcdef", "08abcdef"],
        ["layer2.clip", "clip-12.mp4", "clip-8.mp4"],
        ["layer2.similarity", "0.12", "0.08"],
    ]


def test_the_last_run_is_shown_as_a_graph_of_tasks(gallery, open_page):
    """The graph of the last run opens on a click and shows segments of one kind as one box."""
    page = open_page(gallery).page
    assert not page.locator(".graph").is_visible()
    page.get_by_text("what the last render did").click()
    assert page.locator(".graph").is_visible()
    boxes = page.locator(".graph g")
    assert page.locator(".graph g text").all_text_contents() == [
        "layer 1", "layer 2", "stack × 30", "encode × 30", "mux"]  # fmt: skip
    assert [boxes.nth(i).get_attribute("class") for i in range(5)] == [
        "kept", "rendered", "restored", "rendered", "failed"]  # fmt: skip
    assert page.locator(".graph path").count() == 4
    assert "encode × 30: rendered, 45 s" in boxes.nth(3).locator("title").text_content()


def test_all_projects_share_one_wall(tmp_path, open_page):
    """The wall shows all projects' looks, newest first, and its star command names each project."""
    Image.new("RGB", (64, 36)).save(tmp_path / "01.jpg")
    pieces = [{"name": f"y-{n:03d}", "looks": [look(n, still="01.jpg")], "run": None}
              for n in range(1, 4)]  # fmt: skip
    (tmp_path / "index.html").write_bytes(gallery_page("all looks", pieces, about(shipped())))
    page = open_page(tmp_path / "index.html").page
    assert page.locator(".card b").all_inner_texts() == ["y-003", "y-002", "y-001"]
    assert page.locator(".graph").count() == 0
    for n in (3, 1):
        page.get_by_role("button", name=f"star 0{n}abcdef").click()
    assert page.locator("#line").inner_text() == (
        "doit star project=y-001 look=01ab && doit star project=y-003 look=03ab"
    )


def test_a_video_plays_on_hover_and_on_a_key(gallery, open_page):
    """A video plays silently on hover or after `p`; when the video stops, the page removes it."""
    page = open_page(gallery).page
    first = page.locator(".card").first
    playing = "document.querySelector('.film.on') && !document.querySelector('.film').paused"
    first.locator(".frame").hover()
    page.wait_for_function(playing)
    assert page.evaluate("document.querySelector('.film').muted")
    page.mouse.move(0, 0)
    page.wait_for_function("!document.querySelector('.film')")
    first.focus()
    page.keyboard.press("p")
    page.wait_for_function(playing)
    page.keyboard.press("p")
    assert page.locator(".film").count() == 0
    page.locator(".card").nth(5).focus()
    page.keyboard.press("p")
    assert page.locator(".film").count() == 0, "it has no video"


def test_reduced_motion_plays_nothing_on_hover(gallery, open_page):
    """With reduced motion, no video plays on hover, but pressing `p` still plays a video."""
    page = open_page(gallery).page
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.locator(".card").first.locator(".frame").hover()
    page.locator(".card").first.focus()
    page.evaluate("new Promise(done => setTimeout(done, 3 * REST))")
    assert page.locator(".film").count() == 0
    page.keyboard.press("p")
    assert page.locator(".film").count() == 1
