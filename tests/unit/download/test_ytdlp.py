"""ytdlp: the real yt-dlp, in its own process, with a small local site."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collide.download.ytdlp import Fetching, source, source_facts
from tests.patience import HANGS
from tests.site import Site, serving

# The fake replaces the function that asks YouTube; everything else is the real yt-dlp.
FAKE = """
import subprocess, sys
from yt_dlp.extractor.youtube import YoutubeSearchIE

def found(self, query):
    print("asked", query, file=sys.stderr)
    for name in sys.argv[2:]:
        if name == "deno":
            subprocess.run(["deno"])
        yield self.url_result(sys.argv[1] + name)

YoutubeSearchIE._search_results = found
from collide.download import ytdlp as download
sys.exit(download.main())
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Yield a site with three small files, whose content yt-dlp does not check."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (folder / name).write_bytes(name.encode() * 2000)
    with serving(folder) as site:
        yield site


def fetched(folder: Path, site: Site, *queries: dict, results: str = "", **asked: Any) -> tuple:
    """Return the output lines of a download, its stderr, and its exit code."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    wanted = {
        "count": 9,
        "least": 0,
        "most": 1080,
        "longest": 0,
        "known": [],
        "deno": False,
    } | asked
    wanted |= {"queries": queries, "loopback": [site.port]}
    (home / "asked.json").write_text(json.dumps(wanted))
    done = subprocess.run(
        [sys.executable, "-c", FAKE, site.url(""), *results.split()],
        cwd=home,
        env={
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "PATH": str(folder),
            "YTDLP_NO_PLUGINS": "1",
        },
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr, done.returncode


def query(url: str, *, take: int = 1, order: list[int] | None = None) -> dict:
    """Return a query in the form of a download request."""
    return {"url": url, "take": take, "order": order or []}


def titles(told: list[dict]) -> list[str]:
    """Return the downloads' titles, in order."""
    return [line["said"]["title"] for line in told if "files" in line]


def test_a_file_is_delivered_whole_with_its_source(tmp_path: Path, site: Site) -> None:
    """A download delivers the whole file with its source and reports its progress."""
    told, _, code = fetched(tmp_path, site, query(site.url("a.mp4")))
    assert code == 0
    (line,) = (line for line in told if "files" in line)
    (name,) = line["files"]
    assert (tmp_path / "home" / name).read_bytes() == b"a.mp4" * 2000
    assert not line["pieces"]
    url = site.url("a.mp4")
    assert line["said"] == {"url": url, "id": "a", "title": "a", "site": "Generic", "source": url}
    assert any(step.get("whole") == 10000 and step["title"] == "a" for step in told)


def test_a_search_tries_its_results_in_the_drawn_order(tmp_path: Path, site: Site) -> None:
    """A search tries its results in the drawn order until it has enough new videos."""
    ask = query("ytsearch5:DSC_0047", order=[3, 1, 2])
    told, error, _ = fetched(tmp_path, site, ask, results="a.mp4 b.mp4 c.mp4")
    assert titles(told) == ["c"] and "asked DSC_0047" in error
    known = [site.url("c.mp4")]
    told, _, _ = fetched(tmp_path, site, ask, results="a.mp4 b.mp4 c.mp4", known=known)
    assert titles(told) == ["a"] and {"known": "c"} in told


def test_a_search_by_names_stops_at_enough_videos(tmp_path: Path, site: Site) -> None:
    """A search stops trying names once it has enough videos."""
    asks = [query(f"ytsearch2:{name}", order=[1, 2]) for name in ("one", "two", "three")]
    results = "none.mp4 b.mp4"
    told, error, code = fetched(tmp_path, site, *asks, results=results, count=1)
    assert (titles(told), code) == (["b"], 0)
    assert error.count("asked") == 1


def test_a_failed_video_does_not_end_a_list(tmp_path: Path, site: Site) -> None:
    """A failed video does not end a list; if all fail, the last error is reported."""
    ask = query("ytsearch9:x", take=9)
    told, _, code = fetched(tmp_path, site, ask, results="none.mp4 a.mp4 gone.mp4 b.mp4")
    assert (titles(told), code) == (["a", "b"], 0)
    told, error, code = fetched(tmp_path, site, ask, results="none.mp4 gone.mp4")
    assert (titles(told), code) == ([], 1)
    assert "HTTP Error 404" in error.splitlines()[-1] and "Traceback" not in error


def test_a_stray_yt_dlp_conf_is_not_read(tmp_path: Path, site: Site) -> None:
    """A yt-dlp.conf in or above a download folder is not read."""
    for place in (tmp_path / "home", tmp_path):
        place.mkdir(exist_ok=True)
        (place / "yt-dlp.conf").write_text(f"--exec 'touch {tmp_path}/ran'\n")
    fetched(tmp_path, site, query(site.url("a.mp4")))
    assert not (tmp_path / "ran").exists()


