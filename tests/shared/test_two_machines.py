"""A machine finds and fetches another machine's results, and their videos are identical."""

import re
import subprocess
import sys
from threading import Thread

import pytest

from tests.left_out import package_without
from tests.shared.machines import ALONE


def test_a_second_machine_fetches_the_video_of_the_first(filled, video):
    """A second machine finds all results and fetches the first machine's video."""
    machine = filled.another()
    ran = machine.go()
    assert ran.rendered == ALONE
    assert machine.video().read_bytes() == video
    shared = machine.shared(ran)
    assert shared["hits"] >= 10
    assert shared["fetched"] == 1
    assert "sent" not in shared
    assert re.search(r"^shared store: \d+ results? found, 1 object fetched \(", ran.out, re.M)
    found = re.search(r"^restored \d+ results from the shared store: (.+)$", ran.out, re.M)
    assert found and {"layers 1 and 2", "mux"} <= {*found[1].split(", ")}, ran.out


def test_repeating_a_render_sends_no_request(filled):
    """Repeating a render keeps everything, without any request to the store."""
    machine = filled.another()
    machine.go()
    ran = machine.go()
    assert not ran.rendered
    assert not machine.shared(ran)
    assert "shared store" not in ran.out


def test_a_turned_knob_fetches_or_renders_unchanged_inputs(filled):
    """After a knob is turned, unchanged inputs are fetched or rendered, whichever is faster."""
    machine = filled.another()
    machine.go()
    planned = machine.doit("plan", "project=x", "crf=31").out
    assert re.search(r"^stack:0 .*(fetched from the shared|rendering it takes)", planned, re.M)
    ran = machine.go("crf=31")
    assert {"encode:0", "mux", "record"} <= ran.rendered
    assert not ran.rendered & {"probe", "levels:1", "color:2"}


def test_a_plan_lists_shared_results_and_writes_nothing(filled):
    """A plan lists the results that the shared store has, and writes nothing."""
    machine = filled.another()
    machine.go()
    for name in ("receipts", "actions", "objects", "index.db", "shared.db"):
        subprocess.run(["rm", "-rf", machine.root / "cache" / name], check=True)
    before = sorted(machine.root.rglob("*"))
    ran = machine.doit("plan", "project=x")
    assert ran.code == 0, ran.out
    assert re.search(r"^mux +from the store +fetched from the shared store$", ran.out, re.M)
    assert re.findall(r"^(\S+) +would render", ran.out, re.M) == ["record"]
    assert sorted(machine.root.rglob("*")) == before


def test_a_plan_without_clips_names_the_shared_store(filled):
    """Before clips are chosen, a plan says that the shared store may have some results."""
    planned = filled.another().doit("plan", "project=x").out
    assert "not chosen yet; everything that the shared store lacks would be rendered: " in planned


def test_large_pictures_are_rendered_over_a_slow_link(filled):
    """Over a slow link, large pictures are rendered instead of fetched, as planned."""
    machine = filled.another()
    machine.go()
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('insert or replace into links values (?, ?, 1e3, 1)', (sys.argv[2], 'get'));"
        "c.commit()"
    )
    table = machine.root / "cache" / "shared.db"
    subprocess.run([sys.executable, "-c", code, str(table), machine.url], check=True)
    planned = machine.doit("plan", "project=x", "crf=31").out
    assert re.search(r"stack:0 +would render .* encode 0 reads it: rendering it", planned), planned
    assert "fetching it would take" in planned
    ran = machine.go("crf=31")
    assert "stack:0" in ran.rendered
    assert machine.shared(ran)["made here"] >= 1
    stats = machine.doit("cache", "stats").out
    assert re.search(r"^  \d+ large pictures? rendered here: fetching", stats, re.M)


