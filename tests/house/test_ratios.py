"""benchmarks/ratios.py defines complete pieces, cases and goals, and prints correct tables."""

import json
import re
from hashlib import sha256
from itertools import pairwise

import pytest

from benchmarks.cases import (
    CASES,
    CLEAN,
    FLOOR,
    KNOBS,
    MEASURES,
    ONE,
    PLAIN,
    RENDER,
    VERSION,
    WAITS,
    Goal,
)  # fmt: skip
from benchmarks.footage import clips_of
from benchmarks.pieces import DEFAULT, PIECES, TEXTS
from benchmarks.ratios import arguments
from benchmarks.ratios_report import as_json, as_table, judged, kept_segments
from benchmarks.rounds import Round, Seen, grouped
from collide.cli.request import understand
from collide.project.settings import parse

# The first characters of the digest of each command in commit 06f3392; all ratios are relative to
# these commands.
ONE_COMMANDS = {
    "study": "1ed6efc66845b02a",
    "real": "af70acf1298381cd",
    "five": "21ed86884e450b38",
    "1080": "092a8b01f4f1706d",
    "long": "cc7824c933a2cf42",
}
LOOK = ("hue_shift", "saturation", "brightness", "contrast", "gamma")


def typed(words):
    return dict(word.split("=", 1) for word in words)


def filled(words, piece):
    return [word.format(longer="12", other=piece.other) for word in words]


@pytest.mark.parametrize("name", PIECES)
def test_the_baseline_command_never_changes(name):
    """`one_command.txt` is as commit 06f3392 exported it, to keep ratios comparable."""
    text = (TEXTS / name / "one_command.txt").read_bytes()
    assert sha256(text).hexdigest()[:16] == ONE_COMMANDS[name]


@pytest.mark.parametrize("name", PIECES)
def test_both_commands_show_the_clips_of_the_piece(name, tmp_path):
    """Each command names ffmpeg, every layer's clip and the output, without absolute paths."""
    piece = PIECES[name]
    config = piece.config
    layers = [config[f"layer{i}.clip"] for i in range(1, config["num_videos"] + 1)]
    for which in ("one_command", "plain"):
        text = (TEXTS / name / f"{which}.txt").read_text()
        assert re.findall(r"\{([^}]+)\}", text) == ["ffmpeg", *layers, "out"]
        assert not re.search(r"[\s:]/", text)
        words = piece.command(which, tmp_path, tmp_path / "out.mp4")
        inputs = [word for before, word in pairwise(words) if before == "-i"]
        assert [word.removeprefix("file:") for word in inputs] == [
            str(tmp_path / "library" / "video" / clip) for clip in layers
        ]
        assert words[-1] == str(tmp_path / "out.mp4")
        assert words[words.index("-crf") + 1] == str(piece.crf)
        assert words[words.index("-preset") + 1] == "veryfast"


@pytest.mark.parametrize("name", PIECES)
def test_the_config_matches_the_measured_commands(name):
    """The frames, colors and keys in the commands equal the values in the config."""
    piece = PIECES[name]
    config = piece.config
    one, plain = ((TEXTS / name / f"{w}.txt").read_text() for w in ("one_command", "plain"))
    assert f"trim=end_frame={round(piece.seconds * config['fps'])}," in one
    assert f" -t {piece.seconds:g} " in plain
    layers = range(1, config["num_videos"] + 1)
    hue = [f"{config[f'layer{i}.hue_shift']}:s={config[f'layer{i}.saturation']}" for i in layers]
    assert re.findall(r"hue=h=([^,]+)", one) == hue
    eq = [":".join(f"{k}={config[f'layer{i}.{k}']}" for k in LOOK[2:]) for i in layers]
    assert re.findall(r"eq=([^,]+)", one) == eq
    keys = [
        (str(config.get(f"layer{i}.similarity", config.get("similarity"))),
         str(config[f"layer{i}.softness"]))
        for i in layers if i > 1
    ]  # fmt: skip
    assert re.findall(r"similarity=([\d.]+):blend=([\d.]+)", one) == keys
    assert re.findall(r"colorkey=\w+:([\d.]+):([\d.]+)", plain) == keys


