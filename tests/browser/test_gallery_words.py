"""Captions in the gallery and the first key that a person presses."""

from collide.catalog import shipped
from collide.views.gallery_page import about, gallery_page
from tests.browser.test_gallery import gallery, look, names

__all__ = ["gallery"]


def test_a_caption_lists_names_and_differences(gallery, open_page):
    """A caption gives the star's name, the presets, and the difference from the previous look.

    If the video was lost, the caption says so.
    """
    looks = [look(number) for number in (5, 4, 3, 2, 1)]
    looks[0]["moved"] = [["layer2.similarity", "0.2", "0.3"], ["post", "none", "analog"]]
    looks[0]["called"], looks[0]["presets"] = ["first"], ["ink", "vintage-film"]
    looks[1]["moved"] = [["layer2.clip", "a.mp4", "b.mp4"], ["layer2.gamma", "1", "1.1"]]
    looks[2]["moved"] = []
    looks[4]["turned"] = [f"knob{n}={n}" for n in range(9)]
    project = {"name": "x", "looks": looks, "run": None}
    gallery.write_bytes(gallery_page("x", [project], about(shipped())))
    page = open_page(gallery).page
    cards = page.locator(".card")
    said = [cards.nth(at).locator("p.turned").all_inner_texts() for at in range(5)]
    first = "preset ink, vintage-film · layer2.similarity 0.2 → 0.3 · post none → analog"
    assert said[:3] == [[first], ["different clips"], []]
    assert said[3:] == [["similarity=0.02"], []], "nine knobs are too many for a caption"
    assert cards.nth(0).locator("b").inner_text() == "first"
    assert cards.nth(0).locator("p.clips").inner_text() == "base.mp4 · clip-5.mp4"
    assert "its video is no longer here" in cards.nth(3).inner_text()
    page.locator("#search").fill("first")
    assert names(page) == ["05abcdef"]


def test_the_first_look_is_selected_when_the_page_opens(gallery, open_page):
    """The page selects the first look immediately, so Enter opens it, and `c` marks it."""
    page = open_page(gallery).page
    page.keyboard.press("Enter")
    assert page.locator("#look h2").inner_text().startswith("12abcdef")
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 4, "y": 4})
    page.keyboard.press("c")
    waits = page.locator("#waits")
    assert waits.inner_text().startswith("A is 12abcdef: press c on another look")
    page.keyboard.press("Escape")
    assert not waits.is_visible() and page.locator(".marked").count() == 0
    page.keyboard.press("c")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    assert page.locator(".differ th").all_inner_texts() == ["", "12abcdef", "11abcdef"]
    assert not waits.is_visible()
