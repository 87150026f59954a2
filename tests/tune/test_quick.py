"""Quick pictures: small stills, each rendered by a single command and never stored."""

import io
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from collide.instrument import wide_and_high
from collide.plan.preview_clip import small
from collide.store.entry import ObjectRef
from collide.store.receipts import Receipts
from tests.patience import wait_until
from tests.render.conftest import House
from tests.tune.conftest import Page, start, write_config

APART = 8.0  # mean difference in levels: a quick picture is small, and its cuts are not steadied


def seen(page: Page, file: str, size: tuple[int, int]) -> np.ndarray:
    """Return a picture from the page, scaled to `size`."""
    status, data, _ = page.ask(f"/{page.token}/object/{file}.png")
    assert status == 200
    picture = Image.open(io.BytesIO(data)).convert("RGB").resize(size, Image.Resampling.BOX)
    return np.asarray(picture, dtype=float)


def quick_and_exact(page: Page, knobs: Mapping[str, str]) -> tuple[dict, dict]:
    """Turn knobs and return the news of the quick picture and of the still."""
    number = page.act("turn", knobs=dict(knobs), quick=True)["number"]
    return page.wait("quick", number), page.wait("still", number)


@pytest.mark.parametrize(
    "knobs",
    [
        {"layer2.saturation": "0.4"},
        {"layer2.similarity": "0.45", "layer3.softness": "0.2"},
        {"mode": "dominant", "dominant_quant": "48"},
        {"mode": "kmeans", "layer3.blend_mode": "screen"},
        {"mode": "luminance"},
        {"layer2.scale": "0.5", "layer2.x": "0.3", "layer3.choke": "2"},
        {"layer2.fit": "blur", "layer3.fit": "contain"},
        {"post": "color-grade,analog", "grade_temperature": "4000"},
        {"loop": "fade", "loop_fade": "1.5"},
        {"auto_normalize": "true", "levels": "0"},
        {"layer3.coverage": "0.3..0.4"},
    ],
    ids=str,
)
def test_a_quick_picture_is_a_small_still(page: Page, knobs: dict[str, str]) -> None:
    """For each kind of knob, the quick picture matches the still at a preview's size."""
    quick, still = quick_and_exact(page, knobs)
    size = wide_and_high(small("256x144"))
    apart = np.abs(seen(page, quick["file"], size) - seen(page, still["file"], size)).mean()
    assert apart < APART


def commands(house: House) -> list[str]:
    """Return the tasks in the command log of a tuning session, in order."""
    log = sorted((house.root / "cache" / "runs").glob("*.log"))[-1].read_text()
    return [line.removeprefix("# ") for line in log.splitlines() if line.startswith("# ")]


def test_a_second_turn_of_a_color_knob_decodes_no_clip(page: Page, house: House) -> None:
    """After the first turn of a color knob, a quick picture needs only two commands.

    The two commands render the keyframes and the picture itself.
    """
    page.wait("loop", page.act("turn", knobs={"mode": "dominant", "loop": "cut"})["number"])
    for text in ("0.4", "0.5", "0.6"):
        knobs = {"layer2.saturation": text}
        page.wait("loop", page.act("turn", knobs=knobs, quick=True)["number"])
    page.end()
    ran = commands(house)
    last = ran[len(ran) - ran[::-1].index("quick") - 2 :]
    assert last == ["keyframe:2", "quick", "look:2", "still", "part:2", "row:2", "atlas"]
    assert ran.count("moments:2") == 1


def test_quick_pictures_are_never_stored(page: Page, house: House) -> None:
    """Quick pictures are never stored, and the page keeps only the last few."""
    quick, _ = quick_and_exact(page, {"layer2.saturation": "0.4"})
    assert not house.object(quick["file"]).exists()
    for step in range(12):
        quick_and_exact(page, {"layer2.saturation": f"0.{50 + step}"})
    assert page.ask(f"/{page.token}/object/{quick['file']}.png")[0] == 404


def test_keyframes_from_tuning_equal_those_of_a_still(house: House) -> None:
    """Keyframes from tuning are identical to the keyframes of a still with an empty store."""
    config = {"mode": "dominant", "output_size": "256x144", "fps": 10, "duration": 6}
    write_config(house, **config)
    page = start(house)
    page.listen()
    page.wait("loop", page.act("look")["number"])
    number = page.act("turn", knobs={"saturation": "0.4"}, quick=True)["number"]
    page.wait("loop", number)
    page.end()
    made = [objects(house.root / "cache", "tune", number) for number in (2, 3)]
    kept = {**house.env(), "COLLIDE_CACHE": str(house.root / "other")}
    house.env = lambda: kept
    assert house.doit("still", "project=x", "saturation=0.4").code == 0
    assert [objects(house.root / "other", "still", number) for number in (2, 3)] == made


def objects(cache: Path, verb: str, number: int) -> Mapping[str, ObjectRef]:
    """Return the keyframe objects of a layer from a verb's receipt."""
    receipt = Receipts(cache / "receipts" / "x" / verb).read(f"keyframe:{number}")
    assert receipt
    return receipt.entry.objects


def test_a_picture_in_progress_is_rendered_only_once(page: Page, house: House) -> None:
    """If a slider is released, the picture in progress is requested again but rendered once."""
    page.wait("loop", page.act("look")["number"])
    numbers = [
        page.act("turn", knobs={"layer2.saturation": "0.4"}, gesture="1", quick=True)["number"]
        for _ in range(3)
    ]
    still = page.wait("still", numbers[-1])
    page.wait("loop", numbers[-1])
    page.end()
    assert commands(house).count("look:2") <= 2, "the first look of all, and this one"
    assert still["file"] == page.still("layer2.saturation=0.4")


def test_a_still_in_the_store_needs_no_quick_picture(page: Page) -> None:
    """If the still is already in the store, it is sent immediately, without a quick picture."""
    page.wait("still", page.act("look")["number"])
    page.wait("still", page.act("turn", knobs={"layer2.saturation": "0.4"}, quick=True)["number"])
    number = page.act("undo")["number"]
    page.wait("still", number)
    told = [kind for kind, news in page.heard if news.get("of") == number]
    assert "quick" not in told


def test_effects_that_need_all_frames_are_named(page: Page) -> None:
    """A quick picture omits effects that need all frames, and the page names them."""
    number = page.act("turn", knobs={"post": "color-grade,stabilize"}, quick=True)["number"]
    assert page.wait("quick", number)["missing"] == ["stabilize"]
    page.wait("still", number)


def below(page: Page) -> list[str]:
    """Return the running descendants of a page's process."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    mine, found = {str(page.process.pid)}, list[str]()
    for pid, parent, args in sorted(rows, key=lambda row: int(row[0])):
        if parent in mine and "<defunct>" not in args:
            mine.add(pid)
            found.append(args)
    return found


def test_a_hundred_moves_leave_only_the_analysis_worker(page: Page) -> None:
    """Requests run one at a time, and in the end only the analysis worker and its shell remain."""
    most = 0
    for step in range(100):
        knobs = {"layer2.saturation": f"{0.5 + step / 100:.2f}"}
        held = page.act("turn", knobs=knobs, quick=True)
        if step % 10 == 0:
            most = max(most, sum("ffmpeg" in args for args in below(page)))
    page.wait("loop", held["number"])
    assert most <= 4, "more than the steps of one request ran"
    wait_until(lambda: len(below(page)) <= 2, what="a process of a move goes on")
    assert all("engine.worker" in args or args.startswith("/bin/sh") for args in below(page))
    page.end()
