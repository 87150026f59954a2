"""Stars in the gallery: the stars on disk, and a command to paste for changes made on the page."""

import json

import pytest

from collide.catalog import shipped
from collide.views.gallery_page import about, gallery_page
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_gallery import gallery, look, names

__all__ = ["gallery"]

MARKS = "JSON.parse(localStorage['collide.marks'])"


def test_stars_come_from_disk_and_changes_become_a_command(gallery, open_page):
    """The page shows the stars set by `doit star`, and collects changes in one command to paste."""
    page = open_page(gallery).page
    star = page.get_by_role("button", name="star 09abcdef")
    assert star.get_attribute("aria-pressed") == "true"
    assert not page.locator("#bar").is_visible()
    for name in ("12abcdef", "09abcdef", "07abcdef"):
        page.get_by_role("button", name=f"star {name}").click()
    line = "doit star project=x look=12ab,07ab && doit star project=x look=09ab off=true"
    assert page.locator("#line").inner_text() == line
    assert page.locator("#said").inner_text() == "not done yet; paste this in the terminal:"
    hollow = page.get_by_role("button", name="star 12abcdef")
    assert (hollow.inner_text(), star.inner_text()) == ("☆", "★"), "as on disk"
    page.get_by_role("button", name="copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == line
    page.reload()
    assert page.locator("#line").inner_text() == line
    page.get_by_role("button", name="starred").click()
    assert names(page) == ["12abcdef", "07abcdef"]
    page.locator(".card:visible").nth(1).focus()
    page.keyboard.press("s")
    assert names(page) == ["12abcdef"]
    assert page.evaluate(MARKS) == {"x/12abcdef": True, "x/09abcdef": False}


def test_a_pasted_command_leaves_no_difference(gallery, open_page):
    """After the pasted command has run, the reloaded page lists no pending changes."""
    page = open_page(gallery).page
    page.get_by_role("button", name="star 12abcdef").click()
    assert page.locator("#said").inner_text().startswith("not starred yet; paste this")
    again = [look(12, still=None, pinned=True), look(9, still=None)]
    gallery.write_bytes(gallery_page("x", [{"name": "x", "looks": again}], about(shipped())))
    page.reload()
    assert not page.locator("#bar").is_visible()
    assert page.evaluate(MARKS) == {}


def test_stars_of_an_older_page_are_added_to_the_command(gallery, open_page):
    """The command includes stars from an older page, except the stars that are already on disk.

    Stars from other pages stay in the browser's storage, and malformed storage is ignored.
    """
    page = open_page(gallery).page
    older = json.dumps(["x/12abcdef", "x/09abcdef", "y/07abcdef"])
    page.evaluate("text => { localStorage['collide.stars'] = text }", older)
    page.reload()
    assert page.locator("#line").inner_text() == "doit star project=x look=12ab"
    assert page.evaluate("JSON.parse(localStorage['collide.stars'])") == ["y/07abcdef"]
    page.reload()
    assert page.locator("#line").inner_text() == "doit star project=x look=12ab"
    for rubbish in ("{", "3", "null", '"x"'):
        for key in ("collide.stars", "collide.marks"):
            page.evaluate("([key, text]) => { localStorage[key] = text }", [key, rubbish])
        page.reload()
        assert len(names(page)) == 12


ON_TOP = """() => {
    const bar = document.querySelector('BAR'), box = bar.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    return bar.contains(document.elementFromPoint(x, y));
}"""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_open_look_shows_and_copies_the_command(gallery, open_page, size):
    """The command to paste remains visible on the wall, over an open look, and in a comparison.

    A button copies the command, and the command does not cover the look.
    """
    page = open_page(gallery, size).page
    seen = ON_TOP.replace("BAR", "#bar")
    page.locator(".card").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    assert page.evaluate(seen)
    assert page.locator("#said").inner_text() == "not starred yet; paste this in the terminal:"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    assert page.evaluate(seen)
    page.locator("#line").dblclick()
    page.keyboard.press("Control+c")  # Ctrl-C must not also press `c`, which would mark the look
    assert page.locator("#look").is_visible()
    page.locator("#bar button").click()
    line = "doit star project=x look=12ab,11ab"
    assert page.evaluate("navigator.clipboard.readText()") == line
    page.locator("#look").evaluate("d => d.scrollTo(0, d.scrollHeight)")
    last, bar = (page.locator(one).last.bounding_box() for one in ("#look .facts tr", "#bar"))
    assert last["y"] + last["height"] <= bar["y"], "it hides nothing"
    page.keyboard.press("Escape")
    page.locator("#look").wait_for(state="hidden")
    assert page.evaluate(seen), "on the wall again"
    for at in (2, 3):
        page.locator(".card").nth(at).focus()
        page.keyboard.press("c")
    assert page.locator("#compare").is_visible()
    assert page.evaluate(seen), "and beside two looks"


def test_the_star_key_works_wherever_the_focus_is_in_a_look(gallery, open_page):
    """`s` toggles a look's star wherever the focus is; a focused video keeps its arrow keys."""
    page = open_page(gallery).page
    page.keyboard.press("Enter")
    star = page.locator("#look .star")
    for on, place in (("true", "video"), ("false", ".facts p >> nth=0"), ("true", ".view")):
        page.locator(f"#look {place}").click(position={"x": 3, "y": 3})
        page.keyboard.press("s")
        assert star.get_attribute("aria-pressed") == on, place
    page.locator("#look video").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#look h2").inner_text().startswith("12abcdef")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_open_look_shows_the_pending_comparison(gallery, open_page, size):
    """An open look says what `c` does: compare it with the marked look, or cancel the mark."""
    page = open_page(gallery, size).page
    waits = page.locator("#waits")
    page.locator(".card").nth(1).focus()
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    assert page.evaluate(ON_TOP.replace("BAR", "#waits"))
    assert waits.inner_text() == "A is 11abcdef, this look: press c to cancel"
    page.keyboard.press("ArrowRight")
    assert waits.inner_text() == "A is 11abcdef: press c to compare"
    page.keyboard.press("s")
    above, bar = waits.bounding_box(), page.locator("#bar").bounding_box()
    assert above["y"] + above["height"] <= bar["y"]
    page.keyboard.press("Escape")
    page.locator("#look").wait_for(state="hidden")
    page.wait_for_function("document.getElementById('waits').textContent.includes('Esc')")
    assert page.evaluate(ON_TOP.replace("BAR", "#waits"))
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    assert page.locator(".differ th").all_inner_texts() == ["", "11abcdef", "10abcdef"]
    assert not waits.is_visible()
