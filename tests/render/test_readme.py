"""What README.md says is run, and is true."""

import json
import re
import shutil

from tests.render.conftest import REPO, SMALL, House, ffmpeg

README = (REPO / "README.md").read_text()


def test_the_demo_is_made_from_nothing_and_shows_what_to_try(tmp_path):
    """The first command makes its own clips, and a piece that is neither black nor silent."""
    house = House(tmp_path)
    (tmp_path / "projects" / "demo").mkdir(parents=True)
    shutil.copy(REPO / "projects" / "demo" / "config.json", tmp_path / "projects" / "demo")
    ran = house.doit("render", "project=demo")
    assert ran.code == 0, ran.out
    assert {"footage:dahlia", "layer:3", "mux", "record"} <= ran.rendered
    tried = re.findall(r"^  (doit render project=demo \S+) +.*about \d+ s$", ran.out, re.MULTILINE)
    assert len(tried) == 3
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


def test_the_commands_for_a_piece_of_ones_own_work_as_they_stand(empty_house, clips):
    """Every line under "Your own piece" runs as it stands, its preset made small."""
    for clip in clips.iterdir():
        shutil.copy(clip, empty_house.root / "library" / "video")
    preset = empty_house.root / "presets" / "blend" / "classic-white.json"
    small = {"output_size": "128x72", "fps": 10, "duration": 1, "min_resolution": 0}
    preset.write_text(json.dumps({**json.loads(preset.read_text()), **small}))
    part = README.partition("## Your own piece")[2].partition("\n## ")[0]
    lines = re.findall(r"^    doit (.*)$", part, re.MULTILINE)
    assert len(lines) == 6
    for line in lines:
        ran = empty_house.doit(*line.split())
        assert ran.code == 0, line + "\n" + ran.out
    assert empty_house.video().exists()


def test_every_command_in_the_table_is_understood(house):
    """`doit …` in the table of README.md names verbs, variables and knobs that exist."""
    table = README.partition("## Where do I")[2].partition("\n## ")[0]
    lines = re.findall(r"`doit ([^`]+)`", table)
    # these have tests of their own: they end by a hand, ask a network, or make many pieces
    others = ("set", "batch", "night", "watch", "tune", "download", "sheet")
    # and these are a form to be filled in: a file, a look, another disk
    blanks = ("/media", "FILE", "7f3a", "…")
    reads = [
        line for line in lines if not line.startswith(others) and not any(b in line for b in blanks)
    ]
    assert len(reads) > 25
    house.render("crf=31")  # a second look, to compare the first with
    # the throw of `roll` draws what nothing says: how long the piece is must not be one of that
    size = [word for word in SMALL if not word.startswith("duration")]
    house.doit("set", "project=x", *size, "duration=16")  # and a preset of four layers finds clips
    for line in reads:
        words = line.replace("knob=value", "crf=30").split()
        ran = house.doit(*words)
        assert ran.code in (0, 1), line + "\n" + ran.out  # info ends with 1 for what would run
        assert "ERROR" not in ran.out, ran.out
