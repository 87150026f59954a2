"""Trouble while a page is open: the page reports it, loses nothing, and recovers afterwards."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from collide.engine.programs import find_engine
from tests.fault.disks import Disk, small_disk
from tests.patience import running, wait_until
from tests.render.conftest import House
from tests.tune.conftest import Page, config, start, write_config

LONG = {"encoding_preset": "slow", "duration": "60"}  # its render takes a while
ROOM = 40_000_000  # bytes, more than tuning the piece takes


def reported(page: Page, kind: str, number: int) -> dict[str, str]:
    """Return the news of a request; check that any trouble has three parts and no traceback."""
    news = page.wait(kind, number)
    if kind == "trouble":
        assert all(news[part] for part in ("what", "why", "fix")), news
        assert "Traceback" not in json.dumps(news)
        assert "bug in collide" not in news["why"], news
    return news


def refused(page: Page, name: str, **body: object) -> dict[str, str]:
    """Try an action, check that it is refused, and return the message."""
    status, words = page.tried(name, **body)
    assert status == 422, words
    assert all(words[part] for part in ("what", "why", "fix")), words
    assert "bug in collide" not in words["why"], words
    return words


def mended(page: Page) -> None:
    """Check that the page keeps its draft, continues, and ends without a traceback."""
    held = page.act("look")
    assert held["typed"] == {"layer2.saturation": "0.4"}
    assert page.wait("still", held["number"])["file"] == page.still("layer2.saturation=0.4")
    assert "Traceback" not in page.end()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Yield a small disk for the cache; skip if mounting is not permitted."""
    with small_disk(tmp_path / "disk") as disk:
        if disk is None:
            pytest.skip("mounting a small disk is not permitted here")
        disk.resize(ROOM)
        yield disk


def fill(filler: Path) -> None:
    """Write a file until its disk is full."""
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))


@pytest.mark.parametrize("quick", [False, True])
def test_a_full_disk_is_reported_until_there_is_space(
    house: House, disk: Disk, quick: bool
) -> None:
    """The page reports a full disk and keeps the draft; once there is space, its still is exact."""
    kept = {**house.env(), "COLLIDE_CACHE": str(disk.place)}
    house.env = lambda: kept
    page = start(house)
    page.listen()
    page.wait("loop", page.act("look")["number"])
    kind, step = "still", 0
    while kind == "still":  # until nothing more can be evicted
        step += 1
        fill(disk.place / f"filler{step}")
        knobs = {"layer2.saturation": f"0.{40 + step}", "layer1.saturation": f"0.{40 + step}"}
        number = page.act("turn", knobs=knobs, quick=quick)["number"]
        kind, words = page.wait_for_any(["still", "trouble"], number)
    assert all(words[part] for part in ("what", "why", "fix")), words
    assert str(disk.place) in words["what"] + words["why"], words
    page.act("turn", knobs={"layer1.saturation": None, "layer2.saturation": "0.4"})
    assert page.act("seek", at=1.0)["typed"] == {"layer2.saturation": "0.4"}
    for filler in disk.place.glob("filler*"):
        filler.unlink()
    mended_at = page.act("look")
    still = page.wait("still", mended_at["number"])
    assert still["file"] == page.still("layer2.saturation=0.4", "at=1")
    assert "Traceback" not in page.end()


def test_a_deleted_cache_is_rendered_again(page: Page, house: House) -> None:
    """If cache/ is deleted, the page renders everything again and continues."""
    page.wait("loop", page.act("turn", knobs={"layer2.saturation": "0.4"})["number"])
    while (house.root / "cache").exists():  # the page may write into it at the same time
        shutil.rmtree(house.root / "cache", ignore_errors=True)
    mended(page)


def test_a_config_edited_by_hand_applies_at_once(page: Page, house: House) -> None:
    """A hand-edited config applies immediately, but turned knobs win; errors are reported."""
    page.wait("loop", page.act("turn", knobs={"layer2.saturation": "0.4"})["number"])
    path = house.root / "projects" / "x" / "config.json"
    before = path.read_text()
    path.write_text('{"seed": 7, ')
    words = page.wait("trouble")
    assert "config.json" in words["what"] + words["why"], words
    assert "layer2.saturation" in page.act("undo")["line"] + page.act("redo")["line"]
    write_config(house, **{**json.loads(before), "similarity": 0.5})
    right = page.still("layer2.saturation=0.4")
    # the page may read the config while it is half written, and report trouble first
    while page.wait_for_any(["still", "trouble"])[1].get("file") != right:
        pass
    assert config(house)["similarity"] == 0.5
    mended(page)


@pytest.mark.parametrize("how", ["renamed", "deleted"])
def test_a_missing_clip_is_reported(page: Page, house: House, how: str) -> None:
    """A renamed clip is still used, a deleted clip is reported, and the page continues."""
    first = page.wait("piece", page.act("turn", knobs={"layer2.saturation": "0.4"})["number"])
    page.wait("loop", first["of"])
    clip = house.root / first["layers"][1]["clip"]
    away = clip.with_name("elsewhere.mp4") if how == "renamed" else house.root / "aside"
    clip.rename(away)
    number = page.act("turn", knobs={"layer2.keyframes": "3", "mode": "dominant"})["number"]
    if how == "renamed":
        assert "elsewhere" in " ".join(page.wait("piece", number)["notes"])
        page.wait("still", number)
    else:
        words = reported(page, "trouble", number)
        assert clip.name in json.dumps(words) or "clip" in words["what"], words
        away.rename(clip)
    page.act("undo")
    mended(page)


