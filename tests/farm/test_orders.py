"""Orders and answers are validated; an order can only put files into certain folders."""

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError, TaskError
from collide.farm import delivery, head, making, packing
from collide.farm.answer import DONE, FAILED, VIDEO, Answer, first_difference, read_answer
from collide.farm.farm_place import Place
from collide.farm.machines import LONGEST, Machine, fitting, none_fits, rate, read_machine, unfit
from collide.farm.order import LARGEST, Order, code_digest, read_order
from collide.shared.shared_store import Blob
from collide.store.entry import Entry

BLOB = Blob("a" * 64, 12)
FACT = Entry("b" * 32, {}, {"colors": ["0x102030"]}, {"argv": ["x"]}, 1.5, "color")
ORDER = Order(
    name="x",
    look="0123abcd",
    config={"seed": 7},
    selection={"storage": "raw", "draws": []},
    files={"library/video/0f/a clip.mp4": BLOB, "presets/blend/ink.json": BLOB},
    facts=[FACT],
    engine="c" * 32,
    collide="0.1.0",
    code="d" * 64,
    knobs={"layer2.similarity": "0.3"},
    seconds=12.5,
)


def test_an_order_survives_a_round_trip_through_json():
    """An order is read back from JSON unchanged, except that its facts have no preimages."""
    again = read_order(ORDER.text())
    assert again == replace(ORDER, facts=[replace(FACT, preimage={})])


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd.mp4",
        "../a.mp4",
        "library/video/../../../a.mp4",
        "library/video/./a.mp4",
        "library//video/a.mp4",
        "library/video\\..\\a.mp4",
        "library/video/a\nb.mp4",
        "library/video/noending",
        "cache/objects/aa.mp4",
        "projects/y/scripts/post/x.py",
        "projects/x/config.json",
        "dodo.py",
        "pyproject.toml",
        "",
        "library/video/" + "a" * 400 + ".mp4",
    ],
)
def test_no_path_leads_out_of_the_folders_of_an_order(path):
    """A path is refused unless it is plain, relative, and in a folder for an order's files."""
    data = json.loads(ORDER.text())
    data["files"] = {path: ["a" * 64, 1]}
    with pytest.raises(InputError, match="is not an order that collide can read") as caught:
        read_order(json.dumps(data))
    assert caught.value.fix == "write it again: doit export project=x as=order"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("schema", 2),
        ("name", "../x"),
        ("name", "a/b"),
        ("name", 7),
        ("look", "zz"),
        ("engine", "short"),
        ("code", 1),
        ("collide", "1; rm"),
        ("config", []),
        ("selection", None),
        ("files", {"library/video/a.mp4": ["a" * 63, 1]}),
        ("files", {"library/video/a.mp4": ["a" * 64, -1]}),
        ("files", {"library/video/a.mp4": ["a" * 64, True]}),
        ("files", {"library/video/a.mp4": "a" * 64}),
        ("facts", [{}]),
        ("facts", [{"key": "../../x", "objects": {}, "facts": {}, "preimage": {}, "seconds": 0}]),
        ("facts", "none"),
        ("presets", [1]),
        ("knobs", {"-o": "x"}),
        ("knobs", {"similarity": 0.3}),
        ("knobs", {"similarity": "0.3\n"}),
        ("seconds", "soon"),
        ("seconds", 1e99),
        ("command", "ls"),
    ],
)
def test_a_malformed_order_is_refused(part, value):
    """An order with a malformed or unknown part is refused."""
    with pytest.raises(InputError) as caught:
        read_order(json.dumps({**json.loads(ORDER.text()), part: value}))
    assert caught.value.fix


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "{", "\0", "[" * 999, "9" * LARGEST * 2])
def test_text_that_is_not_an_order_is_refused(text):
    """Text that is too large or not an order is refused with an InputError."""
    with pytest.raises(InputError):
        read_order(text)


def test_an_oversized_order_is_not_sent():
    """An order larger than one MiB is refused."""
    many = {f"layer1.k{n}": "x" * 1000 for n in range(1100)}
    with pytest.raises(InputError, match="x is too large for an order: 1093 kB") as caught:
        replace(ORDER, config=many).text()
    assert caught.value.fix == "render it here: doit render project=x"


