"""The page in a real Chromium: its controls, its keys, and its layout in two window sizes."""

import re

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route

from tests.browser.conftest import NARROW
from tests.patience import wait_until
from tests.render.conftest import House
from tests.tune.conftest import Page, config
from tests.tune.open_tabs import WIDE, Opens, control, exact, marked, marks, opens

__all__ = ["opens"]  # a fixture
pytestmark = pytest.mark.browser


def test_each_kind_of_control_turns_its_knob(opens: Opens) -> None:
    """Number, choice, toggle, chain and text controls turn their knobs visibly."""
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


def test_the_page_works_by_keyboard_alone(opens: Opens) -> None:
    """Arrow keys move between tabs and move sliders, and `z` undoes."""
    tab = opens()
    before = exact(tab)
    tab.click("#tab-0")
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


def test_a_slider_changes_the_preview_then_the_still_replaces_it(opens: Opens) -> None:
    """A slider changes the preview immediately; then the exact still replaces it."""
    tab = opens()
    tab.wait_for_function("() => window.tune.compositor.ready || !window.tune.compositor.works")
    if not tab.evaluate("window.tune.compositor.works"):
        pytest.skip("this Chromium has no H.264, or no WebGL")
    slider = control(tab, "layer2.similarity").locator("input[type=range]")
    marks(tab)
    slider.evaluate(MOVE, "0.7")
    marked(tab, "preview")
    first = pixels(tab)
    slider.evaluate(MOVE, "0.02")
    wait_until(lambda: pixels(tab) != first, what="the preview does not follow")
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


def test_a_and_b_are_shown_with_a_list_of_differences(opens: Opens) -> None:
    """A shows the kept piece, and B the current piece, with a list of the differences."""
    tab = opens()
    before = exact(tab)
    tab.wait_for_function("() => window.tune.state.kept")
    control(tab, "layer2.opacity").locator("input[type=number]").fill("0.5")
    tab.keyboard.press("Enter")
    after = exact(tab, before)
    assert not tab.is_visible("#before")
    tab.click("#compare")
    assert after != before == tab.locator("#before").get_attribute("src")
    assert "layer2.opacity" in tab.inner_text("#differs")
    at = tab.evaluate("window.tune.state.at")
    tab.locator("#time").evaluate(MOVE, "0.4")
    assert not tab.is_visible("#before"), "the kept picture is from another time"
    tab.locator("#time").evaluate(MOVE, str(at))
    tab.locator("#before").wait_for(state="visible")
    tab.locator("#split").fill("20")
    assert tab.evaluate("getComputedStyle(document.getElementById('before')).clipPath").startswith(
        "inset"
    )
    tab.click("#compare")
    assert not tab.is_visible("#before")