def test_a_deleted_project_is_not_recreated(page: Page, house: House) -> None:
    """No action recreates a deleted project; if it is restored, the turned knobs still apply."""
    page.wait("loop", page.act("turn", knobs={"layer2.saturation": "0.4"})["number"])
    home, aside = house.root / "projects" / "x", house.root / "aside"
    home.rename(aside)
    assert "x" in refused(page, "turn", knobs={"layer2.saturation": "0.5"})["what"]
    refused(page, "keep")
    refused(page, "star")
    number = page.act("look")["number"]
    reported(page, "trouble", number)
    assert not home.exists()
    aside.rename(home)
    mended(page)


def test_a_killed_ffmpeg_is_reported(house: House) -> None:
    """The page reports a killed ffmpeg and then renders the same still as `doit still`."""
    engine = house.root / "engine"
    engine.mkdir()
    order, program = engine / "order", engine / "ffmpeg"
    program.write_text(
        f'#!/bin/sh\n[ -f "{order}" ] && kill -9 $$\nexec \'{find_engine().path}\' "$@"\n'
    )
    program.chmod(0o755)
    kept = {**house.env(), "COLLIDE_FFMPEG": str(program)}
    house.env = lambda: kept
    page = start(house)
    page.listen()
    page.wait("loop", page.act("look")["number"])
    order.touch()
    number = page.act("turn", knobs={"layer2.saturation": "0.4"}, quick=True)["number"]
    assert "SIGKILL" in json.dumps(reported(page, "trouble", number))
    order.unlink()
    mended(page)


def test_a_render_without_ffmpeg_is_reported(house: House) -> None:
    """If ffmpeg disappears while the page is open, the page reports that a render cannot start."""
    program = house.root / "ffmpeg"
    program.symlink_to(find_engine().path)
    kept = {**house.env(), "COLLIDE_FFMPEG": str(program)}
    house.env = lambda: kept
    page = start(house)
    page.listen()
    page.wait("loop", page.act("look")["number"])
    program.unlink()
    page.act("render")
    assert "COLLIDE_FFMPEG" in page.wait("rendered")["failed"]
    assert page.act("look")["rendering"] is False


def test_two_pages_that_turn_one_knob_agree(page: Page) -> None:
    """If two pages turn the same knob, the last value wins, and both pages show its picture."""
    other = Page(page.house, page.process, page.address)
    other.listen()
    for step in range(6):
        (page, other)[step % 2].act("turn", knobs={"layer2.saturation": f"0.{step + 3}"})
    held = other.act("turn", knobs={"layer2.saturation": "0.4"})
    for one in (page, other):
        assert one.wait("still", held["number"])["file"] == page.still("layer2.saturation=0.4")
    mended(page)


def last_record(house: House) -> dict[str, object]:
    """Return the newest run record of a render."""
    found = map(json.loads, (path.read_text() for path in sorted(house.records())))
    return next(one for one in reversed([*found]) if one["words"][0] == "render")


def rendering(house: House) -> list[str]:
    """Return the running renders of a workspace, as `NICE PID`."""
    listed = subprocess.run(["ps", "-A", "-o", "ni=,pid=,args="], capture_output=True, text=True)
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    inside = (row for row in rows if " -m doit " in row[2] and " render project=x" in row[2])
    return [f"{row[0]} {row[1]}" for row in inside if _in(house, row[1])]


def _in(house: House, pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == house.root
    except OSError:  # the process has just ended
        return False


@pytest.mark.parametrize("how", ["stop", "end"])
def test_stopping_a_render_on_the_page_works_like_ctrl_c(
    page: Page, house: House, how: str
) -> None:
    """A render stopped by button or with the page keeps finished results and leaves a record."""
    page.wait("loop", page.act("turn", knobs=LONG)["number"])
    page.act("render")
    while "rendered" not in page.wait("progress")["line"]:
        pass
    if how == "stop":
        page.act("stop")
        assert page.wait("rendered")["failed"] == "stopped; finished work is kept"
        assert page.act("look")["rendering"] is False
    assert "Traceback" not in page.end()
    record = last_record(house)
    assert record["code"] == 130, "the exit code of Ctrl-C"
    done = {task for task, one in record["tasks"].items() if one["status"] == "rendered"}
    assert done
    wait_until(lambda: not running(house.root / "cache"), what="the render goes on")
    again = house.doit("render", "project=x", "encoding_preset=ultrafast", "duration=60")
    layers = {task for task in done if task.startswith("layer:")}
    assert again.code == 0
    assert not layers & again.tasks("rendered"), "finished layers are rendered again"


def test_a_render_runs_at_a_lower_priority_than_the_page(page: Page, house: House) -> None:
    """A render runs at a lower priority, so the page's pictures still appear."""
    page.wait("loop", page.act("turn", knobs={**LONG, "duration": "300"})["number"])
    page.act("render")
    wait_until(lambda: rendering(house), what="the render does not begin")
    wait_until(lambda: all(int(row.split()[0]) > 0 for row in rendering(house)), what="not behind")
    number = page.act("turn", knobs={"layer2.saturation": "0.4"}, quick=True)["number"]
    page.wait("quick", number)
    page.wait("still", number)
    assert rendering(house), "it was over before the picture"
    page.process.send_signal(signal.SIGINT)
    page.process.communicate()


def test_a_time_after_the_end_of_the_piece_is_refused(house: House) -> None:
    """`tune at=99` is refused for a 6 s piece; the error states the length and a valid time."""
    ran = house.doit("tune", "project=x", "at=99")
    assert ran.code == 3
    why = "the piece is 6 s long"
    assert f"99 s is after the last frame\n  why  {why}\n  fix  use at=5.9" in ran.out
