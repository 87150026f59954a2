"""The latency of the live page, measured from its pixels in headless Chromium, on real clips.

    python -m benchmarks.tune [folder of clips]

For each kind of control in tune_controls.py, the benchmark prints the milliseconds (p50 and p95) to
the next picture and to the exact still. benchmarks.preview measures the preview's frame rate and
its difference from the exact still. The piece has three layers and mostly default knobs. Its clips
are from ../shared/footage by default.
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
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from benchmarks.footage import FOOTAGE
from benchmarks.house import DOIT, REPO, surroundings
from benchmarks.tune_controls import table

CONFIG = {"seed": 7, "num_videos": 3, "duration": 12, "output_size": "1280x720"}
SOFTWARE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
            "--no-sandbox", "--disable-dev-shm-usage"]  # fmt: skip


@contextmanager
def tuned(folder: Path) -> Iterator[tuple[Page, Path]]:
    """Start `doit tune` on a folder of clips; when ready, yield its page and the workspace."""
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
        page.set_default_timeout(600_000)
        page.goto(address)
        page.wait_for_function("() => document.getElementById('mark').textContent === 'exact'")
        page.wait_for_function("() => window.tune.compositor.ready")
        try:
            yield page, root
        finally:
            browser.close()
            serving.terminate()
            serving.communicate()


def main(words: list[str]) -> int:
    """Measure every kind of control and print the table."""
    with tuned(Path(words[0]) if words else FOOTAGE) as (page, _):
        for row in table(page):
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
