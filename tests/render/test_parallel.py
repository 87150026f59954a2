"""Parallel tasks make the same bytes for any -n, and the longest chain begins first."""

import shutil

import pytest

from collide.engine.programs import Engine
from collide.nights import queue
from collide.run.forecast import predict
from tests.render.conftest import SMALL, House, built
from tests.render.refusals import in_process, write
from tests.render.test_runner import opened
from tests.unit.nights.test_queue import FakeForecast


@pytest.fixture(scope="module")
def cold(tmp_path_factory, clips) -> House:
    """Return a workspace whose store a test may delete."""
    return built(tmp_path_factory.mktemp("cold"), clips)


def rendered_cold(house: House, *workers: str) -> tuple[dict, list[str]]:
    """Render with an empty store; return each task's objects and the order of the commands."""
    shutil.rmtree(house.root / "cache")
    small = [word for word in SMALL if not word.startswith("duration")]
    ran = house.doit(*workers, "render", "project=x", *small, "duration=12", "mode=dominant")
    assert ran.code == 0, ran.out
    made = {task: done["objects"] for task, done in house.manifest()["tasks"].items()}
    (log,) = (house.root / "cache" / "runs").glob("*.log")
    lines = log.read_text().splitlines()
    return made, [line[2:] for line in lines if line.startswith("# ")]


def test_any_number_of_parallel_tasks_gives_the_same_bytes(cold):
    """One task at a time, one per core, or four at a time make the same objects and video."""
    made, video = [], set()
    for workers in (["-n", "1"], [], ["-n", "4"]):
        made.append(rendered_cold(cold, *workers)[0])
        video.add(cold.video().read_bytes())
    assert made[0] == made[1] == made[2]
    assert {"color:2", "layer:2", "stack:1", "encode:1", "mix"} <= made[0].keys()
    assert len(video) == 1


def test_the_longest_chain_begins_first(cold):
    """Before any task is timed, the chain with the most steps begins first, segments in order."""
    begun = rendered_cold(cold, "-n", "1")[1]
    begun = [task for task in dict.fromkeys(begun) if task.partition(":")[0] != "probe"]
    assert begun.index("keyframe:2") < begun.index("keyframe:3") < begun.index("layer:1")
    stacks, encodes = ([t for t in begun if t.startswith(k)] for k in ("stack", "encode"))
    assert stacks == sorted(stacks)
    assert encodes == sorted(encodes)
    assert len(stacks) == len(encodes) == 3


def test_the_worker_starts_early_only_before_an_analysis(house):
    """The analysis worker starts ahead of time only if an analysis will run."""
    for typed, starts in (({}, False), ({"crf": "30"}, False), ({"mode": "dominant"}, True)):
        with opened(house.root, **typed) as session:
            session.scheduler(predict(session.state, session.plan_now(keep=False)))
            analyst = session.state.engine._analyst
            assert (analyst._worker is not None) == starts, typed


def test_a_failed_layer_does_not_stop_other_layers(house):
    """If a layer fails, other layers are rendered, dependent steps are not; the exit code is 1."""
    (house.root / "library" / "video" / "b.mp4").write_bytes(b"no clip")
    ran = house.doit("-n", "2", "render", "project=x", *SMALL, "saturation=1.4", "similarity=0.4")
    assert ran.code == 1, ran.out
    assert ran.tasks("failed") == {"layer:2"}
    assert {"layer:1", "layer:3"} <= ran.rendered
    assert not {"stack:0", "mux", "record"} & ran.record["tasks"].keys()
    assert ran.out.count("ERROR: ") == 1


@pytest.mark.parametrize("workers", ["-1", "-3"])
def test_a_negative_number_of_parallel_tasks_is_refused(house, workers):
    """A negative number of parallel tasks is refused before anything begins."""
    ran = house.doit("-n", workers, "render", "project=x")
    assert ran.code == 3 and f"-n {workers} is not valid" in ran.out


@pytest.mark.parametrize("options", [["-n", "3"], ["-n3"], []])
def test_the_number_of_tasks_applies_to_each_project(empty_house, monkeypatch, options):
    """`doit -n 3 render project=a,b` renders each project with -n 3 and the given knobs."""
    begun = []
    monkeypatch.setattr(queue, "look_ahead", lambda *_: FakeForecast(1.0))
    monkeypatch.setattr(Engine, "doit", lambda _, words, **__: begun.append(words) or ("died", ""))
    for name in "ab":
        write(empty_house, f"projects/{name}/config.json", "{}")
    ran = in_process(empty_house, *options, "render", "project=a,b", "crf=30")
    assert ran.code == 1, ran.out
    passed_on = ["-n", "3"] if options else []
    assert begun == [[*passed_on, "render", f"project={name}", "crf=30"] for name in "ab"]
