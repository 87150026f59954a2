"""The play button waits for a preview in progress and requests a missing preview."""

import pytest
from playwright.sync_api import Page as Tab

from tests.tune.conftest import Page
from tests.tune.open_tabs import Opens, exact, opens
from tests.tune.test_preview import moving, settled

__all__ = ["moving", "opens"]  # fixtures
pytestmark = pytest.mark.browser

# This script delays the address and the playing of a video until RELEASE.
HELD = """const media = HTMLMediaElement.prototype, play = media.play;
const { get, set } = Object.getOwnPropertyDescriptor(media, 'src');
window.held = [];
Object.defineProperty(media, 'src', { get, set(address) {
  if (window.held) window.held.push(() => set.call(this, address)); else set.call(this, address);
} });
media.play = function () {
  if (!window.held) return play.call(this);
  return new Promise((go) => window.held.push(() => go(play.call(this))));
};"""
RELEASE = "() => { const { held } = window; window.held = null; held.forEach((one) => one()); }"
PLAYS = "() => window.tune.state.playing && window.tune.compositor.moving"
STATUS = "document.getElementById('status').textContent"


def _seeks(tab: Tab) -> list[str]:
    """Return a list that collects every seek the page requests."""
    asked: list[str] = []
    tab.on("request", lambda one: asked.append(one.url) if one.url.endswith("/act/seek") else None)
    return asked


def test_play_waits_for_a_preview_in_progress(opens: Opens) -> None:
    """`play` waits for a preview in progress without a new request; another press ends the wait."""
    tab = opens(before=HELD)
    if not tab.evaluate("window.tune.compositor.works"):
        pytest.skip("this Chromium has no WebGL")
    asked = _seeks(tab)
    tab.wait_for_function("() => window.held.length === 2")
    tab.keyboard.press(" ")
    tab.wait_for_function(f"() => {STATUS}.startsWith('the moving preview of this time')")
    assert tab.inner_text("#play") == "cancel"
    tab.keyboard.press(" ")
    assert (tab.inner_text("#play"), tab.inner_text("#status")) == ("play", "")
    tab.keyboard.press(" ")
    assert not tab.evaluate("window.tune.state.playing")
    tab.evaluate(RELEASE)
    tab.wait_for_function(PLAYS)
    assert tab.inner_text("#play") == "pause"
    tab.wait_for_function(f"() => {STATUS} === ''")
    assert asked == []


def test_play_requests_a_lost_preview_once(moving: Tab, page: Page) -> None:
    """If the preview is lost, `play` requests it once and then starts."""
    settled(moving, page.act("look")["number"])
    asked = _seeks(moving)
    moving.evaluate("window.tune.compositor.plays = null")
    moving.keyboard.press(" ")
    moving.wait_for_function(PLAYS)
    assert len(asked) == 1
    moving.keyboard.press(" ")
    exact(moving)
    assert moving.inner_text("#play") == "play"
