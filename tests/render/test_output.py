"""Output for people names clips, hides internal tasks, and sums up restored tasks in one line."""

import itertools
import json
import re

from collide.base.hashing import digest_file
from collide.store.eviction import gb
from tests.render.conftest import SMALL, House
from tests.render.refusals import in_process, write

PLUMBING = re.compile(r"^(probe|record|presence|levels|hear)\b", re.MULTILINE)


def test_a_first_render_prints_its_plan_before_its_tasks(house, monkeypatch):
    """A first render prints length, size, clips and expected time before its tasks.

    A render does not list internal tasks.
    """
    monkeypatch.setattr("collide.cli.outlook.others", lambda: 0.0)
    write(house, "projects/y/config.json", json.dumps({"seed": 3, "storage": "raw"}))
    out = in_process(house, "render", "project=y", *SMALL).out
    (first,) = re.findall(r"^rendering .*$", out, re.MULTILINE)
    assert re.match(r"rendering 6 s of 128x72, 10 fps, from .+ and .+: about \d+ s$", first)
    lines = re.findall(r"^layer:(\d) +rendered .* s  new · (.+)$", out, re.MULTILINE)

    assert len(lines) == 3
    assert all(name in first for _, name in lines)
    assert out.index(first) < out.index("layer:1")
    assert "never rendered" not in out
    assert not PLUMBING.search(out)
    assert re.search(
        r"^  doit render project=y layer\d\.similarity=\S+ +see more of layer \d, ", out, re.M
    )


def test_restored_tasks_have_one_line_below_level_two(house):
    """A render lists restored tasks in one line; with -v 2, each task gets its own line."""
    house.render("layer2.similarity=0.25")
    house.render()
    out = house.render("layer2.similarity=0.25").out
    (line,) = [one for one in out.splitlines() if "restored " in one and "kept" not in one]
    count = re.search(r"restored (\d+), kept", out)[1]
    pattern = rf"restored {count} results from the store: stack, encode, mux, and \d internal$"
    assert re.match(pattern, line), line
    house.render()
    ran = house.doit("-v", "2", "render", "project=x", *SMALL, "layer2.similarity=0.25")
    assert re.search(r"^presence +restored", ran.out, re.MULTILINE)
    assert re.search(r"^record +restored|^record +rendered", ran.out, re.MULTILINE)


def test_a_turned_sound_knob_is_printed_as_the_reason(house):
    """After a sound's knob is turned, a render lists that sound's task with the reason."""
    out = house.render("layer3.pan=-0.5").out
    assert re.search(r"^audio:3 .*pan .* → -0.5", out, re.MULTILINE)


def test_similar_cells_are_reported_with_their_numbers(house):
    """`doit sweep` reports cells that hardly differ; `doit looks` lists cells by number."""
    ran = house.doit("sweep", "project=x", *SMALL, "similarity=0.3,0.3002,0.3004", "at=1")
    assert ran.code == 0, ran.out
    assert "is hardly visible" in ran.out or "the same: " in ran.out
    listed = in_process(house, "looks", "project=x", "all=true").out
    assert all(f"  cell {number} " in listed for number in (1, 2, 3))


def test_a_starred_look_is_called_starred_everywhere(house):
    """`star`, `looks` and `star off=true` all call a look "starred"."""
    assert "is starred: its video" in in_process(house, "star", "project=x").out
    listed = in_process(house, "looks", "project=x").out
    look = house.manifest()["look"]
    assert re.search(rf"^{look}  \S+ \S+  starred  video here", listed, re.MULTILINE)
    gone = in_process(house, "star", "project=x", f"look={look}", "off=true").out
    assert gone == f"look {look} is no longer starred\n"


def test_new_creates_a_piece_of_ten_seconds_by_default(empty_house):
    """`doit new` writes duration=10 into a config unless another duration is given."""
    for words, duration in (([], 10), (["duration=4"], 4), (["preset=half-open"], 10)):
        name = f"y{len(words)}{duration}"
        assert in_process(empty_house, "new", f"project={name}", *words).code == 0
        config = json.loads((empty_house.root / f"projects/{name}/config.json").read_text())
        assert config["duration"] == duration


def test_a_render_creates_projects_as_short_as_new_does(house):
    """For a project that does not exist yet, `doit plan` plans 10 s, as `doit new` would set."""
    planned = in_process(house, "plan", "project=fresh").out
    assert re.search(r"^10 s of 1280x720, 30 fps", planned, re.MULTILINE), planned


