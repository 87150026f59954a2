"""`doit preview`, `listen` and `watch` cost less than a render and do not affect later renders."""

import json
import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from PIL import Image

from tests.patience import HANGS
from tests.render.reading import samples, streams

SMALL = "fps=10 duration=6 min_resolution=0".split()


# --- preview ---


def test_a_preview_is_small_and_short_and_has_sound(house):
    """A preview has the requested length, at most 360 pixels on its shorter side, and sound."""
    ran = house.doit("preview", "project=x", *SMALL, "from=3", "for=2")
    assert ran.code == 0, ran.out
    assert "2 s, starting at 3 s, 640x360 · projects/x/preview.mp4" in ran.out
    video = house.root / "projects" / "x" / "preview.mp4"
    picture, sound = streams(video).values()
    assert len(picture.pts) == 20
    assert sound.end == pytest.approx(2, abs=0.05)
    assert abs(samples(video)).max() > 0.01


def test_a_preview_lists_the_results_that_it_restores(house):
    """A preview lists the results that it restores and calls all other results "never rendered"."""
    ran = house.doit("preview", "project=x", *SMALL, "for=1", "output_size=128x72")
    assert re.search(r"^restored \d+ results from the store: ", ran.out, re.MULTILINE), ran.out
    reasons = {ran.record["tasks"][task]["why"] for task in ran.rendered}
    assert reasons == {"never rendered"}


def test_a_preview_renders_only_the_frames_it_shows(house):
    """A preview of a part of the second segment does not stack the first segment."""
    ran = house.doit("preview", "project=x", *SMALL, "from=5.2", "for=0.5")
    stacks = {task for task in ran.rendered if task.startswith(("stack", "encode", "mux"))}
    assert stacks == {"stack:1"}
    assert house.doit("preview", "project=x", *SMALL, "from=5.2", "for=0.5").rendered == set()


def test_a_preview_with_a_different_key_renders_no_layer(house):
    """`doit preview` with a different threshold, position or edge renders no layer."""
    words = ["project=x", *SMALL, "from=5.2", "for=0.5"]
    assert house.doit("preview", *words).code == 0
    for knob in ("layer2.similarity=0.2", "layer3.x=0.3", "layer2.feather=9"):
        assert house.doit("preview", *words, knob).rendered == {"stack:1", "preview"}, knob


def test_a_preview_leaves_no_setting_in_a_render(house):
    """After a preview and a sheet, the same render finds nothing to do."""
    house.render()
    files = [p for p in (house.root / "projects" / "x").rglob("*") if p.is_file()]
    before = {path: path.read_bytes() for path in files}
    house.doit("preview", "project=x", *SMALL, "for=1")
    house.doit("sheet", "project=x", "presets=silent-film", *SMALL)
    assert {path: path.read_bytes() for path in files} == before
    again = house.render()
    assert again.tasks("kept") == set(again.record["tasks"])


def test_a_preview_keeps_the_shape_of_the_piece(house):
    """A preview keeps an upright shape and does not enlarge a small piece."""
    for size, shown in (("1080x1920", "360x640"), ("128x72", "128x72"), ("1000x500", "720x360")):
        ran = house.doit("preview", "project=x", *SMALL, "for=0.5", f"output_size={size}")
        assert f", {shown} · " in ran.out, ran.out


# --- listen ---


def test_listen_renders_no_picture(house):
    """If a sound's knob is turned, `doit listen` runs only four steps.

    The four steps are the sound, the mix, its loudness and the copy to listen to.
    """
    words = ["project=x", *SMALL]
    assert house.doit("listen", *words).code == 0
    ran = house.doit("listen", *words, "layer3.pan=-0.5")
    assert ran.rendered == {"audio:3", "mix", "loudness", "listen"}
    assert "-16 LUFS, peak -" in ran.out
    assert "projects/x/mix.m4a" in ran.out
    sound = streams(house.root / "projects" / "x" / "mix.m4a")[0]
    assert sound.end == pytest.approx(6, abs=0.05)


