"""The moving preview: how close it is to the exact still, and what replaces it if it fails."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route

from tests.tune.conftest import Page
from tests.tune.open_tabs import Opens, control, exact, marked, marks, opens

__all__ = ["opens"]  # a fixture
pytestmark = pytest.mark.browser

# JavaScript that returns the mean difference between the preview and the exact still.
APART = """async (at) => {
  const { compositor, state } = window.tune;
  const [wide, high] = compositor.plays.size;
  const read = (one) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
    const context = canvas.getContext('2d');
    context.drawImage(one, 0, 0, wide, high);
    return context.getImageData(0, 0, wide, high).data;
  };
  compositor.video.pause();
  await compositor.seek(at);
  compositor.draw((knob, layer) => state.values.get(layer ? `layer${layer}.${knob}` : knob));
  const [one, other] = [read(compositor.canvas), read(document.getElementById('exact'))];
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += i % 4 === 3 ? 0 : Math.abs(one[i] - other[i]);
  return sum / one.length / 0.75;
}"""
NEAR = 6.0  # in 8-bit levels
MOVE = """(one, value) => {
    one.value = value;
    one.dispatchEvent(new Event('input', { bubbles: true }));
}"""

DRAG = """async (one, reach) => {
    for (let step = 1; step <= 50; step += 1) {
        one.value = reach * step / 50;
        one.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((done) => setTimeout(done, 5));
    }
    one.dispatchEvent(new Event('change', { bubbles: true }));
}"""


def settled(tab: Tab, number: int) -> None:
    """Wait for the exact still and the preview of a request."""
    tab.wait_for_function(
        """(number) => window.tune.state.looped >= number && window.tune.state.seen >= number
            && document.getElementById('mark').textContent === 'exact'""",
        arg=number,
    )


@pytest.fixture
def moving(opens: Opens) -> Tab:
    """Return a tab with a finished preview."""
    tab = opens()
    tab.wait_for_function("() => window.tune.compositor.ready || !window.tune.compositor.works")
    if not tab.evaluate("window.tune.compositor.works"):
        pytest.skip("this Chromium has no H.264, or no WebGL")
    return tab


def test_the_preview_is_close_to_the_exact_still(moving: Tab, page: Page) -> None:
    """With knobs that the page applies, the preview is within 6 levels of the still on average."""
    apart = {}
    for knobs in (
        {"softness": "0.2"},
        {"layer3.opacity": "0.5"},
        {"layer2.blend_mode": "screen"},
        {"layer2.blend_mode": "difference"},
        {"layer2.blend_mode": None, "layer3.scale": "0.5", "layer3.x": "0.4", "layer3.y": "-0.3"},
        {"layer3.feather": "12"},
        {"layer3.feather": None, "layer3.choke": "3"},
        {"layer3.choke": "-3"},
    ):
        settled(moving, page.act("turn", knobs=knobs)["number"])
        assert moving.evaluate("window.tune.compositor.plays.missing") == []
        at = moving.evaluate("window.tune.state.piece.at")
        apart[str(knobs)] = moving.evaluate(APART, at)
    assert {knobs: by for knobs, by in apart.items() if by > NEAR} == {}


def test_the_browser_shows_the_still_without_color_correction(moving: Tab) -> None:
    """The page shows the levels of the file; the browser does not correct them."""
    seen = moving.evaluate("""() => {
        const exact = document.getElementById('exact'), canvas = document.createElement('canvas');
        Object.assign(canvas, { width: exact.naturalWidth, height: exact.naturalHeight });
        const context = canvas.getContext('2d');
        context.drawImage(exact, 0, 0);
        return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
    }""")
    address = moving.evaluate("document.getElementById('exact').src")
    with Image.open(BytesIO(moving.request.get(address).body())) as picture:
        assert bytes(seen) == picture.convert("RGBA").tobytes()


def test_the_preview_plays_cross_fades_and_reversed_layers(moving: Tab, page: Page) -> None:
    """The preview matches the still in a cross-fade, a layer played backwards, and a fade-in."""
    apart = {}
    for knobs in ({"loop": "fade", "loop_fade": "1"}, {"loop": "back"}, {"fade_in": "4"}):
        number = page.act("turn", knobs=knobs)["number"]
        settled(moving, number)
        layers = moving.evaluate("window.tune.compositor.plays.layers")
        fps = moving.evaluate("window.tune.compositor.plays.fps")
        fading = [one for one in layers if one["fade"] and "goes" in one]
        at = (fading[0]["period"] + fading[0]["fade"] // 2) / fps if fading else 3.3
        settled(moving, page.act("seek", at=at)["number"])
        assert bool(fading) == (knobs.get("loop") == "fade"), knobs
        apart[str(knobs)] = moving.evaluate(APART, at)
    assert {knobs: by for knobs, by in apart.items() if by > NEAR} == {}


# JavaScript that records the time of each visible frame, and the time on the clock.
WATCH = """() => {
    const { compositor } = window.tune, draw = compositor.draw;
    window.drawn = [];
    compositor.draw = function (...given) {
        const done = draw.apply(this, given);
        queueMicrotask(() => {
            if (!done || document.getElementById('live').hidden) return;
            const [minutes, seconds] = document.getElementById('clock').textContent.split(':');
            const read = 60 * minutes + Number(seconds);
            window.drawn.push([compositor.frame / compositor.plays.fps, read]);
        });
        return done;
    };
}"""


def _watched(tab: Tab, least: int) -> set[float]:
    """Wait for `least` frames since WATCH; return how far from the clock each of them is."""
    tab.wait_for_function("least => window.drawn.length >= least", arg=least)
    return {round(abs(drawn - told), 1) for drawn, told in tab.evaluate("window.drawn")}


def test_the_preview_follows_the_clock(moving: Tab, page: Page) -> None:
    """The preview follows the clock while a slider or the time is dragged, and while it plays."""
    settled(moving, page.act("look")["number"])
    moving.evaluate(WATCH)
    at = moving.evaluate("window.tune.state.piece.at")
    slider = control(moving, "layer2.similarity").locator("input[type=range]")
    marks(moving)
    slider.evaluate(MOVE, "0.6")
    assert _watched(moving, 1) == {0.0}
    assert moving.evaluate("window.drawn[0][0]") == pytest.approx(at)
    marked(moving, "preview")
    slider.evaluate(MOVE, "0.3")
    assert _watched(moving, 2) == {0.0}
    exact(moving)
    moving.locator("#time").evaluate(MOVE, str(at + 1))
    moving.wait_for_function("at => window.drawn.at(-1)[0] > at", arg=at + 0.9)
    exact(moving)
    before = moving.evaluate("window.drawn.length")
    moving.click("#play")
    assert moving.inner_text("#play") == "pause"
    slider.evaluate(MOVE, "0.5")
    assert _watched(moving, before + 8) == {0.0}
    moving.click("#play")
    exact(moving)
    assert moving.inner_text("#play") == "play"


def test_the_page_names_effects_that_the_preview_omits(moving: Tab, page: Page) -> None:
    """While a control is moving, the page names the effects and the fog that the preview omits."""
    settled(moving, page.act("turn", knobs={"post": "analog", "layer3.fit": "blur"})["number"])
    marks(moving)
    control(moving, "layer2.similarity").locator("input[type=range]").evaluate(MOVE, "0.6")
    marked(moving, "preview, without analog, the fog of layer 3")


NO_GRAPHICS = """const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith('webgl') ? null : get.call(this, kind, ...more);
};"""
NO_CODEC = """HTMLMediaElement.prototype.canPlayType = () => '';
HTMLMediaElement.prototype.play = function () {
  Object.defineProperty(this, 'error', { value: { code: 4 } });
  return Promise.reject(new DOMException('no decoder', 'NotSupportedError'));
};"""


@pytest.mark.parametrize(
    ("before", "why"),
    [(NO_GRAPHICS, "has no WebGL"), (NO_CODEC, "does not play H.264")],
    ids=["no WebGL", "no H.264"],
)
def test_without_a_preview_the_page_shows_quick_pictures(
    opens: Opens, before: str, why: str
) -> None:
    """If WebGL or H.264 is missing, the page says why it has no preview and uses quick pictures."""
    tab = opens(before=before)
    tab.wait_for_function(
        "why => document.getElementById('plain').textContent.includes(why)", arg=why
    )
    assert tab.is_visible("#plain")
    assert tab.is_disabled("#play")
    first = exact(tab)
    marks(tab)
    control(tab, "layer2.similarity").locator("input[type=range]").evaluate(MOVE, "0.7")
    exact(tab, first)
    assert any(mark.startswith("quick picture") for mark in tab.evaluate("window.marks"))


def test_an_unreadable_video_is_reported(opens: Opens) -> None:
    """If the video cannot be read, the page says so, and stills continue to appear."""
    tab = opens()

    def broken(route: Route) -> None:
        route.fulfill(status=200, body=b"no video", content_type="video/mp4")

    tab.route("**/object/*.mp4", broken)
    first = exact(tab)
    control(tab, "layer2.saturation").locator("input[type=number]").fill("1.9")
    tab.keyboard.press("Enter")
    exact(tab, first)
    tab.wait_for_function(
        "() => document.getElementById('plain').textContent.includes('could not be played')"
    )


def test_at_most_one_request_is_pending_on_a_slow_machine(moving: Tab) -> None:
    """While two sliders are moving, at most one request is pending, and the last values win."""
    under_way, most = set[Request](), [0]

    def sent(request: Request) -> None:
        if "/act/" in request.url:
            under_way.add(request)
            most[0] = max(most[0], len(under_way))

    def answered(request: Request) -> None:
        under_way.discard(request)

    moving.on("request", sent)
    moving.on("requestfinished", answered)
    moving.context.new_cdp_session(moving).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    first = exact(moving)
    for name, reach in (("layer2.similarity", 0.9), ("layer2.saturation", 1.9)):
        slider = control(moving, name).locator("input[type=range]")
        slider.evaluate(DRAG, reach)
    exact(moving, first)
    line = "layer2.similarity=0.9 layer2.saturation=1.9"
    moving.wait_for_function(
        "line => document.getElementById('line').textContent.includes(line)", arg=line
    )
    assert most[0] == 1


def test_a_held_slider_is_not_redrawn(moving: Tab, page: Page) -> None:
    """A change on another page redraws the panel only after the slider is released."""
    slider = control(moving, "layer2.similarity").locator("input[type=range]")
    held = slider.element_handle()
    slider.evaluate(MOVE, "0.6")
    page.act("turn", knobs={"layer2.opacity": "0.3"})
    moving.wait_for_function("() => window.tune.state.values.get('layer2.opacity') === 0.3")
    assert held.evaluate("(one) => one.isConnected")
    held.dispatch_event("change")
    moving.wait_for_function(
        """() => document.querySelector('[data-name="layer2.opacity"] input').value === '0.3'"""
    )
    assert not held.evaluate("(one) => one.isConnected")