def test_the_key_of_an_order_depends_on_its_result_only():
    """An order's key covers the look, storage, files and versions, not names, times or facts."""
    same = [
        replace(ORDER, name="y"),
        replace(ORDER, seconds=None),
        replace(ORDER, facts=[]),
        replace(ORDER, files={f"{path}.mp4": blob for path, blob in ORDER.files.items()}),
    ]
    other = [
        replace(ORDER, look="fedc0123"),
        replace(ORDER, engine="e" * 32),
        replace(ORDER, code="e" * 64),
        replace(ORDER, selection={"storage": "ffv1"}),
        replace(ORDER, files={"library/video/a.mp4": Blob("e" * 64, 12)}),
    ]
    assert {one.key for one in same} == {ORDER.key}
    assert len({one.key for one in [ORDER, *other]}) == len(other) + 1


def test_scripts_are_distinguished_from_other_files():
    """The files in an order that another machine would execute are listed as scripts."""
    code = {"projects/x/scripts/post/dust.py": BLOB}
    assert ORDER.scripts == []
    assert replace(ORDER, files={**ORDER.files, **code}).scripts == [*code]


ANSWER = Answer("k", DONE, "", "w1", 3.0, "0123abcd", {VIDEO: BLOB}, BLOB, {"mux": "1", "mix": "2"})


def test_an_answer_survives_a_round_trip_through_json():
    """An answer is read back from JSON unchanged."""
    assert read_answer(ANSWER.text()) == ANSWER
    assert read_answer(ANSWER.data()) == ANSWER


@pytest.mark.parametrize(
    "change", [{"status": "well"}, {"objects": {}}, {"objects": {VIDEO: ["x", 1]}}, {"more": 1}]
)
def test_a_malformed_answer_is_refused(change):
    """An invalid answer is refused, even if it comes from a machine of the farm."""
    for text in ("", "7", json.dumps({**ANSWER.data(), **change})):
        with pytest.raises(InputError) as caught:
            read_answer(text)
        what = "a farm machine returned an answer that collide cannot read"
        assert caught.value.what == what
        assert "git pull" in caught.value.fix


def test_the_first_difference_names_a_task():
    """The first difference in two answers is a task, the video, or "" for identical results."""
    assert first_difference(ANSWER, replace(ANSWER, machine="w2", seconds=9.0)) == ""
    assert first_difference(ANSWER, replace(ANSWER, tasks={"mux": "1", "mix": "3"})) == "mix"
    assert first_difference(ANSWER, replace(ANSWER, objects={VIDEO: Blob("e" * 64, 1)})) == VIDEO


def test_machines_with_a_different_version_are_named(monkeypatch):
    """A note names the machines that are left out, their version, and the fix."""
    ours = Machine("a", "1" * 32, code_digest(), cores=2)
    other, older = Machine("b", "2" * 32, code_digest()), Machine("c", "1" * 32, "0" * 64)
    assert fitting([ours, other, older], "1" * 32) == [ours]
    first, second = unfit([ours, other, older], "1" * 32)
    pip = "run there: pip install -c constraints.txt -e '.[farm]'"
    assert first == f"left out: b, with ffmpeg 22222222 instead of 11111111; {pip}"
    assert second.startswith("left out: c, with collide 00000000 instead of ")
    assert second.endswith("; on the older of the two (git log -1), run git pull and pip install, "
                           "then doit work again")  # fmt: skip
    assert none_fits([other], "1" * 32) == "no worker has ffmpeg 11111111; they have 22222222"
    code = code_digest()[:8]
    with_ours = f"no worker with ffmpeg 11111111 has collide {code}; they have 00000000"
    assert none_fits([older], "1" * 32) == with_ours
    assert none_fits([other, older], "1" * 32) == with_ours, "each has one of the two"
    assert "doit work HOST" in none_fits([], "1" * 32)
    monkeypatch.setattr(head, "digest_file", lambda path: "1" * 32)
    first, *_ = head._roster(Place("attic", 8786), [ours, other, older])
    assert first == "a farm is running here, at attic: 1 worker, 2 cores (2 left out)"


