"""Sheets in the gallery: each sweep or roll is a card that opens to show its numbered cells."""

import pytest

from collide.catalog import shipped
from collide.views.gallery_page import about, gallery_page
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_gallery import gallery, look, names

__all__ = ["gallery"]


@pytest.fixture
def folded(gallery):
    """Write a page with an older sheet and a six-cell sweep; return its path."""
    looks = [look(number, rendered=number in (12, 11, 3), pinned=number == 4)
             for number in range(12, 0, -1)]  # fmt: skip
    cells = [{"number": n, "look": f"{n:02d}abcdef", "turned": f"similarity=0.0{n} softness=0"}
             for n in (1, 2, 3, 4, 5, 7)]  # fmt: skip
    sheets = [
        {"verb": "sweep", "when": looks[0]["when"] + 5, "last": True, "cells": cells},
        {"verb": "earlier sweeps and rolls", "when": looks[4]["when"], "last": False,
         "cells": [{"number": None, "look": f"{n:02d}abcdef", "turned": ""}
                   for n in (10, 9, 8, 6)]},
    ]  # fmt: skip
    project = {"name": "x", "looks": looks, "sheets": sheets, "run": None}
    gallery.write_bytes(gallery_page("x", [project], about(shipped())))
    return gallery


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_sheet_is_one_card_that_opens_into_its_cells(folded, open_page, size):
    """A sheet is one card, which opens to show all its numbered cells.

    Rendered or starred looks also get their own cards.
    """
    page = open_page(folded, size).page
    assert page.get_by_role("status").inner_text() == "12 looks"
    assert names(page) == ["12abcdef", "11abcdef", "04abcdef", "03abcdef"]
    sheet = page.locator(".sheet").first
    assert sheet.inner_text().splitlines()[0] == "6 looks"
    assert "sweep of similarity, softness" in sheet.inner_text()
    assert "look=1 … look=7 in the terminal" in sheet.inner_text()
    sheet.click()
    assert sheet.get_attribute("aria-expanded") == "true"
    assert page.locator(".cell:visible .number").all_inner_texts() == list("123457")
    assert names(page)[:6] == [f"0{n}abcdef" for n in (1, 2, 3, 4, 5, 7)]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert "similarity=0.05 softness=0" in page.locator(".cell:visible").nth(4).inner_text()
    sheet.click()
    assert page.locator(".cell:visible").count() == 0


def test_keys_open_a_sheet_and_move_between_cells(folded, open_page):
    """Enter opens a sheet or a cell, arrows move between cells, and `c` compares two cells."""
    page = open_page(folded).page
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert "cell 1 · similarity=0.01 softness=0" in page.locator("#look h2").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#look h2").inner_text().startswith("02abcdef")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.textContent.includes('02abcdef')")
    page.keyboard.press("c")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    assert page.locator("#compare").is_visible()
    assert page.locator(".differ th").all_inner_texts() == ["", "02abcdef", "03abcdef"]


def test_a_search_finds_cells_in_closed_sheets(folded, open_page):
    """A search shows matching cells even in a closed sheet and shows each look only once."""
    page = open_page(folded).page
    for words, found in {
        "similarity=0.05": ["05abcdef"],
        "similarity=0.04": ["04abcdef"],
        "clip-9": ["09abcdef"],
        "similarity=0.12": ["12abcdef"],
    }.items():
        page.locator("#search").fill(words)
        assert names(page) == found, words
    page.locator("#search").fill("nothing has this")
    assert page.get_by_text("no look matches the search").is_visible()
    page.locator("#search").fill("")
    page.get_by_role("button", name="starred").click()
    assert names(page) == ["04abcdef"]
    assert page.get_by_role("status").inner_text() == "1 of 12 looks"


def test_every_visible_text_has_enough_contrast(folded, open_page):
    """The contrast of each visible text with its background is at least 4.5:1 (WCAG AA)."""
    page = open_page(folded).page
    page.locator(".sheet").first.click()
    page.get_by_role("button", name="star 12abcdef").click()
    assert page.evaluate(CONTRASTS) == []


# JavaScript that returns the visible texts with too little contrast.
CONTRASTS = """() => {
  const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const weight = [0.2126, 0.7152, 0.0722];
  const light = (rgb) => weight.reduce((sum, w, i) => sum + w * part(rgb[i]), 0);
  const rgba = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = rgba(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
  };
  const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return texts.map((e) => {
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
}"""
