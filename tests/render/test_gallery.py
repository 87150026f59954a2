"""A gallery shows each look once and extracts each picture once."""

import json
import re
import shutil

import pytest
from PIL import Image

from tests.render.conftest import SMALL


def shown(house, page="projects/x/gallery") -> dict:
    """Return the data of a page."""
    html = (house.root / page / "index.html").read_text()
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*)</script>', html)[1]
    )


@pytest.fixture
def looks(house):
    """Return a workspace whose project x has three looks, the last with a new similarity."""
    house.render("layer2.hue_shift=20")
    house.render("layer2.similarity=0.4")
    assert house.doit("gallery", "project=x").code == 0
    return house


def test_every_look_is_shown_with_the_origin_of_its_knobs(looks):
    """The gallery shows the newest look first, with its picture, changes and knob origins."""
    (project,) = shown(looks)["projects"]
    first, second, third = project["looks"]
    assert first["look"] == looks.manifest()["look"]
    assert first["layers"][1]["knobs"]["similarity"] == [0.4, "command line"]
    assert second["layers"][1]["knobs"]["similarity"] == [0.3, "config.json"]
    assert ["layer2.similarity", "0.3", "0.4"] in first["moved"]
    assert "layer2.similarity=0.4" in first["turned"]
    assert "layer2.similarity=0.4" not in second["turned"]
    assert not third["moved"]
    assert first["video"] == "../output/x.mp4"
    folder = looks.root / "projects" / "x" / "gallery"
    for one in (first, second, third):
        assert (folder / one["video"]).exists()
        with Image.open(folder / one["still"]) as picture:
            assert picture.width == 960
        assert len(one["layers"]) == 3
        assert one["layers"][1]["coverage"] is not None
    assert first["sound"]["lufs"] is not None


def test_a_repeated_gallery_starts_no_process(looks, calls):
    """Another gallery of the same looks does not start ffmpeg, even if the page was deleted."""
    assert looks.doit("gallery", "project=x").code == 0  # ffmpeg is now the recording program
    before, count = shown(looks), len(calls.argvs())
    assert count >= 3
    assert looks.doit("gallery", "project=x").code == 0
    shutil.rmtree(looks.root / "projects" / "x" / "gallery")
    assert looks.doit("gallery", "project=x").code == 0
    assert shown(looks) == before
    assert len(calls.argvs()) == count


def test_an_evicted_picture_is_extracted_again(looks):
    """A gallery extracts an evicted picture again and shows a look without its video."""
    first, second, _ = shown(looks)["projects"][0]["looks"]
    folder = looks.root / "projects" / "x" / "gallery"
    for path in (looks.root / "cache" / "objects").rglob("*"):
        if path.is_file() and path.read_bytes()[:2] == b"\xff\xd8":
            path.unlink()
    told = looks.root / "projects" / "x" / "looks" / f"{second['look']}.json"
    looks.object(json.loads(told.read_text())["video"]).unlink()
    shutil.rmtree(folder)
    assert looks.doit("gallery", "project=x").code == 0
    again = {one["look"]: one for one in shown(looks)["projects"][0]["looks"]}
    assert again[first["look"]] == first
    assert again[second["look"]]["still"] is None
    assert again[second["look"]]["video"] is None
    assert again[second["look"]]["layers"] == second["layers"]


def test_a_damaged_picture_or_video_is_not_shown(looks):
    """A gallery repairs a damaged picture and leaves out a damaged video."""
    first, second, _ = shown(looks)["projects"][0]["looks"]
    folder = looks.root / "projects" / "x" / "gallery"
    good = (folder / first["still"]).read_bytes()
    for path in (looks.root / "cache" / "objects").rglob("*"):
        if path.is_file() and path.read_bytes()[:2] == b"\xff\xd8":
            damage(path)
    told = looks.root / "projects" / "x" / "looks" / f"{second['look']}.json"
    damage(looks.object(json.loads(told.read_text())["video"]))
    shutil.rmtree(folder)
    assert looks.doit("gallery", "project=x").code == 0
    again = {one["look"]: one for one in shown(looks)["projects"][0]["looks"]}
    assert (folder / again[first["look"]]["still"]).read_bytes() == good
    assert again[second["look"]]["video"] is None
    assert again[second["look"]]["rendered"]