def test_a_plan_without_clips_promises_no_render(empty_house):
    """If there are no clips, `doit plan` says so, because a render would be refused."""
    out = in_process(empty_house, "plan", "project=y").out
    assert out.splitlines()[1:] == ["y: there are no clips: copy some into library/video"]
    assert "there are no clips" in in_process(empty_house, "render", "project=y").out


def test_a_fresh_project_has_an_estimate(empty_house, monkeypatch):
    """Before clips are chosen, `doit plan` estimates the time, which grows with the piece.

    On a busy machine, the output says that the render takes longer.
    """
    monkeypatch.setattr("collide.cli.outlook.others", lambda: 0.0)
    write(empty_house, "library/video/a.mp4", "not scanned yet")
    estimates = []
    for seconds in (10, 1000):
        write(empty_house, "projects/y/config.json", json.dumps({"seed": 1, "duration": seconds}))
        out = in_process(empty_house, "plan", "project=y").out
        assert f"{seconds} s of 1280x720, 30 fps, 3 layers: about " in out
        estimates.append(plain(empty_house, "plan", "project=y"))
    assert estimates[0]["planned"] is False
    assert estimates[1]["seconds"] > 10 * estimates[0]["seconds"]
    monkeypatch.setattr("collide.cli.outlook.others", lambda: 400.0)
    assert ", because this machine is busy" in in_process(empty_house, "plan", "project=y").out


def plain(house: House, *words: str) -> dict:
    """Return a verb's JSON output; the verb may print nothing else."""
    ran = in_process(house, *words, "json=true")
    assert ran.code == 0, ran.out
    return json.loads(ran.out)


def test_plan_and_why_print_json(house):
    """`doit plan json=true` prints each task's verdict and structured reasons.

    `doit why json=true` prints only the tasks that would change.
    """
    planned = plain(house, "plan", "project=x", *SMALL, "crf=30")
    tasks = {task["task"]: task for task in planned["tasks"]}
    assert planned["counts"]["render"] == sum(t["verdict"] == "render" for t in tasks.values())
    assert planned["seconds"] == round(planned["seconds"], 3)
    moved = {"cause": "knob", "name": "crf", "old": 20, "new": 30}
    assert tasks["encode:0"]["reasons"] == [moved]
    assert tasks["layer:1"]["verdict"] == "keep"
    why = plain(house, "why", "project=x", *SMALL, "crf=30")
    assert {task["task"] for task in why["tasks"]} >= {"encode:0", "mux"}
    assert "layer:1" not in {task["task"] for task in why["tasks"]}
    assert plain(house, "why", "project=x", *SMALL)["tasks"] == []


def test_looks_and_clips_print_json(house):
    """`doit looks json=true` prints each look's differences and the state of its video.

    `doit clips json=true` prints each clip's facts and number of uses.
    """
    first = house.manifest()["look"]
    house.render("crf=30")
    looks = plain(house, "looks", "project=x")["looks"]
    assert [one["look"] for one in looks][1] == first
    assert (looks[0]["differs"], looks[0]["video"]) == (["crf 20 → 30"], "video here")
    assert looks[0]["video_object"] == str(house.object(digest_file(house.video())))
    clips = {one["name"].rpartition("/")[2]: one for one in plain(house, "clips")["clips"]}
    assert set(clips) == {"a.mp4", "b.mp4", "c.mp4", "d.mov"}
    assert (clips["a.mp4"]["clip"]["width"], clips["a.mp4"]["used"]) == (160, 1)


def test_the_trace_of_the_last_run_has_an_event_for_each_task(house):
    """The trace contains a timed event for each rendered task; events in one row never overlap."""
    house.render("crf=31")
    ran = in_process(house, "info", "project=x", "trace=true")
    events = [one for one in json.loads(ran.out)["traceEvents"] if one["ph"] == "X"]
    names = {one["name"] for one in events}
    assert "encode:0" in names and "layer:1" not in names
    assert all(one["ts"] >= 0 and one["dur"] >= 0 for one in events)
    for row in {one["tid"] for one in events}:
        spans = sorted((one["ts"], one["ts"] + one["dur"]) for one in events if one["tid"] == row)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_a_render_ends_with_the_path_of_the_video(house):
    """A render ends with the path of the video and the command that keeps the knobs used."""
    lines = house.render("preset=ink", "layer2.similarity=0.3").out.splitlines()
    size = gb(house.video().stat().st_size)
    end = f" 6 s, 128x72, 10 fps, {size} · open it: projects/x/output/x.mp4"
    assert lines[-1].endswith(end)
    (keeps,) = [line for line in lines if line.startswith("to keep it: ")]
    assert "project=x preset=ink " in keeps and "layer2.similarity=0.3" in keeps