def test_only_the_allowed_program_is_started(tmp_path: Path, site: Site) -> None:
    """deno, which runs YouTube's JavaScript outside the sandbox, is started only with deno=true."""
    program = tmp_path / "deno"
    program.write_text(f"#!/bin/sh\n: > {tmp_path}/ran\n")
    program.chmod(0o755)
    ask = query("ytsearch2:x", take=1)
    _, error, code = fetched(tmp_path, site, ask, results="deno a.mp4")
    assert code == 1 and "deno: starting it is not allowed" in error
    assert not (tmp_path / "ran").exists()
    assert fetched(tmp_path, site, ask, results="deno a.mp4", deno=True)[2] == 0
    assert (tmp_path / "ran").exists()


def formats(*rows: tuple) -> dict:
    """Return formats as yt-dlp lists them, worst first, from (id, height, video, audio)."""
    return {
        "formats": [
            {"id": name, "height": height, "vcodec": v, "acodec": a, "protocol": "https"}
            for name, height, v, a in rows
        ]
    }


SOUNDS = [("low", None, "none", "opus"), ("high", None, "none", "aac")]
CHOICES = {
    "the best that is not too large": (
        [("s", 360, "h264", "aac"), ("m", 1080, "h264", "aac"), ("l", 2160, "h264", "aac")], ["m"],
    ),
    "the smallest where all are too large": (
        [("l", 2160, "h264", "aac"), ("xl", 4320, "h264", "aac")], ["l"],
    ),
    "picture and sound apart": ([*SOUNDS, ("v", 720, "h264", "none")], ["v", "high"]),
    "a picture without any sound": ([("v", 720, "h264", "none")], ["v"]),
    "a picture that has its sound": ([*SOUNDS, ("v", 720, "h264", "aac")], ["v"]),
    "nobody says what it is": ([("v", None, None, None)], ["v"]),
    "no picture at all": (SOUNDS, []),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "chosen"), CHOICES.values(), ids=CHOICES)
def test_the_best_picture_of_a_fitting_size_is_chosen(rows: list, chosen: list[str]) -> None:
    """The best picture that fits is chosen, otherwise the smallest; missing sound is added."""
    found = Fetching({"most": 1080}).chosen(formats(*rows))
    assert [each["id"] for each in found] == chosen


def test_a_stream_that_needs_a_program_is_not_chosen() -> None:
    """Only streams over http are chosen, because other streams need another program."""
    ctx = formats(("v", 720, "h264", "aac"), ("w", 720, "h264", "aac"))
    ctx["formats"][1]["protocol"] = "rtmp"
    assert [each["id"] for each in Fetching({"most": 1080}).chosen(ctx)] == ["v"]


PASSED = {
    "it was downloaded before": {"extractor_key": "Youtube", "id": "k"},
    "it is live and has no end": {"is_live": True},
    "it is 21 min long": {"duration": 1260},
    "its short side has 480 pixels": {"width": 854, "height": 480},
}


@pytest.mark.parametrize("why", PASSED)
def test_a_skipped_video_is_reported_with_its_reason(
    why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only videos that do not qualify are skipped, each with its reason."""
    asked = {"known": ["Youtube k"], "longest": 1200, "least": 720}
    info = {"extractor_key": "Youtube", "id": "x", "title": "rain", **PASSED[why]}
    assert Fetching(asked).passed_by(info, incomplete=False) == why
    told = json.loads(capsys.readouterr().out)
    assert told in ({"left": why, "title": "rain"}, {"known": "rain"})
    fits = {**info, "id": "x", "duration": 60, "is_live": False, "width": 1280, "height": 720}
    assert Fetching(asked).passed_by(fits, incomplete=False) is None


def test_a_video_is_identified_by_its_site_or_its_address() -> None:
    """A video is identified by its site and id, or by the file's address if the id is arbitrary."""
    assert source({"ie_key": "Youtube", "id": "abc"}) == "Youtube abc"
    assert source({"extractor_key": "Generic", "id": "clip", "url": "https://x/clip.mp4"}) == (
        "https://x/clip.mp4"
    )
    page = {"extractor_key": "HTML5MediaEmbed", "id": "page-1", "formats": [{"url": "https://x/1"}]}
    assert source(page) == "https://x/1"


def test_facts_that_a_site_lacks_are_left_out() -> None:
    """A fact that the site does not provide, such as the license, is left out."""
    info = {"webpage_url": "https://x", "id": 7, "license": None, "extractor_key": "Vimeo"}
    assert source_facts(info) == {
        "url": "https://x",
        "id": "7",
        "site": "Vimeo",
        "source": "Vimeo 7",
    }