@pytest.mark.parametrize("name", PIECES)
def test_every_knob_of_a_piece_is_known_and_has_one_value(name):
    """The config of a piece sets only known knobs, and sets no knob to a range."""
    for knob, value in PIECES[name].config.items():
        assert parse(knob, value) == value


@pytest.mark.parametrize("name", PIECES)
def test_collide_accepts_the_command_of_every_case(name, house):
    """collide accepts each command in a case or a measured wait, with its knobs and values."""
    piece = PIECES[name]
    folder = house.root / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(piece.config))
    lines = [line for case in CASES for line in (case.words, *case.before)]
    lines += [(*words, knob) for words in WAITS.values() for knob in KNOBS]
    for verb, *words in lines:
        if verb != "--version":
            understand(house, verb, [], typed(filled(words, piece)))


def test_no_two_cases_share_a_value():
    """No two cases set the same value, because the second case would only restore a result."""
    assert len({case.name for case in CASES}) == len(CASES)
    turns = [word for case in CASES for word in case.words if "." in word.partition("=")[0]]
    turns += [word for word in (*KNOBS, *(w for c in CASES for w in c.words)) if "crf=" in word]
    turns += [word for word in KNOBS if "." in word]
    assert len(set(turns)) == len(turns)
    assert {goal.of for case in CASES for goal in case.goals} <= set(MEASURES)
    names = {case.name for case in CASES}
    assert {CLEAN, VERSION} <= names
    assert all(piece.without <= names | set(WAITS) for piece in PIECES.values())
    assert set(DEFAULT) <= set(PIECES)


def test_every_frequent_change_has_a_goal():
    """An artist's most frequent changes have these goals."""
    goals = {case.name: [goal.limit for goal in case.goals] for case in CASES}
    quick = ("similarity", "softness", "opacity", "x", "y")
    assert [goals[f"layer2.{knob}"] for knob in quick] == [[0.18]] * 5
    assert goals[CLEAN] == [1.15, 1.00]
    assert goals["layer2.hue_shift"] == goals["another clip in layer 2"] == [0.42]
    assert goals["crf"] == [0.04]
    assert goals["post grade"] == goals["post grain"] == [0.10]
    assert goals["layer2.pan"] == [0.8]
    assert goals["back again"] == [0.25]
    assert goals["preview after similarity"] == [0.12]
    assert goals["still after similarity"] == [0.40, 2.5]
    longer = next(case.goals[0] for case in CASES if case.keeps)
    assert (longer.at(loops=True), longer.at(loops=False)) == (0.45, 0.90)


def measured_round(piece, *, similarity):
    cases = {case.name: Seen(1.0, 1.0, "mux", "") for case in CASES}
    cases |= {ONE: Seen(10.0, 10.0), PLAIN: Seen(8.0, 8.0), FLOOR: Seen(3.0, 3.0)}
    cases["layer2.similarity"] = Seen(similarity, 4.0, "stack:0-1 encode:0-1 mux")
    cases["duration +50 %"] = Seen(4.0, 4.0, "encode:2", "stack:0-1 encode:0-1")
    each = {knob: Seen(0.0, float(i), f"layer:{i}") for i, knob in enumerate(KNOBS)}
    waits = dict.fromkeys(WAITS, each)
    return Round(cases, waits, piece.kept / 2)


def test_figures_above_their_goal_are_marked():
    """A table marks exactly the figures above their goal as MISSED and names the tasks that ran."""
    piece = PIECES["real"]
    good = as_table(piece, [measured_round(piece, similarity=4.0)], {"disk": "a disk"})
    bad = as_table(piece, [measured_round(piece, similarity=4.9)], {"disk": "a disk"})
    row = (
        "layer2.similarity             4.90   0.490     4.00   0.400   CPU of (a), above (c) 0.190"
    )
    assert f"{row} ≤ 0.18   MISSED by 0.010" in bad
    assert bad.count("MISSED") == good.count("MISSED") + 1
    assert "tasks that ran: stack:0-1 encode:0-1 mux" in good
    assert "python -m benchmarks.ratios 1 piece=real" in good


