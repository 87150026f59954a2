"""The page in real Chromium: every kind of control, by hand and by keyboard, wide and narrow."""

import re

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.conftest import NARROW
from tests.render.conftest import House
from tests.tune.conftest import Page, config
from tests.tune.open_tabs import WIDE, Opens, control, exact, opens

__all__ = ["opens"]  # a fixture
pytestmark = pytest.mark.browser


def test_each_kind_of_control_turns_its_knob(opens: Opens) -> None:
    """Number, slider, choice, toggle, chain and text: the picture follows, the line says it."""
    tab = opens()
    before = exact(tab)
    control(tab, "layer2.similarity").locator("input[type=number]").fill("0.61")
    tab.keyboard.press("Enter")
    before = exact(tab, before)
    assert "layer2.similarity=0.61" in tab.inner_text("#line")
    control(tab, "layer3.blend_mode").locator("select").select_option("screen")
    before = exact(tab, before)
    control(tab, "layer3.opacity")
    toggle = tab.locator('#panel input[type="checkbox"]').first
    named = toggle.evaluate("(box) => box.closest('.knob').dataset.name")
    toggle.click()
    tab.wait_for_function(
        "name => document.getElementById('line').textContent.includes(name)", arg=named
    )
    control(tab, "post").get_by_role("button", name="color-grade").click()
    tab.wait_for_function(
        "() => document.getElementById('line').textContent.includes('post=color-grade')"
    )
    exact(tab, before)
    text = control(tab, "output_size").locator("input")
    text.fill("192x108")
    text.press("Enter")
    tab.wait_for_function("() => document.getElementById('look').textContent.includes('192x108')")


def test_the_keyboard_alone_is_enough(opens: Opens) -> None:
    """Tabs by arrows, a slider by arrows, undo by a letter, the default by its name."""
    tab = opens()
    before = exact(tab)
    tab.focus("#tab-0")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#tab-2").get_attribute("aria-selected") == "true"
    slider = tab.locator('[data-name="layer2.similarity"] input[type=range]')
    slider.focus()
    for _ in range(30):
        tab.keyboard.press("ArrowRight")
    after = exact(tab, before)
    assert re.search(r"layer2\.similarity=0\.3[0-9]*", tab.inner_text("#line"))
    tab.keyboard.press("z")
    tab.wait_for_function("() => document.getElementById('undo').disabled")
    assert exact(tab, after) == before


def test_the_preview_moves_and_is_marked(opens: Opens) -> None:
    """A slider that the page plays moves the preview at once; then the exact still stands there."""
    tab = opens()
    tab.wait_for_function("() => window.tune.compositor.ready || !window.tune.compositor.works")
    if not tab.evaluate("window.tune.compositor.works"):
        pytest.skip("this Chromium has no H.264, or no WebGL")
    slider = control(tab, "layer2.similarity").locator("input[type=range]")
    slider.evaluate(MOVE, "0.7")
    assert tab.inner_text("#mark").startswith("moving preview")
    first = pixels(tab)
    slider.evaluate(MOVE, "0.02")
    tab.wait_for_function(
        "drawn => window.tune.compositor.drawn > drawn",
        arg=tab.evaluate("window.tune.compositor.drawn"),
    )
    assert pixels(tab) != first
    exact(tab)


MOVE = """(one, value) => {
    one.value = value;
    one.dispatchEvent(new Event('input', { bubbles: true }));
}"""


def pixels(tab: Tab) -> list[int]:
    """Return some pixels of the moving preview."""
    return list(
        tab.evaluate("""() => {
        const live = document.getElementById('live'), small = document.createElement('canvas');
        Object.assign(small, { width: 32, height: 18 });
        const context = small.getContext('2d');
        context.drawImage(live, 0, 0, 32, 18);
        return [...context.getImageData(0, 0, 32, 18).data];
    }""")
    )


def test_a_and_b_stand_side_by_side_with_what_differs(opens: Opens) -> None:
    """A is the earlier view; the list names the knobs in which the two differ, old and new."""
    tab = opens()
    before = exact(tab)
    tab.click("#compare")
    control(tab, "layer2.opacity").locator("input[type=number]").fill("0.5")
    tab.keyboard.press("Enter")
    assert exact(tab, before) != before == tab.locator("#before").get_attribute("src")
    assert "layer2.opacity" in tab.inner_text("#differs")
    tab.locator("#split").fill("20")
    assert tab.evaluate("getComputedStyle(document.getElementById('before')).clipPath").startswith(
        "inset"
    )
    tab.click("#compare")
    assert not tab.is_visible("#before")


def test_keep_and_copy_say_the_line(opens: Opens, house: House) -> None:
    """Keep writes config.json and says how doit does it; copy gives the line of the still."""
    tab = opens()
    before = exact(tab)
    control(tab, "layer3.opacity").locator("input[type=number]").fill("0.4")
    tab.keyboard.press("Enter")
    exact(tab, before)
    tab.click("#copy")
    assert (
        tab.evaluate("navigator.clipboard.readText()") == "doit still project=x layer3.opacity=0.4"
    )
    tab.click("#keep")
    tab.wait_for_function(
        "() => document.getElementById('status').textContent.startsWith('doit set')"
    )
    assert config(house)["layer3.opacity"] == 0.4


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["400 wide", "1600 wide"])
def test_it_fits(opens: Opens, size: tuple[int, int]) -> None:
    """Nothing is wider than the window, and picture, time and knobs are all there."""
    tab = opens(size)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in ("#exact", "#time", "#tabs", "#panel", "#keep"):
        assert tab.is_visible(part), part


def test_texts_can_be_read(opens: Opens) -> None:
    """Each text has a contrast of 4.5 to its background (WCAG AA), except disabled buttons."""
    tab = opens()
    tab.click("#tab-2")
    faint = tab.evaluate(CONTRAST)
    assert faint == []


CONTRAST = """() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[0-9.]+/g).map(Number).map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!color.endsWith(', 0)') && color !== 'transparent') return color;
    }
    return 'rgb(18, 18, 20)';
  };
  const faint = [];
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.checkVisibility() || one.closest(':disabled, #frame')) continue;
    const both = [light(getComputedStyle(one).color), light(ground(one))];
    const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    if (ratio < 4.5) faint.push(`${one.tagName} ${one.textContent.slice(0, 30)} ${ratio}`);
  }
  return faint;
}"""


def test_it_says_when_the_command_has_ended(opens: Opens, page: Page) -> None:
    """Then nothing pretends to be answered."""
    tab = opens()
    page.end()
    tab.wait_for_function("() => document.getElementById('status').className === 'wrong'")
    assert "has ended" in tab.inner_text("#status")