def test_two_machines_that_publish_at_once_make_one_video(machines):
    """If two machines publish together, they and a third machine get the same video."""
    pair = [machines.another(), machines.another()]
    threads = [Thread(target=machine.go) for machine in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    third = machines.another()
    assert third.go().rendered == ALONE
    assert len({machine.video().read_bytes() for machine in (*pair, third)}) == 1
    assert not list(machines.nas.rglob(".half-*"))


def test_a_render_without_a_key_suggests_how_to_create_one(machines):
    """If there is no key, a render exits with 3 and suggests the command that creates a key."""
    machine = machines.another()
    machine.key = machines.folder / "none" / "farm.pem"
    ran = machine.doit("render", "project=x")
    assert ran.code == 3
    assert ran.out.startswith("ERROR: there is no farm key on this machine\n  why  ")
    assert f"scp -p HOST:.config/collide/farm.pem {machine.key}\n" in ran.out
    assert "make a key only if no machine has one yet: doit farm key=true\n" in ran.out
    assert not (machine.root / "cache" / "runs").exists()
    ran = machine.doit("farm", "key=true")
    assert ran.code == 0
    assert f"created the farm key: {machine.key}" in ran.out
    assert machine.key.stat().st_mode & 0o777 == 0o600
    machine.go()
    machine.key.chmod(0o640)
    assert "fix  chmod 600 " in machine.doit("render", "project=x", "crf=32").out


def test_the_key_is_in_no_log_record_page_or_store(first):
    """The key's first lines are in no file of a machine or the store except the key file."""
    lines = [line for line in first.key.path.read_text().splitlines() if "-----" not in line]
    secrets = [line.encode() for line in lines[:2]]
    files = [path for path in first.folder.rglob("*") if path.is_file() and path != first.key.path]
    assert len(files) > 50
    assert not [path for path in files if any(one in path.read_bytes() for one in secrets)]


def test_without_a_store_its_code_is_not_imported(first):
    """If COLLIDE_STORE is not set, a render does not import collide/shared or its packages."""
    machine = first.another(url="")
    code = (
        "import sys; from doit.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "strange = {'ssl', 'obstore', 'cryptography', 'http'}\n"
        "print(sorted(m for m in sys.modules if m in strange or m.startswith('collide.shared')))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, "render", "project=x"],
            cwd=machine.root, env=machine.env(), capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://nas/collide", "it begins with ftp://"),
        ("/mnt/nas/collide", "it is a path; it must begin with file://"),
        ("file://nas/collide", "three slashes"),
        ("s3://", "a bucket's name"),
        ("http://", "the name of a host"),
    ],
)
def test_an_invalid_address_is_refused(first, url, why):
    """An invalid address exits with 3 before anything begins; the error shows a valid form."""
    machine = first.another(url=url)
    ran = machine.doit("render", "project=x")
    assert ran.code == 3
    assert f"ERROR: COLLIDE_STORE={url} is not a valid value\n" in ran.out
    assert why in ran.out
    assert "fix  export COLLIDE_STORE=file:///" in ran.out


def test_a_render_works_without_the_shared_folder(first, tmp_path):
    """If collide/shared is missing, a render works; COLLIDE_STORE and the farm are refused."""
    machine = first.another(url="")
    machine.package = package_without("shared", tmp_path)
    machine.go()
    machine.url = first.url
    ran = machine.doit("render", "project=x", "crf=33")
    assert ran.code == 3
    assert ran.out.startswith("ERROR: this copy of collide has no shared store\n")
    assert "or do without: unset COLLIDE_STORE" in ran.out
    machine.url = ""
    for words in (["farm"], ["farm", "key=true"], ["farm", "gc", "keep=1G"], ["work", "tower"]):
        ran = machine.doit(*words)
        assert ran.code == 3
        assert ran.out.startswith("ERROR: this copy of collide has no shared\n"), ran.out
        assert "fix  git checkout collide/shared restores it" in ran.out


def test_each_machine_encodes_its_own_hevc_export(filled):
    """Each machine encodes an HEVC export itself, because its bytes depend on the processor."""
    words, made = ["export", "project=x", "as=h265-10"], {"h265-10:0", "h265-10:join"}
    for _ in range(2):
        machine = filled.another()
        ran = machine.doit(*words)
        assert ran.code == 0, ran.out
        assert made <= ran.rendered
        assert "encode:0" not in ran.rendered


def test_a_proof_fetches_nothing(filled):
    """`doit prove` renders everything itself and fetches nothing from the shared store."""
    machine = filled.another()
    machine.go()
    ran = machine.doit("prove", "project=x")
    assert ran.code == 0, ran.out
    assert {"layer:1", "stack:0", "encode:0", "mux"} <= ran.rendered
    assert "shared store" not in ran.out