def test_the_report_of_a_worker_is_validated():
    """A worker with an invalid report gets no pieces; the name in a report is limited in length."""
    one = Machine("w1", "1" * 32, "2" * 64, 4, 3, 7.5, "x", "45%", 1, "it is full", "tls://a:1")
    assert read_machine(one.text(), "tls://a:1") == one
    for nonsense in (None, 7, "", "{}", "[]", '{"name": {}}', "[" * 99999):
        assert fitting([read_machine(nonsense, "tls://a:1")], "1" * 32) == []
    for name in ("cores", "pieces", "refused", "seconds"):
        for number in (math.inf, -math.inf, math.nan, 10**400, 1e9, -1, "²"):
            wrong = json.loads(one.text()) | {name: number}
            assert read_machine(json.dumps(wrong), "tls://a:1") == Machine(
                "tls://a:1", address="tls://a:1"
            )
    long = json.loads(one.text()) | {"name": "\x1b[2J" + "x" * 999}
    assert read_machine(json.dumps(long | {"refused": "x"}), "").name == ""
    name = read_machine(json.dumps(long), "").name
    assert len(name) <= LONGEST
    assert "\x1b" not in name


def test_doit_farm_prints_a_line_for_each_worker():
    """Each worker gets one line, or two after a refusal; the rates of all workers add up."""
    idle = Machine("w1", "1" * 32, "2" * 64, 4)
    assert idle.line() == (
        "w1                 4 cores  ffmpeg 11111111  collide 22222222  "
        "0 rendered               waits"
    )
    busy = replace(idle, pieces=3, seconds=30.0, doing="x", far="45%, 12 s left", refused=1)
    first, second = replace(busy, trouble="no space left").line().splitlines()
    assert first.endswith("3 rendered, 10.0 s each  renders x 45%, 12 s left")
    assert second == "  1 refused: no space left"
    assert rate([idle]) == ""
    assert rate([idle, busy, busy]) == "12.0 pieces a minute"


def test_unreadable_entries_are_not_accepted(tmp_path):
    """The error for unreadable entries names piece and machine and suggests a local render."""
    path = tmp_path / "entries.json"
    path.write_text("{")
    session = SimpleNamespace(project=SimpleNamespace(name="x"))
    with pytest.raises(TaskError, match="the result for x from w1 is not accepted") as caught:
        delivery._entries(session, Answer("k", DONE, machine="w1"), path)
    assert caught.value.fix == "render it here: doit render project=x"


def test_an_installation_without_the_farm_folder_says_so(tmp_path, monkeypatch):
    """The error names the file that is missing in collide's folder and in the current folder."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"nothing\.toml is not here"):
        making._own("nothing.toml")


def test_a_missing_clip_cannot_be_sent():
    """The error for a missing clip names the piece and the start of the clip's digest."""
    library = SimpleNamespace(place=lambda digest: None)
    session = SimpleNamespace(
        project=SimpleNamespace(name="x"),
        state=SimpleNamespace(library=library),
        workspace=SimpleNamespace(root=Path()),
    )
    with pytest.raises(InputError, match="a clip or sound of x is not here: 01234567"):
        list(packing._places(session, None, {"0123456789": "library/video/0123456789"}))


def test_a_render_without_its_video_in_the_cache_has_failed(tmp_path, monkeypatch):
    """If the cache has no readable entry for the video after a render, the error includes a fix."""
    shop = making.Workshop(tmp_path, None, SimpleNamespace(doit=lambda *_, **__: ("", "")), "w1")
    folder = tmp_path / "projects" / "x"
    folder.mkdir(parents=True)
    tasks = {"mux": {"key": "e" * 32}}
    (folder / "manifest.json").write_text(json.dumps({"look": ORDER.look, "tasks": tasks}))
    for name in ("_refuse_strangers", "_lay_out"):
        monkeypatch.setattr(shop, name, lambda *_: None)
    answer = shop.make(ORDER, SimpleNamespace(entry=lambda _: None))
    assert answer.status == FAILED
    assert answer.why.startswith("w1 rendered x, but its cache lacks the video")
    assert "fix  render it here: doit render project=x" in answer.why