def damage(path):
    """Change a byte in the middle of an object without changing its size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_look_of_a_sweep_is_shown_as_not_rendered(looks):
    """The gallery shows a look from a sweep as not rendered, with the frame from the sweep.

    After a render, the gallery shows the look's video and a picture from the video.
    """
    assert looks.doit("sweep", "project=x", "similarity=0.21,0.22", *SMALL).code == 0
    assert looks.doit("gallery", "project=x").code == 0
    told = [one["rendered"] for one in shown(looks)["projects"][0]["looks"]]
    assert sorted(told) == [False, False, True, True, True]
    (sheet,) = shown(looks)["projects"][0]["sheets"]
    assert [(c["number"], c["turned"]) for c in sheet["cells"]] == [
        (1, "similarity=0.21"), (2, "similarity=0.22")]  # fmt: skip
    found = [one for one in shown(looks)["projects"][0]["looks"] if not one["rendered"]]
    folder = looks.root / "projects" / "x" / "gallery"
    for one in found:
        assert one["video"] is None
        with Image.open(folder / one["still"]) as picture:
            assert picture.size == (960, 540)
    before = (folder / found[0]["still"]).read_bytes()
    assert looks.doit("render", "project=x", f"look={found[0]['look']}").code == 0
    assert looks.doit("gallery", "project=x").code == 0
    again = {one["look"]: one for one in shown(looks)["projects"][0]["looks"]}[found[0]["look"]]
    assert again["rendered"]
    assert again["video"] == "../output/x.mp4"
    assert (folder / again["still"]).read_bytes() != before


def test_a_sweep_look_without_its_frame_has_no_picture(looks):
    """A look from a sweep has no picture if its frame is damaged or gone."""
    assert looks.doit("sweep", "project=x", "similarity=0.23,0.24").code == 0
    files = (looks.root / "projects" / "x" / "looks").glob("*.json")
    stills = {looks.object(told["still"]) for told in map(json.loads, map(read, files))
              if "still" in told}  # fmt: skip
    one, other = stills
    damage(one)
    other.unlink()
    assert looks.doit("gallery", "project=x").code == 0
    found = [one for one in shown(looks)["projects"][0]["looks"] if not one["rendered"]]
    assert [look["still"] for look in found] == [None, None]


def test_a_damaged_list_of_sheets_is_reported(looks):
    """A damaged list of sheets is reported, and its cells become one sheet without numbers."""
    assert looks.doit("sweep", "project=x", "similarity=0.21,0.22", *SMALL).code == 0
    (looks.root / "projects" / "x" / "sheets.json").write_text("{")
    ran = looks.doit("gallery", "project=x")
    assert ran.code == 0 and "projects/x/sheets.json is not JSON" in ran.out, ran.out
    (sheet,) = shown(looks)["projects"][0]["sheets"]
    assert [cell["number"] for cell in sheet["cells"]] == [None, None]


def read(path):
    return path.read_text()


def test_damaged_run_records_are_skipped(looks):
    """The gallery skips damaged run records and shows the last intact record."""
    before = shown(looks)["projects"][0]["run"]
    runs = looks.root / "cache" / "runs"
    (runs / "99990101T000000.000001Z.json").write_bytes(b"{}")
    (runs / "99990101T000000.000002Z.json").write_bytes(b"\xff rubbish")
    (runs / "99990101T000000.000003Z.json").write_text('{"project": "x", "words": ["render"]}')
    ran = looks.doit("gallery", "project=x")
    assert ran.code == 0, ran.out
    assert shown(looks)["projects"][0]["run"] == before


def test_stars_and_debug_pictures_are_shown_at_their_own_look(looks):
    """The gallery shows a star or a picture from `doit debug` only next to its own look."""
    first, second, third = (one["look"] for one in shown(looks)["projects"][0]["looks"])
    assert looks.doit("debug", "project=x", f"look={second}", "layer=2").code == 0
    assert looks.doit("star", "project=x", f"look={third[:4]}").code == 0
    assert looks.doit("gallery", "project=x").code == 0
    told = {one["look"]: one for one in shown(looks)["projects"][0]["looks"]}
    assert [told[n]["pinned"] for n in (first, second, third)] == [False, False, True]
    assert {p["what"] for p in told[second]["pictures"]} == {"frames", "keyed", "mask", "palette"}
    assert told[first]["pictures"] == []
    assert (looks.root / "projects/x/gallery" / told[second]["pictures"][0]["src"]).exists()


def test_the_last_run_is_shown_with_its_dependencies(looks):
    """The gallery shows the last render's tasks, outcomes and dependencies.

    `doit debug` and `doit prove` do not count as renders.
    """
    looks.doit("debug", "project=x", "layer=2")
    assert looks.doit("prove", "project=x").code == 0
    looks.doit("gallery", "project=x")
    run = shown(looks)["projects"][0]["run"]
    tasks = {task["task"]: task for task in run["tasks"]}
    assert "layer2.similarity=0.4" in run["words"]
    assert tasks["stack:0"]["status"] == "rendered"
    assert tasks["layer:2"]["status"] == "restored", "its color is one it had before"
    assert tasks["layer:1"]["status"] == "kept"
    assert set(tasks["layer:2"]["needs"]) >= {"color:2"}
    assert set(tasks["stack:0"]["needs"]) >= {"layer:2", "color:2"}


def test_an_unreadable_look_is_skipped_and_reported(looks):
    """The gallery reports an unreadable look and does not link to a file outside the store."""
    folder = looks.root / "projects" / "x" / "looks"
    name = shown(looks)["projects"][0]["looks"][1]["look"]
    told = json.loads((folder / f"{name}.json").read_text())
    (folder / f"{name}.json").write_text(json.dumps({**told, "video": "../../../dodo.py"}))
    (folder / "0badc0de.json").write_text("{}")
    ran = looks.doit("gallery", "project=x")
    assert ran.code == 0
    assert "skipped: " in ran.out
    found = {one["look"]: one for one in shown(looks)["projects"][0]["looks"]}
    assert found[name]["video"] is None
    assert "0badc0de" not in found


def test_clean_deletes_the_gallery_of_its_project(looks):
    """The page of all projects is in the cache; `doit clean` deletes only a project's own page."""
    assert looks.doit("gallery").code == 0
    (project,) = shown(looks, "cache/gallery")["projects"]
    assert (looks.root / "cache" / "gallery" / project["looks"][0]["still"]).exists()
    assert looks.doit("clean", "project=x").code == 0
    assert not (looks.root / "projects" / "x" / "gallery").exists()
