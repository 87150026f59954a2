"""Whatever is wrong with a store, the fault is reported, and renders succeed."""

import os
import socket

import pytest

from tests.shared.bad_server import bad_server

TROUBLE = "the shared store "


def complaints(out: str) -> list[str]:
    """Return the lines that a run prints about problems with the store."""
    return [line for line in out.splitlines() if line.startswith(TROUBLE)]


def fill(server, filled):
    """Put a machine's results into a server."""
    server.kept = {
        f"/{path.parent.name}/{path.name}": path.read_bytes()
        for folder in ("ac", "cas")
        for path in filled.kept(folder)
    }
    assert len(server.kept) > 10


@pytest.mark.parametrize("fault", ["hang", "late", "error", "full", "read-only"])
def test_a_store_that_fails_from_the_start_is_reported_once(machines, video, fault):
    """With a faulty store, the video is the same, and one line reports the fault."""
    with bad_server(fault) as server:
        machine = machines.another(url=server.url)
        machine.more = {}
        ran = machine.go()
        assert machine.video().read_bytes() == video
        assert len(complaints(ran.out)) == 1, ran.out
        assert ran.out.count(server.url) == 1
        assert not [path for path in server.kept if fault in ("full", "read-only", "error")]


@pytest.mark.parametrize(
    "fault", ["hang", "hang on objects", "cut", "lie", "empty", "error", "dies"]
)
def test_a_request_to_a_store_that_fails_later_is_a_miss(filled, video, fault):
    """If a store fails after some requests, each failed request is a miss; the video is correct."""
    with bad_server(fault) as server:
        server.lives = 9
        fill(server, filled)
        machine = filled.another(url=server.url)
        machine.more = {}
        ran = machine.go()
        assert machine.video().read_bytes() == video
        assert "mux" in ran.rendered
        assert len(complaints(ran.out)) <= 1


def test_invalid_sizes_from_a_store_do_not_stop_a_render(filled, video):
    """If a store reports sizes that are not numbers, a render succeeds."""
    with bad_server("no size") as server:
        fill(server, filled)
        machine = filled.another(url=server.url)
        machine.more = {}
        ran = machine.go()
        assert ran.code == 0, ran.out
        assert machine.video().read_bytes() == video


def test_requests_stop_after_a_store_hangs_a_few_times(machines):
    """After a few requests that hang, the store is not asked again."""
    with bad_server("hang") as server:
        machine = machines.another(url=server.url)
        machine.more = {}
        machine.go()
        assert len(server.asked) <= 3


def test_a_missing_store_is_reported_once(machines, video):
    """A missing folder and a closed port are each reported once, and the folder is not created."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    away = (machines.folder / "not mounted").as_uri()
    for url in (closed, away):
        machine = machines.another(url=url)
        machine.more = {}
        ran = machine.go()
        assert machine.video().read_bytes() == video
        assert len(complaints(ran.out)) == 1, ran.out
    assert "mkdir -p" in ran.out
    assert not (machines.folder / "not mounted").exists()


def test_a_silent_server_does_not_block_a_render(machines, video):
    """A server that accepts a connection and remains silent does not block a render."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        machine = machines.another(url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        machine.more = {}
        machine.go()
    assert machine.video().read_bytes() == video


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; run the tests as a user")
def test_a_render_can_use_a_read_only_store(filled, video):
    """A render with a read-only store succeeds, and a note says that nothing can be written."""
    for path in (filled.nas, filled.nas / "ac", filled.nas / "cas"):
        path.chmod(0o555)
    machine = filled.another()
    machine.go()
    ran = machine.go("crf=30")
    assert len(complaints(ran.out)) == 1
    for path in (filled.nas, filled.nas / "ac", filled.nas / "cas"):
        path.chmod(0o755)
    assert machine.video().read_bytes() != video
