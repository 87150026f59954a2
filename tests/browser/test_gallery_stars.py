"""Stars of the gallery: those of `doit star`, and a line to paste for those turned on the page."""

import json

from collide.catalog import shipped
from collide.views.gallery_page import about, gallery_page
from tests.browser.test_gallery import gallery, look, names

__all__ = ["gallery"]

MARKS = "JSON.parse(localStorage['collide.marks'])"


def test_stars_are_those_of_the_disk_and_one_line_makes_the_difference(gallery, open_page):
    """Stars of `doit star` are shown; those turned on the page are one line to paste."""
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
    assert (hollow.inner_text(), star.inner_text()) == ("☆", "★"), "as the disk has it"
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


def test_what_was_pasted_is_no_difference_any_more(gallery, open_page):
    """A new page has the stars: nothing is left to paste or stored in the browser."""
    page = open_page(gallery).page
    page.get_by_role("button", name="star 12abcdef").click()
    assert page.locator("#said").inner_text().startswith("not starred yet; paste this")
    again = [look(12, still=None, pinned=True), look(9, still=None)]
    gallery.write_bytes(gallery_page("x", [{"name": "x", "looks": again}], about(shipped())))
    page.reload()
    assert not page.locator("#bar").is_visible()
    assert page.evaluate(MARKS) == {}


def test_stars_of_an_older_page_are_offered_and_none_is_lost(gallery, open_page):
    """Stars only in the browser become the line if they are of this page; others wait."""
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
