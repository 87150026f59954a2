"""Reading verbs neither start ffmpeg nor write files; `set`, `undo` and `clean` print changes."""

import json
import re
import stat

import pytest

from collide.catalog import shipped
from collide.engine.programs import find_engine
from collide.plan.exports import ENCODERS
from tests.render.conftest import CONFIG, SMALL

READS = [
    ["list"],
    ["list", "project=x"],
    ["list", "--all", "project=x"],
    ["plan", "project=x"],
    ["why", "project=x"],
    ["knobs", "project=x"],
    ["knobs", "similarity"],
    ["looks", "project=x"],
]


def tree(root) -> dict[str, bytes]:
    """Map every file below `root` to its bytes."""
    return {str(p): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture
def tripwire(tmp_path, monkeypatch):
    """Replace ffmpeg with a program that leaves a mark; return the path of the mark."""
    mark, program = tmp_path / "was-started", tmp_path / "ffmpeg"
    program.write_text(f'#!/bin/sh\ntouch "{mark}"\nexec "{find_engine().path}" "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(program))
    return mark


@pytest.mark.parametrize("words", [*READS, ["clean", "project=x"]], ids=" ".join)
def test_reading_verbs_change_nothing_in_a_cold_project(empty_house, tripwire, words):
    """In a project that was never rendered, a reading verb does not start ffmpeg or write a file.

    `doit clean` does not start ffmpeg or write a file either.
    """
    folder = empty_house.root / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    before = tree(empty_house.root)
    ran = empty_house.doit(*words)
    assert ran.code == 0, ran.out
    assert "Traceback" not in ran.out
    assert tree(empty_house.root) == before
    assert not tripwire.exists()


@pytest.mark.parametrize("words", [*READS, ["info", "layer:2", "project=x"]], ids=" ".join)
def test_reading_verbs_change_nothing_in_a_rendered_project(house, tripwire, words):
    """In a rendered project, a reading verb does not start ffmpeg or write a file."""
    before = tree(house.root)
    ran = house.doit(*words)
    assert ran.code in (0, 1), ran.out
    assert "Traceback" not in ran.out
    after = tree(house.root)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == set()
    assert not tripwire.exists()


def test_why_names_the_knob_with_its_old_and_new_value(house):
    """`doit why` prints the old and new value of each knob, at the step that reads it."""
    ran = house.doit("why", "project=x", *SMALL, "layer2.hue_shift=20", "crf=30")
    assert re.search(r"^layer 2: hue_shift \S+ → 20$", ran.out, re.MULTILINE)
    assert "stack: layer 2 changes\n" in ran.out
    assert "encode: crf 20 → 30\n" in ran.out
    ran = house.doit("why", "project=x", *SMALL, "layer2.similarity=0.25")
    assert "stack: layer2.similarity 0.3 → 0.25\n" in ran.out
    assert "layer 2" not in ran.out, "its stored planes are unchanged"


def test_info_describes_one_task(house):
    """`doit info` prints a task's verdict, reason, last result, inputs, readers and commands."""
    ran = house.doit("info", "layer:2", "project=x", *SMALL, "layer2.saturation=1.25")
    assert re.search(r"now +would render: .*saturation \S+ → 1.25", ran.out)
    assert re.search(r"knobs .*saturation 1.25,", ran.out)
    assert re.search(r"reads +levels:2, color:2, library/video/b.mp4", ran.out)
    ran = house.doit("info", "stack:0", "project=x", *SMALL)
    assert "now         up to date" in ran.out
    assert re.search(r"read by +encode:0, record", ran.out)
    (made,) = re.findall(r"made +stack.nut \S+ \w+ (\S+)", ran.out)
    assert (house.root / made).is_file()
    assert "-filter_complex" in ran.out.partition("commands")[2]
    ran = house.doit("info", "stack:0", "project=x", *SMALL, "layer2.similarity=0.25")
    assert "similarity 0.3 → 0.25" in ran.out


def test_info_about_a_kind_lists_its_tasks(house):
    """`doit info layer` prints a verdict for each layer, and `doit info select` the clips.

    The error for a mistyped kind of task suggests the right kind.
    """
    ran = house.doit("info", "layer", "project=x", *SMALL, "layer2.saturation=1.25")
    lines = [line.split()[:2] for line in ran.out.splitlines()]
    assert [name for name, _ in lines] == ["layer:1", "layer:2", "layer:3"]
    assert [word for _, word in lines] == ["up", "would", "up"]
    ran = house.doit("info", "select", "project=x")
    assert "selection.json" in ran.out and "library/video/b.mp4" in ran.out
    ran = house.doit("info", "layers", "project=x")
    assert ran.code == 3 and ran.out.rstrip().endswith("doit info layer project=x")


def test_set_and_undo_call_a_missing_value_unset(house):
    """`doit set`, `undo` and `redo` print a knob's old and new value, or "unset"."""
    ran = house.doit("set", "project=x", "layer2.softness=0.3")
    assert ran.out.splitlines()[0] == "layer2.softness: unset → 0.3"
    assert house.doit("undo", "project=x").out.splitlines()[0] == "layer2.softness: 0.3 → unset"
    assert house.doit("redo", "project=x").out.splitlines()[0] == "layer2.softness: unset → 0.3"
    ran = house.doit("redo", "project=x")
    assert ran.code == 3 and "fix  nothing to do: its knobs are the newest" in ran.out


def test_setting_an_equal_value_leaves_the_history_unchanged(house):
    """Setting the same value or removing an absent knob does not change files or the history."""
    house.doit("set", "project=x", "layer2.softness=0.3")
    history = (house.root / "projects" / "x" / "history.json").read_bytes()
    ran = house.doit("set", "project=x", "layer2.softness=0.30", "layer2.choke=")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "layer2.softness: 0.3, unchanged",
        "layer2.choke: unset, unchanged",
        "nothing changed, so there is no new step to undo",
    ]
    assert (house.root / "projects" / "x" / "history.json").read_bytes() == history


def test_clean_deletes_only_the_rendered_video(house):
    """`doit clean` deletes the video and leaves the project's other files.

    The next render restores the video.
    """
    project, video = house.root / "projects" / "x", house.video().read_bytes()
    kept = {p.name: p.read_bytes() for p in project.iterdir() if p.is_file()}
    assert house.doit("clean", "project=x").code == 0
    assert not house.video().exists()
    assert {p.name: p.read_bytes() for p in project.iterdir() if p.is_file()} == kept
    assert house.render().rendered == set()
    assert house.video().read_bytes() == video


def test_after_clean_results_are_called_already_in_the_store(house):
    """After `doit clean`, `plan`, `why` and `render` call stored results "already in the store"."""
    house.doit("clean", "project=x")
    planned = house.doit("plan", "project=x", *SMALL).out
    assert "never rendered" not in planned and planned.count("already in the store") > 10, planned
    assert "layer 1: already in the store\n" in house.doit("why", "project=x", *SMALL).out
    ran = house.render()
    whys = {task["why"] for task in ran.record["tasks"].values() if task["status"] == "restored"}
    assert ran.rendered == set() and whys == {"already in the store"}, ran.out


def test_clean_deletes_and_lists_what_every_verb_delivered(house):
    """`doit clean` deletes and lists stills, sheets, previews, exported videos and pages.

    Stars, looks, look files and notes are not deleted.
    """
    (house.root / "projects" / "x" / "README.md").write_text("my notes")
    assert house.doit("star", "project=x", "name=first").code == 0
    kept = files(house)
    house.render("crf=30")
    assert house.doit("export", *SMALL, "crf=30", "as=look", "project=x").code == 0
    look = house.manifest()["look"]
    kept |= {f"looks/{look}.json", f"output/x-{look}.json"}
    small = [*SMALL, "at=1"]
    for words in (
        ["still", *small],
        ["preview", *SMALL, "for=0.5"],
        ["listen", *SMALL],
        ["sheet", *small, "presets=silent-film"],
        ["sweep", *small, "crf=20,30"],
        ["roll", *small, "n=2"],
        ["diff"],
        ["debug", *SMALL, "layer=2"],
        ["gallery"],
        *(["export", *SMALL, f"as={form}"] for form in ENCODERS),
    ):
        ran = house.doit(*words, "project=x")
        assert ran.code == 0, ran.out
    made = files(house) - kept
    made = {name for name in made if not name.startswith("looks/")} | {"output/x.mp4"}
    assert len(made) > 15
    dry = house.doit("clean", "project=x", "--dry-run").out.splitlines()
    assert made <= files(house)
    ran = house.doit("clean", "project=x")
    assert ran.code == 0
    listed = [line.replace("removed", "would remove", 1) for line in ran.out.splitlines()]
    assert dry[:-1] == listed[:-1]
    assert not made & files(house)
    assert kept - {"output/x.mp4"} <= files(house)
    folders = ("output/x-stems", "debug", "gallery")
    for name in made:
        folder = name.rpartition("/")[0]
        shown = f"{folder}/: " if folder in folders else f"{name}\n"
        assert f"removed projects/x/{shown}" in ran.out, ran.out
    assert "x-stems/: 2 files\n" in ran.out
    left = sorted(p.name for p in (house.root / "projects" / "x" / "output").iterdir())
    assert left == ["first.mp4", f"x-{look}.json"]
    assert house.doit("clean", "project=x").out == (
        "removed the records of 0 tasks; the results are still in the store\n"
    )


def files(house) -> set[str]:
    """Return every file of project x, by its path in the project."""
    root = house.root / "projects" / "x"
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_plan_of_a_missing_project_creates_nothing(empty_house):
    """`doit plan` says that a project is missing and does not create it."""
    before = tree(empty_house.root)
    ran = empty_house.doit("plan", "project=new", "preset=classic-white")
    assert ran.code == 0, ran.out
    assert "does not exist yet" in ran.out
    assert tree(empty_house.root) == before


def test_descriptions_write_ranges_as_they_are_typed():
    """No description of a knob writes a range as a list or with "to"."""
    texts = [
        text for owner in shipped().instruments for text in shipped().explained(owner).values()
    ]
    assert any("typical 0.2..0.4" in text for text in texts)
    odd = r"\[-?[\d.]+, -?[\d.]+\]|^typical.*\d to -?\d"
    assert [text for text in texts if re.search(odd, text, re.MULTILINE)] == []
