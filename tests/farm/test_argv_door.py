"""Orders by command line: another machine renders an order file, and the result is delivered."""

import json
import shutil
import subprocess
import sys

import pytest

from collide.base.hashing import sha256_file
from collide.shared.farm_key import FarmKey
from tests.farm.conftest import Farm, house_of, pieces
from tests.patience import HANGS


@pytest.fixture(scope="module")
def client(tmp_path_factory, clips) -> Farm:
    """Return a workspace with one piece and a farm key, but without a running farm."""
    pytest.importorskip("cryptography", reason="keys need it: pip install -e '.[farm]'")
    root = tmp_path_factory.mktemp("argv")
    FarmKey.make(root / "farm.pem")
    return Farm(house_of(root / "house", clips, pieces(1)), root)


def make(client: Farm, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m collide make` outside the workspace."""
    elsewhere = client.folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "collide", "make", *words],
        cwd=elsewhere,
        env=client.env(**env),
        capture_output=True,
        text=True,
        timeout=HANGS,
    )


def test_an_order_rendered_elsewhere_gives_the_same_video(client, tmp_path, local):
    """An order rendered elsewhere produces the same video as a local render.

    After the delivery, nothing is left to render, and a second run finds the result. A missing
    video, a wrong look and damaged files cause an error.
    """
    ran = client.doit("export", "project=p1", "as=order")
    assert ran.code == 0, ran.out
    (order,) = (client.house.root / "projects" / "p1").rglob("order.json")
    carried = tmp_path / "carried"
    shutil.copytree(order.parent, carried)
    done = make(client, str(carried / "order.json"))
    assert done.returncode == 0, done.stderr
    assert "rendered in" in done.stdout
    again = make(client, str(carried / "order.json"), str(carried))
    assert "rendered before" in again.stdout
    shutil.copytree(carried, order.parent, dirs_exist_ok=True)
    video = order.parent / "cas" / sha256_file(carried / "p1.mp4")
    video.rename(tmp_path / "video")
    lost = client.doit("export", "project=p1", "as=order")
    assert lost.code == 3
    assert lost.out.startswith("ERROR: the result for p1 cannot be fetched\n")
    assert "fix  render it here: doit render project=p1" in lost.out
    (tmp_path / "video").rename(video)
    home = client.doit("export", "project=p1", "as=order")
    assert home.code == 0, home.out
    brought = client.house.video("p1").read_bytes()
    assert brought == (carried / "p1.mp4").read_bytes()
    assert "rendered 0, restored 0" in client.doit("render", "project=p1").out
    assert brought == local["p1"]
    lied = json.loads(order.read_text())
    lied["config"]["crf"] = 40
    (carried / "lied.json").write_text(json.dumps({**lied, "look": "00000000"}))
    other = make(client, str(carried / "lied.json"))
    assert other.returncode == 1
    assert "rendered look" in other.stderr
    blob = next((carried / "cas").iterdir())
    for file in (carried / "cas").iterdir():
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    shutil.rmtree(client.folder / "cache" / "clips")
    bad = make(client, str(carried / "lied.json"))
    assert bad.returncode == 3
    assert "is missing or damaged in the shared store" in bad.stderr
    assert not [p for p in (client.folder / "cache" / "clips").iterdir() if p.name == blob.name]


@pytest.mark.parametrize("words", [[], ["a.json", "b", "c"], ["--help"], ["nothing.json"]])
def test_invalid_arguments_give_an_error_with_a_fix(client, words):
    """Invalid arguments cause an error with a fix, never a traceback."""
    done = make(client, *words)
    assert done.returncode == 3
    assert done.stderr.startswith("ERROR: ")
    assert "fix" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_order_for_a_different_engine_or_code_is_refused(client, tmp_path):
    """An order for a different ffmpeg or collide is refused; the error names that version."""
    client.doit("export", "project=p1", "as=order")
    (order,) = (client.house.root / "projects" / "p1").rglob("order.json")
    data = json.loads(order.read_text())
    different = {
        "engine": "has a different version of ffmpeg",
        "code": "has a different version of collide",
    }
    for part, words in different.items():
        path = tmp_path / f"{part}.json"
        path.write_text(json.dumps({**data, part: "0" * len(data[part])}))
        done = make(client, str(path))
        assert done.returncode == 3
        assert words in done.stderr
        assert "00000000" in done.stderr


def test_an_unreachable_shared_store_prevents_an_order(client):
    """If the shared store does not answer, no order is written; the fix is to use no store."""
    orders = client.house.root / "projects" / "p1"
    before = {*orders.rglob("order.json")}
    ran = client.doit("export", "project=p1", "as=order", COLLIDE_STORE="http://127.0.0.1:9")
    assert ran.code == 3, ran.out
    assert "ERROR: p1 cannot be exported as an order\n" in ran.out
    assert "  why  the shared store: " in ran.out
    assert {*orders.rglob("order.json")} == before
    *_, mend = ran.out.splitlines()
    words = mend.rpartition("COLLIDE_STORE= doit ")[2].split()
    assert client.doit(*words, COLLIDE_STORE="").code == 0


def test_scripts_are_sent_only_on_request(client):
    """An order includes a project's scripts only with scripts=true, and collide lists them."""
    scripts = client.house.root / "projects" / "p1" / "scripts" / "post"
    scripts.mkdir(parents=True)
    shutil.copy(client.house.package / "tests" / "render" / "toys" / "speck.py", scripts)
    try:
        ran = client.doit("export", "project=p1", "as=order")
        assert ran.code == 3
        what, why, _, mend = ran.out.splitlines()
        assert what == "ERROR: p1 cannot be exported as an order"
        assert why == (
            "  why  it has its own scripts, projects/p1/scripts/post/speck.py, and code "
            "is sent only with scripts=true"
        )
        ran = client.doit(*mend.rpartition("doit ")[2].split())
        assert ran.code == 0, ran.out
        assert "scripts/post/speck.py" in ran.out
    finally:
        shutil.rmtree(scripts.parent)
