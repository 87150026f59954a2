"""farm= where no farm runs: the client renders the pieces and reports mistakes."""

import socket
import subprocess
import sys

import pytest

from tests.farm.conftest import Farm, free_port, house_of, pieces
from tests.patience import HANGS

TRACE = """
import sys
sys.argv = ["doit", *sys.argv[1:]]
from doit.doit_cmd import DoitMain
from runpy import run_module
try:
    run_module("doit", run_name="__main__")
except SystemExit as end:
    code = end.code
print("MODULES", " ".join(sorted(n for n in sys.modules if n.startswith(
    ("collide.farm", "dask", "distributed", "obstore", "cryptography", "tornado")))))
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory, clips) -> Farm:
    """Return a workspace with one piece and no key."""
    root = tmp_path_factory.mktemp("apart")
    return Farm(house_of(root / "house", clips, {"p1": pieces(1, first=2)["p2"]}), root)


def test_without_farm_its_code_is_not_imported(plain):
    """A render, a no-op and a plan load neither collide.farm nor its packages."""
    for words in (["render", "project=p1"], ["render", "project=p1"], ["plan", "project=p1"]):
        done = subprocess.run(
            [sys.executable, "-c", TRACE, *words],
            cwd=plain.house.root,
            env=plain.env(),
            capture_output=True,
            text=True,
            timeout=HANGS,
        )
        assert done.stdout.splitlines()[-1].split() == ["MODULES"], done.stdout + done.stderr


def test_without_an_answering_farm_pieces_render_here(plain):
    """If no farm answers, the client says so and renders the pieces.

    With farm=none, or for a single piece, COLLIDE_FARM has no effect.
    """
    key = pytest.importorskip("collide.shared.farm_key")
    pytest.importorskip("distributed", reason="pip install -e '.[farm]' brings it")
    if not (plain.folder / "farm.pem").exists():  # another test may have written it already
        key.FarmKey.make(plain.folder / "farm.pem")
    ran = plain.doit("render", "project=p1", f"farm=127.0.0.1:{free_port()}")
    assert ran.code == 0, ran.out
    assert "no farm answers at 127.0.0.1" in ran.out
    assert plain.house.video("p1").exists()
    ran = plain.doit("render", "project=p1,p1", COLLIDE_FARM="no-such-machine.invalid")
    assert ran.code == 0, ran.out
    assert "no farm answers at no-such-machine.invalid" in ran.out
    for words in (["project=p1,p1", "farm=none"], ["project=p1"]):
        ran = plain.doit("render", *words, COLLIDE_FARM="no-such-machine.invalid")
        assert ran.code == 0, ran.out
        assert "no farm" not in ran.out


def test_missing_packages_give_the_pip_command(plain, tmp_path):
    """If the farm's packages are missing, commands that need them suggest the pip command."""
    (tmp_path / "distributed.py").write_text(
        "raise ModuleNotFoundError('no', name='distributed')\n"
    )
    path = f"{tmp_path}:{plain.env()['PYTHONPATH']}"
    for words in (["farm"], ["work", "127.0.0.1"], ["render", "project=p1", "farm=127.0.0.1"]):
        ran = plain.doit(*words, PYTHONPATH=path)
        assert ran.code == 3, ran.out
        assert "pip install -c constraints.txt -e '.[farm]'" in ran.out
        assert "Traceback" not in ran.out


def test_a_taken_port_is_reported(plain):
    """If the port of the scheduler or the store is in use, the error suggests another port."""
    pytest.importorskip("distributed", reason="pip install -e '.[farm]' brings it")
    port = free_port()
    for taken in (port, port + 1):
        with socket.create_server(("127.0.0.1", taken)):
            ran = plain.doit("farm", "address=127.0.0.1", f"port={port}")
        assert ran.code == 3, ran.out
        assert f"the farm cannot use 127.0.0.1:{port}" in ran.out and f":{taken}" in ran.out
        assert "doit farm address=127.0.0.1 port=" in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["work"], "needs the machine that runs doit farm"),
        (["work", "h", "host=i"], "the command names two farms"),
        (["render", "project=p1,p9"], "no project named 'p9'"),
        (["render", "project=p1,p1", "look=7f3a"], "takes a single piece"),
        (["render", "project=p1,,p2"], "project="),
        (["render", "project=p1", "farm=http://x"], "farm="),
        (["render", "project=p1", "farm=x:99999"], "has no valid port"),
    ],
)
def test_an_invalid_command_gives_an_error_of_three_parts(plain, words, told):
    """An invalid command prints an error in three parts and exits with 3."""
    ran = plain.doit(*words)
    assert ran.code == 3, ran.out
    assert told in ran.out
    assert "  why  " in ran.out
    assert "  fix  " in ran.out
    assert "Traceback" not in ran.out
