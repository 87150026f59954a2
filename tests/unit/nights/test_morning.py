"""morning: a night's report as JSON, XML and a page, whatever names and messages it contains."""

import json
from datetime import datetime
from xml.etree import ElementTree

import pytest

from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.morning import NightReport, folder_of, iso, junit, write
from collide.store.index import Index
from collide.store.objects import Store
from collide.views.night_report import report_page
from collide.views.page import data, page, tag

EVIL = "</script><img src=x onerror=alert(1)> & \x00\x1b[2J \ufffe 'quoted\""
BEGAN = datetime(2026, 11, 25, 0, 15).timestamp()


@pytest.fixture
def report() -> NightReport:
    """Return the report of a night with a piece of each kind."""
    why = f"layer:2: the command failed\n  why  {EVIL}\n  fix  paste this:\n       ffmpeg -i x"
    counts = {"rendered": 4, "restored": 2, "kept": 3, "failed": 0}
    made = Outcome("a", RENDERED, began=BEGAN, seconds=61.5, look="395e12c4", bytes=10**6,
                   video="projects/a/output/a.mp4", counts=counts)  # fmt: skip
    later, kept = Outcome("c", LATER, "it takes about 7 h"), Outcome("d", REUSED, video="d.mp4")
    pieces = [made, Outcome("b", FAILED, why, BEGAN, 2.0), later, kept]
    return NightReport("doit night until=07:00", BEGAN, BEGAN + 24300, pieces, clips=7, new=[EVIL],
                  left_out={"broken.mp4": EVIL})  # fmt: skip


def test_the_json_has_exact_times_and_commands(report, tmp_path):
    """The JSON lists times with a time zone and exact commands; an unfinished night has no end."""
    write(report, tmp_path / "nights" / "one", b"html")
    found = json.loads((tmp_path / "nights" / "latest" / "report.json").read_text())
    assert found["counts"] == {"made": 1, "reused": 1, "failed": 1, "not begun": 1}
    assert found["began"] == iso(BEGAN)
    assert found["ended"] is None
    failed = found["pieces"][1]
    assert failed["command"] == "doit render project=b"
    assert "ffmpeg -i x" in failed["why"]
    report.ended = BEGAN + 600
    write(report, tmp_path / "nights" / "two", b"html")
    again = json.loads((tmp_path / "nights" / "latest" / "report.json").read_text())
    assert again["ended"] == iso(BEGAN + 600)


def test_a_ci_server_can_read_the_xml(report):
    """The XML contains a test for each piece, a failure's command, and no control characters."""
    (suite,) = ElementTree.fromstring(junit(report))
    assert suite.attrib.items() >= {"tests": "4", "failures": "1", "skipped": "1"}.items()
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == ["a", "b", "c", "d"]
    failure = cases["b"].find("failure")
    assert failure.get("message") == "layer:2: the command failed"
    assert failure.text.endswith("doit render project=b")
    assert "</script><img src=x" in failure.text
    assert "\x1b" not in failure.text
    assert cases["c"].find("skipped").get("message") == "not begun: it takes about 7 h"
    assert cases["a"].get("time") == "61.500"


def test_a_page_escapes_names_and_messages(report, tmp_path):
    """Names and messages never become HTML tags, and the page makes no requests."""
    html = report_page(report, tmp_path, tmp_path / "cache" / "nights" / "one", {}).decode()
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert 'href="../../../projects/a/output/a.mp4"' in html
    assert "http" not in html


def test_a_page_says_that_a_night_has_not_ended(report, tmp_path):
    """If no end is recorded, the page says that the night is still running or was killed."""
    assert b"still running, or killed" in report_page(report, tmp_path, tmp_path, {})
    report.ended, report.stopped = BEGAN + 60, True
    assert b"stopped at 00:16" in report_page(report, tmp_path, tmp_path, {})


def test_data_cannot_end_its_script():
    """No name in a page's data can end its script element."""
    written = data({"name": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"name": "</script><!--\u2028&"}


def test_a_tag_escapes_its_attributes():
    """Quotes and brackets cannot end an attribute, and an attribute that is None is omitted."""
    assert tag("a", "x", href='"><b>', title=None, class_="c") == (
        '<a href="&quot;&gt;&lt;b&gt;" class="c">x</a>'
    )


def test_a_page_with_a_missing_value_is_an_error():
    """A page that lacks a value for one of its placeholders raises a KeyError."""
    with pytest.raises(KeyError):
        page("report", title="x")


def test_the_report_states_the_use_of_the_disk(report, tmp_path):
    """The report states the size of the videos, the store's limit, and the free space."""
    report.weigh(Index(Store(Store(tmp_path / "cache").ready())))
    assert report.disk["videos"] == 10**6
    assert report.disk["limit"] > 0
    assert report.disk["free"] > 0


def test_each_night_has_a_folder(tmp_path):
    """Each night has its own folder, named after the local time when it began."""
    one, two = folder_of(tmp_path, BEGAN), folder_of(tmp_path, BEGAN + 60)
    assert one != two
    assert one.name == "2026-11-25T001500"