def test_results_contain_medians_rounds_and_tasks():
    """The results file lists the median, each round, the goal, and the tasks that ran."""
    piece = PIECES["real"]
    rounds = [measured_round(piece, similarity=cpu) for cpu in (4.0, 4.5, 4.2)]
    found = json.loads(json.dumps(as_json(piece, rounds, {"disk": "a disk"})))
    case = found["cases"]["layer2.similarity"]
    assert case["CPU s"] == 4.2
    assert case["CPU of (a)"] == 0.42
    assert case["rounds, CPU s"] == "4.00 4.50 4.20"
    assert case["goals"] == ["CPU of (a), above (c) 0.120 ≤ 0.18"]
    assert case["tasks that ran"] == "stack:0-1 encode:0-1 mux"
    assert found["an artist waits, s"]["a still"]["p50"] == 5.5
    assert found["an artist waits, s"]["a still"]["p95"] == 10.45
    assert found["tasks that ran for the whole piece"][KNOBS[3]] == "layer:3"


def test_an_effect_is_also_compared_with_x264_on_its_own_picture():
    """An effect that is costly to encode is also compared with x264 alone on its own picture."""
    piece = PIECES["study"]
    one = measured_round(piece, similarity=4.0)
    one.cases["post grain"] = Seen(9.0, 9.0, "post:0-1", floor=8.0)
    floor = "x264 alone on this picture 0.800, above that 0.100"
    assert floor in as_table(piece, [one], {})
    assert as_json(piece, [one], {})["cases"]["post grain"]["its own floor"] == floor


def test_a_failed_case_is_listed_as_missed_with_its_reason():
    """If a command failed, the table gives the reason instead of figures."""
    piece = PIECES["study"]
    one = measured_round(piece, similarity=4.0)
    one.cases["crf"] = Seen(failed="no room")
    assert "MISSED: it failed: no room" in as_table(piece, [one], {})
    assert as_json(piece, [one], {})["cases"]["crf"] == {"failed": "no room"}


@pytest.mark.parametrize(
    ("name", "kept", "whole"),
    [
        ("real", "stack:0-1 encode:0-1", True),
        ("real", "stack:0 encode:0-1", False),
        ("study", "stack:0 encode:0", True),
        ("study", "", False),
    ],
)
def test_a_longer_piece_keeps_its_whole_segments(name, kept, whole):
    """A longer piece must keep complete segments: two of a 10 s piece, one of an 8 s piece."""
    assert ("MISSED" not in kept_segments(PIECES[name], kept)) is whole


def test_consecutive_tasks_of_a_kind_become_a_range():
    """Consecutive tasks of one kind become a range; other tasks keep their names."""
    tasks = ["layer:2", "stack:0", "encode:0", "stack:1", "encode:1", "stack:3", "mux", "probe:ab"]
    assert grouped(tasks) == "layer:2 stack:0-1,3 encode:0-1 mux probe:ab"


def test_a_goal_above_x264_applies_after_subtracting_x264():
    """A goal above x264 applies to what remains after subtracting the cost of x264 alone."""
    piece = PIECES["study"]
    cases = measured_round(piece, similarity=4.8).cases
    goal = Goal("CPU of (a), above (c)", 0.18)
    assert judged(piece, "layer2.similarity", goal, cases) == "CPU of (a), above (c) 0.180 ≤ 0.18"


def test_rounds_and_pieces_are_read_from_arguments():
    """Without arguments, the default pieces run three rounds; an unknown piece is refused."""
    assert arguments([]) == (3, DEFAULT)
    assert arguments(["1", "piece=five,1080"]) == (1, ("five", "1080"))
    with pytest.raises(SystemExit, match="the pieces are: study, real, five, 1080, long"):
        arguments(["piece=six"])
    assert RENDER == ("render", "project=x")


def test_every_real_clip_in_the_folder_is_measured(tmp_path):
    """The real clips are the files in a folder that have a clip's suffix, sorted by name."""
    for name in ("b.webm", "a.MP4", "c.mkv", "SOURCES.md", "d.wav"):
        (tmp_path / name).touch()
    (tmp_path / "odd.mp4").mkdir()
    assert [path.name for path in clips_of(tmp_path)] == ["a.MP4", "b.webm", "c.mkv"]
    assert clips_of(tmp_path / "none") == []
