"""A whole render calls ffmpeg safely; a program that replaces ffmpeg records every call."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.render.conftest import SMALL, House
from tests.render.shim import Calls, shimmed

FORBIDDEN = re.compile(
    r"movie|ladspa|lv2|frei0r|metadata=|drawtext|subtitles|\bass=|zmq|sendcmd|textfile|stats_file"
)
SHELL = {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"}  # set by the shell itself


@pytest.fixture(scope="module")
def whole(tmp_path_factory, clips) -> tuple[Calls, Path]:
    """Return the folder and the recorded calls of a render and an export in a hostile environment.

    The piece has several modes, sound and loops.
    """
    folder = tmp_path_factory.mktemp("whole")
    (folder / "house").mkdir()
    house = House(folder / "house")
    for clip in clips.iterdir():
        shutil.copy(clip, house.root / "library" / "video")
    with pytest.MonkeyPatch.context() as patch:
        calls = shimmed(folder, patch)
        patch.setenv("FFREPORT", f"file={folder}/report.log:level=32")
        patch.setenv("LADSPA_PATH", str(folder))
        patch.setenv("AV_LOG_FORCE_COLOR", "1")
        words = ["num_videos=4", "layer2.mode=kmeans", "layer3.mode=luminance", "audio_sources=9",
                 "layer2.kmeans_key_count=2", "layer2.kmeans_distinct_threshold=0"]  # fmt: skip
        for verb in (["render"], ["export", "as=ffmpeg"]):
            line = [sys.executable, "-m", "doit", *verb, "project=x", *SMALL, *words]
            done = subprocess.run(
                line, cwd=house.root, env=house.env(), input=b"q" * 4096, capture_output=True
            )
            assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return calls, folder


def test_every_input_is_a_full_path_of_a_known_format(whole):
    """Every input is limited to files of known formats and is a full path after `file:`."""
    calls, _ = whole
    assert len(calls.argvs()) > 30
    for argv in calls.argvs():
        assert "-nostdin" in argv
        start = 0
        for at in [at for at, word in enumerate(argv) if word == "-i"]:
            rules = dict(pairwise(argv[start:at]))
            assert rules.get("-protocol_whitelist") == "file", argv
            assert "mov" in rules.get("-format_whitelist", ""), argv
            assert rules.get("-f") != "lavfi", argv
            assert argv[at + 1].startswith("file:/"), argv
            start = at + 2


def test_outputs_have_plain_names(whole):
    """Outputs have plain names, and a command has no full path or address after its inputs."""
    calls, _ = whole
    for argv in calls.argvs():
        last_input = max((at + 1 for at, word in enumerate(argv) if word == "-i"), default=0)
        for word in argv[last_input + 1 :]:
            assert "://" not in word and not word.startswith(("/", "file:")), argv
        assert re.fullmatch(r"[a-z0-9%-]+(\.\w+)?", argv[-1]), argv


def test_no_filter_graph_opens_a_file_or_a_socket(whole):
    """No filter graph has a filter that opens a file, a library or a socket."""
    calls, _ = whole
    options = ("-filter_complex", "-vf", "-af", "-lavfi", "-filter_script")
    graphs = [
        graph
        for argv in calls.argvs()
        for option, graph in pairwise(argv)
        if option in options or option.startswith("-filter:")
    ]
    assert len(graphs) > 10
    assert any("extractplanes=y" in graph for graph in graphs), "luminance was played"
    assert any("all_mode=darken" in graph for graph in graphs), "several colors were keyed"
    assert not [graph for graph in graphs if FORBIDDEN.search(graph)]
    assert not [graph for graph in graphs if not re.fullmatch(r"[\w.,:;=+\-\[\]@()|*/ ']*", graph)]


def test_ffmpeg_gets_no_standard_input_and_a_clean_environment(whole):
    """ffmpeg has neither standard input nor variables that write a file or load a library."""
    calls, folder = whole
    for path in calls.folder.glob("*.env"):
        names = {line.partition("=")[0] for line in path.read_text().splitlines()}
        assert names - SHELL == {"PATH", "LANG", "HOME", "TMPDIR"}
    assert not (folder / "report.log").exists()
    rest = [path.read_text().split() for path in calls.folder.glob("*.rest")]
    assert {read for _, _, read in rest} == {"0"}
    limited = [(files, core) for files, core, _ in rest if (files, core) == ("128", "0")]
    assert len(limited) >= len(rest) - 6, "all but the calls for the version and the filters"


ODD = ['it\'s 50%d "hi".mp4', "concat:x.mp4", "-out.mp4", "夏\u3000👩\u200d👧 \u202fé.mp4"]


@pytest.fixture
def odd_house(tmp_path, clips) -> House:
    """Return a workspace with a path and clip names that need quoting."""
    root = tmp_path / 'the artist\'s 100% "best" [house], ü;'
    root.mkdir()
    house = House(root)
    for name, clip in zip(ODD, sorted(clips.iterdir()), strict=True):
        shutil.copy(clip, root / "library" / "video" / name)
    return house


def test_clip_names_may_contain_special_characters(odd_house, tmp_path, calls):
    """Names of clips and folders may contain quotes, percent signs, colons or joined emoji."""
    words = [f"layer{i}.clip={name}" for i, name in enumerate(ODD, start=1)]
    words += ["num_videos=4", "duration=1", "audio_sources=2", "layer1.sound=on", "start=0"]
    ran = odd_house.render(*words)
    assert [clip["name"] for clip in odd_house.manifest()["clips"]] == [
        f"library/video/{name}" for name in ODD
    ]
    assert {f"file:{odd_house.root}/library/video/{name}" for name in ODD} <= set(calls.opened())
    assert odd_house.video().stat().st_size > 1000
    assert "skipped" not in ran.out
    line = odd_house.doit("export", "as=ffmpeg", "project=x", *SMALL[:2], SMALL[3], *words).out
    subprocess.run(shlex.split(line.strip()), cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "x.mp4").stat().st_size > 1000


@pytest.mark.parametrize("name", [b"two\nlines.mp4", b"caf\xe9.mp4", b"\x1b[2J.mp4"])
def test_an_unprintable_name_is_escaped(empty_house, clips, name):
    """The output escapes line breaks, invalid bytes and control sequences in names."""
    try:
        shutil.copy(clips / "a.mp4", empty_house.root / "library" / "video" / os.fsdecode(name))
    except OSError:
        pytest.skip("this file system does not accept such a name")
    ran = empty_house.doit("scan")
    assert ran.code == 0, ran.out
    shown = os.fsdecode(name).encode("unicode_escape").decode()
    why = "its name contains a character that cannot be printed"
    assert f"unreadable library/video/{shown}: {why}" in ran.out.splitlines()
