"""Several simultaneous renders, of one project or several, render each result only once."""

import json
import signal
from collections import Counter

import pytest

from collide.base.hashing import digest_file
from tests.fault.rounds import Rounds
from tests.patience import HANGS


def both(house, *lines: list[str]) -> list[dict]:
    """Run doit commands simultaneously, assert that all succeed, and return their run records."""
    known = house.records()
    running = [house.start(*line) for line in lines]
    for process in running:
        out, _ = process.communicate(timeout=HANGS)
        assert process.returncode == 0, out
        assert "Traceback" not in out
    records = [json.loads(path.read_text()) for path in sorted(house.records() - known)]
    assert len(records) == len(lines)
    return records


def repeated_keys(records: list[dict]) -> dict[str, int]:
    """Map each key that was rendered more than once to how often it was rendered."""
    keys = Counter(
        done["key"]
        for record in records
        for done in record["tasks"].values()
        if done["status"] == "rendered" and done["key"]
    )
    assert keys, "something was rendered"
    return {key: count for key, count in keys.items() if count > 1}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_two_renders_of_one_project_render_each_key_once(faulty, workers):
    """Two renders of the same cold project render each key once and make the same video."""
    before = digest_file(faulty.video())
    faulty.cold()
    line = ["-n", workers, "render", "project=x"]
    assert repeated_keys(both(faulty, line, line)) == {}
    assert digest_file(faulty.video()) == before
    assert faulty.leftovers() == []
    assert faulty.again().tasks("rendered", "restored") == set()


def test_two_projects_render_equal_layers_once(faulty):
    """Two cold projects with the same layers render each layer once and keep their own videos."""
    before = digest_file(faulty.video())
    faulty.cold()
    faulty.project("y", crf=31)
    records = both(faulty, ["render", "project=x"], ["render", "project=y"])
    assert repeated_keys(records) == {}
    layers = [record["tasks"]["layer:1"]["status"] for record in records]
    assert sorted(layers) == ["rendered", "restored"]
    assert digest_file(faulty.video()) == before
    assert digest_file(faulty.video("y")) != before


def test_a_killed_owner_frees_its_key(faulty):
    """If one of two renders is killed, the other finishes with the same video."""
    before, calls = digest_file(faulty.video()), faulty.calls()
    faulty.cold()
    faulty.order(calls // 2, "kill -s KILL -- -$parent", pause=0.01)
    first, second = (faulty.start("render", "project=x") for _ in range(2))
    said = [process.communicate(timeout=HANGS)[0] for process in (first, second)]
    assert sorted((first.returncode, second.returncode)) == [-signal.SIGKILL, 0], said
    assert digest_file(faulty.video()) == before
    assert faulty.running() == []


def test_six_simultaneous_runs_lose_no_record(faulty):
    """Six simultaneous runs of a warm project never render a key twice; nothing is left to do."""
    lines = [["render", "project=x", f"layer1.pan=0.{n}"] for n in range(1, 7)]
    assert repeated_keys(both(faulty, *lines)) == {}
    assert faulty.again().rendered == set()


def test_eight_concurrent_renders_survive_gc(faulty):
    """Eight renders with gc running render each key once, and every video is right."""
    assert Rounds(faulty).round() == []


def test_simultaneous_scans_lose_no_folder_and_no_fact(faulty, tmp_path):
    """If four simultaneous scans each add a folder, all folders and facts are kept."""
    lines = []
    for number in range(4):
        disk = tmp_path / f"disk{number}"
        disk.mkdir()
        whole = (faulty.root / "library" / "video" / "a.mp4").read_bytes()
        (disk / "own.mp4").write_bytes(whole + bytes(number + 1))
        lines.append(["scan", f"path={disk}"])
    running = [faulty.start(*line) for line in lines]
    for process in running:
        out, _ = process.communicate(timeout=300)
        assert process.returncode == 0, out
    roots = json.loads((faulty.root / "library" / "roots.json").read_bytes())["roots"]
    assert sorted(roots) == [str(tmp_path / f"disk{number}") for number in range(4)]
    clips = json.loads((faulty.root / "cache" / "library.json").read_bytes())["clips"]
    assert {f"{root}/own.mp4" for root in roots} < {*clips}
    assert all("facts" in clips[f"{root}/own.mp4"] for root in roots)
