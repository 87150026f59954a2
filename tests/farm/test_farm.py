"""A farm with two workers: whatever happens to them, its videos are identical to local renders."""

import json
import os
import re
import signal

from tests.farm.conftest import Farm, house_of, pieces
from tests.patience import wait_until


def videos(farm: Farm, names: list[str]) -> dict[str, bytes]:
    """Map the names of a few pieces to their videos."""
    return {name: farm.house.video(name).read_bytes() for name in names}


def makers(ran) -> set[str]:
    """Return the machines named in a run record."""
    whys = [task["why"] for task in ran.record["tasks"].values()]
    return {why.removeprefix("rendered by ") for why in whys if why}


def test_farm_results_equal_local_results(farm, local):
    """A video from the farm is identical to a local render, and nothing is left to render.

    The look and the actions are stored locally, the records name the machines, and each piece is
    rendered at most twice.
    """
    before = renders(farm)
    ran = farm.doit("render", "project=p2", f"farm={farm.typed}", "twice=true")
    assert ran.code == 0, ran.out
    assert videos(farm, ["p2"]) == {"p2": local["p2"]}
    assert makers(ran) <= {"w1", "w2"}
    assert re.search(r"p2 +made .* by w[12]", ran.out)
    assert "rendered 0, restored 0" in farm.doit("render", "project=p2").out
    manifest = farm.house.manifest("p2")
    assert (farm.house.root / "projects" / "p2" / "looks" / f"{manifest['look']}.json").exists()
    key = manifest["tasks"]["mux"]["key"]
    assert (farm.house.root / "cache" / "actions" / key[:2] / f"{key}.json").exists()
    own = [json.loads(path.read_text()) for path in farm.house.records()]
    assert {record["machine"] for record in own if "machine" in record} <= {"w1", "w2"}
    # rendered once instead of twice if the client does not know yet that both workers joined
    assert before + 1 <= renders(farm) <= before + 2


def renders(farm: Farm, look: str = "") -> int:
    """Return how often the workers have rendered a look, by default all looks together."""
    return sum(farm.log(name).count(f": rendered {look}") for name in ("w1", "w2"))


def test_doit_farm_lists_the_workers(farm):
    """`doit farm` lists the workers of a running farm, with their cores and ffmpeg."""
    ran = farm.doit("farm", "address=127.0.0.1", f"port={farm.port}")
    assert ran.code == 0, ran.out
    assert "2 workers" in ran.out
    for name in ("w1", "w2"):
        assert re.search(rf"{name} +\d+ cores +ffmpeg [0-9a-f]{{8}}", ran.out)


def test_a_piece_of_a_killed_worker_is_still_rendered(farm, local):
    """If a worker is killed during a piece, the piece is still rendered.

    No child process of the killed worker remains, and the machine rejoins the farm.
    """
    before = {name: farm.log(name).count("joined") for name in ("w1", "w2")}
    line = farm.begin("asker", "render", "project=p3", f"farm={farm.typed}")
    wait_until(farm.rendering, what="a worker renders")
    name = "w1" if farm.rendering("w1") else "w2"
    for pid in farm.slots(name):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not farm.rendering(name), what=f"a child of {name} is left")
    assert line.wait() == 0, farm.log("asker")
    assert videos(farm, ["p3"]) == {"p3": local["p3"]}
    wait_until(lambda: farm.log(name).count("joined") > before[name], what=f"{name} joins again")


def test_a_killed_client_stops_its_pieces_and_can_resume(farm, local):
    """If the client is killed, its pieces are stopped, and the same command renders them later."""
    line = farm.begin("killed", "render", "project=p4", f"farm={farm.typed}")
    wait_until(farm.rendering, what="a worker renders")
    os.kill(line.pid, signal.SIGKILL)
    line.wait()
    wait_until(lambda: not farm.rendering(), what="a worker goes on for nobody")
    ran = farm.doit("render", "project=p4", f"farm={farm.typed}")
    assert ran.code == 0, ran.out
    assert videos(farm, ["p4"]) == {"p4": local["p4"]}


def test_a_killed_scheduler_loses_no_piece(farm, local):
    """If the scheduler is killed, the client renders the pieces itself.

    After the scheduler restarts, workers rejoin, and finished pieces are found, not rendered again.
    """
    assert farm.doit("render", "project=p1", f"farm={farm.typed}").code == 0
    line = farm.begin("alone", "render", "project=p5", f"farm={farm.typed}")
    wait_until(farm.rendering, what="a worker renders")
    farm.end("farm", signal.SIGKILL)
    assert line.wait() == 0, farm.log("alone")
    assert videos(farm, ["p5"]) == {"p5": local["p5"]}
    counts = {name: farm.log(name).count("joined") for name in ("w1", "w2")}
    farm.open()
    for name, count in counts.items():
        wait_until(lambda n=name, c=count: farm.log(n).count("joined") > c, what=f"{name} joins")
    ran = farm.doit("render", "project=p1,p5", f"farm={farm.typed}")
    assert ran.code == 0, ran.out
    assert "made 0, reused 2" in ran.out


def test_a_second_client_reuses_the_result(farm, local, tmp_path, clips):
    """A piece that was rendered for one client is not rendered again for another."""
    assert farm.doit("render", "project=p1", f"farm={farm.typed}").code == 0
    friend = Farm(house_of(tmp_path / "friend", clips, pieces(1)), farm.folder, farm.port)
    (look,) = (farm.house.root / "projects" / "p1" / "looks").glob("*.json")
    done = renders(farm, look.stem)  # of this look: other tests' pieces may still render
    ran = friend.doit("render", "project=p1", f"farm={farm.typed}")
    assert ran.code == 0, ran.out
    assert friend.house.video("p1").read_bytes() == local["p1"]
    assert renders(farm, look.stem) == done


def test_an_idle_worker_leaves(farm):
    """With idle=1s, a worker joins, finds nothing to do, and leaves.

    A machine refuses a second worker with the same name.
    """
    ran = farm.doit("work", farm.typed, "name=w1")
    assert ran.code == 3, ran.out
    assert "is already running on this machine" in ran.out
    ran = farm.doit("work", farm.typed, "name=w3", "slots=1", "idle=1s")
    assert ran.code == 0, ran.out
    assert "w3: joined" in ran.out
    assert "w3: left" in ran.out
    assert not farm.slots("w3")