def test_a_late_quick_picture_is_not_shown(opens: Opens) -> None:
    """A quick picture that arrives after the exact still of the same request is not shown."""
    tab = opens()
    before, late = exact(tab), list[Route]()

    def held(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append(route)

    tab.route("**/object/*.png", held)
    control(tab, "layer2.saturation").locator("input[type=number]").fill("1.9")
    tab.keyboard.press("Enter")
    after = exact(tab, before)
    assert late[0].request.url != after
    late[0].continue_()
    tab.evaluate("src => Object.assign(new Image(), { src }).decode()", late[0].request.url)
    assert exact(tab) == after


def test_a_and_b_are_the_same_after_a_reload(opens: Opens) -> None:
    """After a reload, A still shows config.json, and B the turned knobs."""
    tab = opens()
    before = exact(tab)
    control(tab, "layer2.opacity").locator("input[type=number]").fill("0.5")
    tab.keyboard.press("Enter")
    after = exact(tab, before)
    tab.reload()
    assert exact(tab) == after
    tab.click("#compare")
    tab.locator("#before").wait_for(state="visible")
    assert tab.locator("#before").get_attribute("src") == before
    assert "layer2.opacity 1 0.5" in " ".join(tab.inner_text("#differs").split())
    # at another time, A is requested and shown
    tab.locator("#time").evaluate(MOVE, "0.4")
    tab.wait_for_function("() => window.tune.state.kept?.at === 0.4")
    tab.locator("#before").wait_for(state="visible")
    assert tab.locator("#before").get_attribute("src") not in (before, after)
    tab.keyboard.press("z")
    tab.wait_for_function("() => document.getElementById('differs').textContent.includes('yet')")
    assert "nothing is turned yet" in tab.inner_text("#differs")


def test_the_hint_of_a_knob_resizes_nothing(opens: Opens) -> None:
    """The page opens on the topmost layer; focusing a knob shows its hint and resizes nothing."""
    tab = opens()
    assert tab.get_attribute("#tab-3", "aria-selected") == "true"
    clips = tab.evaluate("window.tune.state.piece.layers.map((one) => one.clip.split('/').pop())")
    assert [tab.inner_text(f"#tab-{number} small") for number in (1, 2, 3)] == clips
    row = control(tab, "layer3.similarity")
    before = tab.evaluate("document.getElementById('panel').offsetHeight")
    row.locator("input[type=range]").focus()
    assert tab.evaluate("document.getElementById('panel').offsetHeight") == before
    told = tab.evaluate(
        "window.tune.state.piece.controls.find((one) => one.name === 'layer3.similarity')"
    )
    for part in ("about", "lowest", "highest", "typical"):
        assert told[part] in tab.inner_text("#hint")
    assert tab.evaluate("""() => [...document.querySelectorAll('.ends span')]
        .every((one) => one.scrollHeight <= one.clientHeight + 1 || !one.clientHeight)""")


def test_tabs_have_pictures_before_the_preview_exists(opens: Opens, page: Page) -> None:
    """Each tab shows its layer before the preview exists, and a new clip changes the picture."""
    no_preview = "HTMLMediaElement.prototype.play = () => new Promise(() => {});"
    tab = opens(before=no_preview)
    dark = """() => [...document.querySelectorAll('#tabs canvas')].filter((one) => {
        const { width, height } = one, none = document.createElement('canvas');
        return one.toDataURL() === Object.assign(none, { width, height }).toDataURL();
    }).length"""
    tab.wait_for_function(f"() => ({dark})() === 0")
    shown = "[...document.querySelectorAll('#tabs canvas')].map((one) => one.toDataURL())"
    before = tab.evaluate(shown)
    first = [layer["clip"] for layer in tab.evaluate("window.tune.state.piece.layers")]
    knobs = {"layer2.clip": first[2], "layer3.clip": first[1]}
    number = page.act("turn", knobs=knobs)["number"]
    tab.wait_for_function("of => window.tune.state.piece.of >= of", arg=number)
    assert tab.inner_text("#tab-2 small") == first[2].split("/")[-1]
    tab.wait_for_function(f"() => ({dark})() === 0")
    after = tab.evaluate(shown)
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]


def test_keep_and_copy_give_the_command(opens: Opens, house: House) -> None:
    """`keep` writes config.json and shows the doit command; `copy` copies the still's command."""
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
        "() => document.getElementById('status').textContent.startsWith('saved in projects/x/con')"
    )
    assert "as doit set project=x layer3.opacity=0.4 does" in tab.inner_text("#status")
    assert tab.is_disabled("#keep")
    assert config(house)["layer3.opacity"] == 0.4


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["400 wide", "1600 wide"])
def test_the_page_fits_the_window(opens: Opens, size: tuple[int, int]) -> None:
    """Nothing is wider than the window, and the picture, the time and the knobs are visible."""
    tab = opens(size)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for part in ("#exact", "#time", "#tabs", "#panel", "#keep"):
        assert tab.is_visible(part), part


def test_all_text_has_enough_contrast(opens: Opens) -> None:
    """Text outside the picture and disabled controls has at least 4.5:1 contrast (WCAG AA)."""
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


def test_the_page_says_when_the_command_has_ended(opens: Opens, page: Page) -> None:
    """When the command ends, the page says so, even if it is waiting for a preview."""
    tab = opens(before="Object.defineProperty(HTMLMediaElement.prototype, 'src', { set() {} });")
    tab.keyboard.press(" ")
    page.end()
    tab.wait_for_function("() => document.getElementById('status').className === 'wrong'")
    assert "has ended" in tab.inner_text("#status")
    assert tab.inner_text("#play") == "play"
