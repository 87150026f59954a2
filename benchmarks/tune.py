"""How fast the live page follows: measured at the pixels, in headless Chromium, on real clips.

    python -m benchmarks.tune [folder of clips]

For each kind of control: the time from a move to another picture on the page, which the page plays
by itself or the server sends, and from its rest to the exact still; p50 and p95 in milliseconds.
Then the frames a second that the preview draws while a slider moves, and how far it is from the
exact still, of 255. The clips are by default those of ../shared/footage, the piece is the default.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from benchmarks.house import DOIT, REPO, surroundings

FOOTAGE = REPO.parent / "shared" / "footage"
CONFIG = {"seed": 7, "num_videos": 3, "duration": 12, "output_size": "1280x720"}
ROUNDS = 12
CONTROLS = {  # of each kind one, and two values that are turned to in turns
    "similarity": ("layer2.similarity", 0.25, 0.45),
    "softness": ("layer3.softness", 0.02, 0.3),
    "opacity": ("layer3.opacity", 0.9, 0.5),
    "place": ("layer3.x", 0.2, -0.2),
    "choke (stack)": ("layer3.choke", 1, 4),
    "saturation (look)": ("layer2.saturation", 0.4, 1.4),
    "dominant quant (color)": ("layer2.dominant_quant", 16, 48),
    "pan (no picture)": ("layer1.pan", 0.3, -0.3),
}
SOFTWARE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
            "--no-sandbox", "--disable-dev-shm-usage"]  # fmt: skip

# Moves a control, and returns the milliseconds until the pixels are others, then until the exact
# still of it stands there.
MOVE = """async ([name, value]) => {
  const box = document.querySelector(`[data-name="${name}"] input[type=range]`);
  const small = Object.assign(document.createElement('canvas'), { width: 96, height: 54 });
  const context = small.getContext('2d', { willReadFrequently: true });
  const seen = () => {
    const both = ['exact', 'live'].map((id) => document.getElementById(id));
    context.drawImage(both.find((one) => !one.hidden), 0, 0, 96, 54);
    return context.getImageData(0, 0, 96, 54).data.join();
  };
  const frame = () => new Promise(requestAnimationFrame);
  const before = seen(), wish = window.tune.state.seen, began = performance.now();
  box.value = value;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  let moved = 0;
  while (!moved && performance.now() - began < 5000) {
    await frame();
    if (seen() !== before) moved = performance.now() - began;
  }
  const rests = performance.now();
  box.dispatchEvent(new Event('change', { bubbles: true }));
  const mark = document.getElementById('mark');
  while (!(window.tune.state.seen > wish && mark.textContent === 'exact')) {
    if (performance.now() - rests > 20000) break;
    await frame();
  }
  return [moved, performance.now() - rests];
}"""

DRAWN = """async ([name]) => {
  const box = document.querySelector(`[data-name="${name}"] input[type=range]`);
  const { compositor } = window.tune, first = compositor.drawn, began = performance.now();
  while (performance.now() - began < 4000) {
    box.value = 0.1 + 0.4 * Math.abs(Math.sin(performance.now() / 700));
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  const rate = (compositor.drawn - first) / (performance.now() - began) * 1000;
  box.dispatchEvent(new Event('change', { bubbles: true }));
  return rate;
}"""

APART = """async () => {
  const { compositor, state } = window.tune, exact = document.getElementById('exact');
  const [wide, high] = compositor.plays.tile;
  const read = (one) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(one, 0, 0, wide, high);
    return context.getImageData(0, 0, wide, high).data;
  };
  compositor.video.pause();
  await compositor.seek(state.at);
  await new Promise((done) => setTimeout(done, 300));
  compositor.draw((knob, layer) => state.values.get(`layer${layer}.${knob}`));
  const [one, other] = [read(compositor.canvas), read(exact)];
  let sum = 0;
  for (let at = 0; at < one.length; at += 4) {
    for (let plane = 0; plane < 3; plane += 1) sum += Math.abs(one[at + plane] - other[at + plane]);
  }
  return sum / (one.length / 4 * 3);
}"""


@contextmanager
def tuned(folder: Path) -> Iterator[tuple[Page, Path]]:
    """Start `doit tune` in a house with some clips, and yield its page with the exact still."""
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        root = Path(place)
        for name in ("dodo.py", "pyproject.toml"):
            shutil.copy(REPO / name, root)
        shutil.copytree(REPO / "presets", root / "presets")
        (root / "library").mkdir()
        (root / "library" / "video").symlink_to(folder)
        (root / "projects" / "x").mkdir(parents=True)
        (root / "projects" / "x" / "config.json").write_text(json.dumps(CONFIG))
        argv = [*DOIT, "tune", "project=x", "open=false"]
        serving = subprocess.Popen(
            argv, cwd=root, env=surroundings(), stdout=subprocess.PIPE, text=True
        )
        assert serving.stdout
        address = re.findall(r"http://\S+", serving.stdout.readline())[0]
        program = which("chromium") or which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=SOFTWARE)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(120_000)
        page.goto(address)
        page.wait_for_function("() => document.getElementById('mark').textContent === 'exact'")
        page.wait_for_function("() => window.tune.compositor.ready")
        try:
            yield page, root
        finally:
            browser.close()
            serving.terminate()
            serving.communicate()


def row(times: list[float]) -> str:
    """Return the median and the 95th percentile of some times."""
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"{median(ordered):6.0f} {high:6.0f}"


def opened(page: Page, name: str) -> bool:
    """Open the tab and the group of a knob; return whether the piece reads it."""
    layer = name.partition(".")[0].removeprefix("layer") if "." in name else "0"
    page.click(f"#tab-{layer}")
    page.evaluate("document.querySelectorAll('#panel details').forEach((one) => (one.open = true))")
    return page.locator(f'[data-name="{name}"] input[type=range]').count() == 1


def main(words: list[str]) -> int:
    """Measure every kind of control, and print the table."""
    with tuned(Path(words[0]) if words else FOOTAGE) as (page, _):
        print(f"{'control':<24} {'picture p50, p95':>16} {'exact p50, p95':>16}   ms")
        for kind, (name, one, other) in CONTROLS.items():
            if not opened(page, name):
                print(f"{kind:<24} not read by this piece")
                continue
            moved, exact = [], []
            for at in range(ROUNDS):
                opened(page, name)
                value = (one, other)[at % 2] * (1 + at / 500)  # each is a look of its own
                first, last = page.evaluate(MOVE, [name, value])
                moved += [first] if first else []
                exact.append(last)
            seen = row(moved) if moved else "   no picture"
            print(f"{kind:<24} {seen:>16} {row(exact):>16}", flush=True)
        opened(page, "layer2.similarity")
        rate = page.evaluate(DRAWN, ["layer2.similarity"])
        print(f"drawn while a slider moves: {rate:.1f} a second")
        page.wait_for_function("() => document.getElementById('mark').textContent === 'exact'")
        page.wait_for_timeout(1500)
        print(f"preview against the exact still: {page.evaluate(APART):.2f} of 255")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