def test_listen_prints_the_loss_in_mono(house):
    """`doit listen` prints the loss in mono.

    A centered sound loses nothing; a sound panned to one side loses three decibels.
    """
    words = ["project=x", *SMALL, "audio_sources=1", "layer1.sound=on", "layer3.sound=off"]
    middle = house.doit("listen", *words, "layer1.pan=0", "spread=0").out
    assert "LUFS, 0.0 dB less" in middle
    side = house.doit("listen", *words, "layer1.pan=-1", "spread=0").out
    assert "LUFS, 3.0 dB less" in side
    assert "right silent" in side


def test_listen_refuses_a_piece_without_sound(house):
    """`doit listen` refuses a piece without sound and prints knobs that make it audible."""
    off = [f"layer{n}.sound=off" for n in (1, 2, 3)]
    ran = house.doit("listen", "project=x", *SMALL, *off)
    assert ran.code == 3
    assert "x has no sound" in ran.out
    assert " layer1.sound=auto layer2.sound=auto layer3.sound=auto" in ran.out
    silent = [f"layer{n}.clip=c.mp4" for n in (1, 2, 3)]
    ran = house.doit("listen", "project=x", *SMALL, *silent)
    assert (ran.code, "as a bed: doit set project=x audio_beds=1" in ran.out) == (3, True), ran.out


# --- watch ---


class Watcher:
    """A running `doit watch` and its output."""

    def __init__(self, house) -> None:
        argv = [sys.executable, "-m", "doit", "watch", "project=x", "at=2"]
        self.process = subprocess.Popen(
            argv, cwd=house.root, env={**house.env(), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.patience = threading.Timer(HANGS, self.process.kill)
        self.patience.start()

    def until(self, word: str) -> str:
        """Return the output up to the line with `word`."""
        heard = ""
        for line in self.process.stdout:
            heard += line
            if word in line:
                return heard
        raise AssertionError(heard)

    def end(self) -> int:
        """Press Ctrl-C and return the exit code."""
        os.kill(self.process.pid, signal.SIGINT)
        self.process.communicate(timeout=HANGS)
        self.patience.cancel()
        return self.process.returncode


def write(house, **knobs) -> None:
    """Add knobs to config.json as an editor does: replace the file."""
    path = house.root / "projects" / "x" / "config.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    half = path.with_suffix(".new")
    half.write_text(json.dumps({**known, **knobs}))
    half.rename(path)


def test_watch_renders_the_still_at_each_save(house):
    """`doit watch` renders only the still when a knob is saved.

    After an error, `doit watch` renders the next save as usual.
    """
    write(house, fps=10, duration=6, output_size="128x72", min_resolution=0)
    watcher = Watcher(house)
    try:
        watcher.until("watching")
        write(house, softness=0.2)
        heard = watcher.until("watching")
        assert "projects/x/config.json" in heard
        assert "rendered 1, restored 0" in heard
        write(house, softness="soft")
        assert "softness=soft is not a valid value" in watcher.until("watching")
        write(house, softness=0.3)
        assert "rendered 1, restored 0" in watcher.until("watching")
    finally:
        code = watcher.end()
    assert code == 0
    with Image.open(house.root / "projects" / "x" / "still.png") as picture:
        assert picture.size == (128, 72)


def test_watch_reloads_a_saved_script(house):
    """`doit watch` reloads a saved script, and the still changes."""
    script = house.root / "projects" / "x" / "scripts" / "post" / "tint.py"
    script.parent.mkdir(parents=True)
    text = (
        '"""post/tint: turns all colors round.\n\n'
        'Played for a test.\nReads and writes pictures.\n"""\n'
        "from collide.instrument import Limit\n\n"
        "DEFAULTS: dict[str, object] = {}\nLIMITS: dict[str, Limit] = {}\nNEUTRAL = {}\n\n\n"
        'def filters(knobs, *, size, fps, seed):\n    return "hue=h=%s"\n'
    )
    script.write_text(text % 90)
    write(house, fps=10, duration=6, output_size="128x72", min_resolution=0, post="tint")
    watcher = Watcher(house)
    try:
        watcher.until("watching")
        before = (house.root / "projects" / "x" / "still.png").read_bytes()
        script.write_text(text % 180)
        assert "scripts/post/tint.py" in watcher.until("watching")
        assert (house.root / "projects" / "x" / "still.png").read_bytes() != before
    finally:
        watcher.end()
