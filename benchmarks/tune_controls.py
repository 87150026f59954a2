"""The response times of the live page for each kind of control, measured in the browser.

For each kind of control, the benchmark measures the milliseconds from a gesture to the first
changed picture, made by either the page or the server. The benchmark also measures the milliseconds
from the gesture (for a slider, from its release) to the exact still. A lock does not change a
picture, so the time until its button changes is measured instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page

ROUNDS = 12


@dataclass(frozen=True)
class Kind:
    """One kind of control: the gesture, the knob, and the values that it alternates between."""

    name: str
    how: str  # the gesture: slide, check, choose, write, preset, dice, lock
    knob: str
    values: Sequence[float | str]
    first: tuple[tuple[str, str], ...] = ()  # knobs turned beforehand


KINDS = (
    Kind("number, played here", "slide", "layer2.similarity", (0.25, 0.45)),
    Kind("number, of the stack", "slide", "layer3.choke", (1, 4)),
    Kind("number, of a look", "slide", "layer2.saturation", (0.4, 1.4)),
    Kind("number, of a mode", "slide", "layer2.dominant_quant", (16, 48)),
    Kind("choice, played here", "choose", "layer3.blend_mode", ("screen", "normal")),
    Kind("choice, of a mode", "choose", "layer2.mode", ("kmeans", "dominant")),
    Kind("range", "write", "layer2.coverage", ("0.2..0.3", "0.5..0.6"),
         (("layer2.coverage", "0.4..0.5"),)),
    Kind("color", "write", "layer3.colorkey_hex", ("0x203040", "0xd0d0d0"),
         (("layer3.mode", "fixed"),)),
    Kind("boolean", "check", "layer2.color_shift", ("", "")),
    Kind("chain", "write", "post", ("color-grade,analog", "analog")),
    Kind("text", "write", "output_size", ("960x540", "1280x720")),
    Kind("lock", "lock", "layer2", ("", "")),
    Kind("dice", "dice", "layer2", ("", "")),
    Kind("preset", "preset", "", ("ink", "classic-white")),
)  # fmt: skip

# Performs a gesture and returns the milliseconds until the pixels change and until the exact still
# is displayed (for a slider, from its release).
ACT = """async ([how, name, value]) => {
  const small = Object.assign(document.createElement('canvas'), { width: 96, height: 54 });
  const context = small.getContext('2d', { willReadFrequently: true });
  const seen = () => {
    const both = ['exact', 'live'].map((id) => document.getElementById(id));
    context.drawImage(both.find((one) => !one.hidden), 0, 0, 96, 54);
    return context.getImageData(0, 0, 96, 54).data.join();
  };
  const frame = () => new Promise(requestAnimationFrame);
  const tell = (one, ...kinds) => kinds.forEach((kind) =>
    one.dispatchEvent(new Event(kind, { bubbles: true })));
  const field = (what) => document.querySelector(`[data-name="${name}"] ${what}`);
  const button = (text) => [...document.querySelectorAll('#panel p.of button')]
    .find((one) => one.textContent === text);
  const mark = document.getElementById('mark'), wish = window.tune.state.seen;
  const before = seen(), began = performance.now();
  if (how === 'lock') {
    const was = button('lock').getAttribute('aria-pressed');
    button('lock').click();
    while (button('lock').getAttribute('aria-pressed') === was) await frame();
    return [performance.now() - began, 0];
  }
  const box = field('input[type=range]');
  const acts = {
    slide: () => { box.value = value; tell(box, 'input'); },
    check: () => field('input[type=checkbox]').click(),
    choose: () => { field('select').value = value; tell(field('select'), 'change'); },
    write: () => { const one = field('input[type=text]'); one.value = value; tell(one, 'change'); },
    dice: () => button('dice').click(),
    preset: () => {
      const one = document.getElementById('preset');
      one.value = value;
      tell(one, 'change');
    },
  };
  acts[how]();
  const late = () => performance.now() - began;
  const over = () => window.tune.state.seen > wish && mark.textContent === 'exact';
  let moved = 0;
  while (!moved && late() < 5000) {
    await frame();
    if (seen() !== before) moved = late();
    else if (how !== 'slide' && over()) break;
  }
  const rests = how === 'slide' ? performance.now() : began;
  if (how === 'slide') tell(box, 'change');
  while (!over() && performance.now() - rests < 20000) await frame();
  return [moved, performance.now() - rests];
}"""

SHOWN = """(wish) => window.tune.state.seen >= wish && window.tune.state.shown >= wish
  && document.getElementById('mark').textContent === 'exact'"""
FIELDS = ("slide", "check", "choose", "write")  # gestures on a field in the row of a knob
TURN = """async (knobs) => {
  const answer = await fetch('act/turn', { method: 'POST', body: JSON.stringify({ knobs }),
    headers: { 'Content-Type': 'application/json' } });
  return (await answer.json()).number;
}"""


def row(times: Sequence[float]) -> str:
    """Return the median and the 95th percentile of times as text, or "no picture" if empty."""
    if not times:
        return "no picture"
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"{median(ordered):6.0f} {high:6.0f}"


def opened(page: Page, name: str) -> None:
    """Open the tab of a knob or a layer, and all its groups."""
    layer = name.partition(".")[0].removeprefix("layer") if name.startswith("layer") else "0"
    page.click(f"#tab-{layer}")
    page.evaluate("document.querySelectorAll('#panel details').forEach((one) => (one.open = true))")


def measured(page: Page, kind: Kind, rounds: int = ROUNDS) -> tuple[list[float], list[float]]:
    """Return the times from one kind of gesture to a changed picture and to the exact still."""
    if kind.first:
        page.wait_for_function(SHOWN, arg=page.evaluate(TURN, dict(kind.first)))
    moved, exact = list[float](), list[float]()
    for at in range(rounds):
        opened(page, kind.knob)
        if kind.how in FIELDS and not page.locator(f'[data-name="{kind.knob}"]').count():
            break  # this piece does not read the knob
        value = kind.values[at % len(kind.values)]
        if isinstance(value, int | float):
            value = value * (1 + at / 500)  # gives each gesture a new look
        first, last = page.evaluate(ACT, [kind.how, kind.knob, value])
        moved += [first] if first else []
        exact += [last] if last else []
    return moved, exact


def table(page: Page) -> Iterator[str]:
    """Yield the rows of a table of all kinds of control, each as soon as it is measured."""
    yield f"{'control':<22} {'picture p50, p95':>16} {'exact p50, p95':>16}   ms"
    for kind in KINDS:
        moved, exact = measured(page, kind)
        yield f"{kind.name:<22} {row(moved):>16} {row(exact) if exact else '':>16}   {kind.knob}"
