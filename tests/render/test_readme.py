"""The commands in README.md and docs/commands.md run, and every link leads to a file."""

import re
import shutil

from tests.render.conftest import REPO, SMALL, House, ffmpeg

README = (REPO / "README.md").read_text()
COMMANDS = (REPO / "docs" / "commands.md").read_text()


def test_the_demo_makes_its_own_clips_and_proposes_commands(tmp_path):
    """The first command makes its own clips, and its piece is neither black nor silent.

    The output suggests commands; after the suggested pan, no picture is rendered.
    """
    house = House(tmp_path)
    (tmp_path / "projects" / "demo").mkdir(parents=True)
    shutil.copy(REPO / "projects" / "demo" / "config.json", tmp_path / "projects" / "demo")
    ran = house.doit("render", "project=demo")
    assert ran.code == 0, ran.out
    assert {"footage:dahlia", "layer:3", "mux", "record"} <= ran.rendered
    tried = re.findall(r"^  (doit render project=demo \S+)\s+.*about \d+ s$", ran.out, re.MULTILINE)
    assert len(tried) >= 2
    for line in ("doit star project=demo name=first", "doit sheet project=demo presets=all"):
        assert f"\n  {line} " in ran.out
    assert ran.out.splitlines()[-1].endswith("open it: projects/demo/output/demo.mp4")
    for clip in house.manifest("demo")["clips"][1:]:
        assert 0.1 < clip["coverage"] < 0.9
    assert abs(house.manifest("demo")["sound"]["lufs"] + 16) <= 0.5
    light = ffmpeg("-i", str(house.video("demo")), "-vf", "blackdetect=d=0.1", "-f", "null", "-")
    assert "black_start" not in light
    again = house.doit("render", "project=demo")
    assert f"rendered 0, restored 0, kept {len(ran.record['tasks'])}" in again.out
    cheap = house.doit(*next(t for t in tried if "pan" in t).split()[1:])
    assert cheap.code == 0, cheap.out
    assert not any(task.startswith(("layer", "stack", "encode")) for task in cheap.rendered)


def test_the_readme_commands_for_an_own_piece_work_as_printed(empty_house, clips):
    """The commands under "Your own piece" run as printed, on a small project.

    Other tests cover `tune` and `sheet`.
    """
    for clip in clips.iterdir():
        shutil.copy(clip, empty_house.root / "library" / "video")
    part = README.partition("## Your own piece")[2].partition("\n## ")[0]
    lines = re.findall(r"^    doit (.*)$", part, re.MULTILINE)
    typed = [line.split()[0] for line in lines]
    assert typed == [
        "scan",
        "clips",
        "new",
        "roll",
        "set",
        "tune",
        "render",
        "star",
        "gallery",
        "sheet",
    ]
    for line in lines:
        # tune serves until Ctrl-C, and tests/tune opens it; sheet has its own test
        if line.startswith(("tune", "sheet")):
            continue
        ran = empty_house.doit(*line.split())
        assert ran.code == 0, line + "\n" + ran.out
        if line.startswith("new"):
            empty_house.doit("set", "project=x", *SMALL)
    assert empty_house.video().exists()
    assert (empty_house.root / "projects" / "x" / "output" / "first.mp4").exists()


def test_every_linked_picture_and_page_exists():
    """Every picture and page that a document links to exists, and pictures are small files."""
    documents = [REPO / name for name in ("README.md", "AGENTS.md", "ARCHITECTURE.md")]
    for document in (*documents, *(REPO / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
    for picture in (REPO / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 60_000


def test_every_command_in_the_table_runs(house):
    """The commands in docs/commands.md run without an error.

    The test omits commands with a placeholder or with a test of their own.
    """
    lines = re.findall(r"`doit ([^`]+)`", COMMANDS.partition("## All verbs")[0])
    # these verbs have their own tests because they run until stopped, use a network, or render
    # many pieces
    others = (
        "help", "set", "batch", "night", "watch", "tune", "download", "sheet", "farm", "work"
    )  # fmt: skip
    # these texts are placeholders: for a file, a look, another disk, a machine, or a farm's key
    blanks = ("/media", "FILE", "7f3a", "WORD", "…", "HOST", "as=order")
    reads = [
        line for line in lines if not line.startswith(others) and not any(b in line for b in blanks)
    ]
    assert len(reads) > 25
    house.render("crf=31")  # makes a second look for diff
    # Roll draws every knob that the config lacks, but must not draw the duration.
    size = [word for word in SMALL if not word.startswith("duration")]
    house.doit("set", "project=x", *size, "duration=16")  # a four-layer preset needs more clips
    for line in reads:
        words = line.replace("knob=value", "crf=30").split()
        ran = house.doit(*words)
        assert ran.code in (0, 1), line + "\n" + ran.out  # info exits with 1 if a task would run
        assert "ERROR" not in ran.out, ran.out
