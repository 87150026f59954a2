"""locks: held until their owners end, and swept without ever admitting two owners."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from collide.store.locks import held_in_turn, held_now, suspended, sweep_folders, sweep_locks
from collide.store.objects import Store
from tests.unit.store.stores import KEY, act, ended, heard

# If it never paused, a sweeper could delete every new lock before its creator holds it.
PAUSE = 0.003
# Widen the gap between opening a lock and holding it, where races happen.
SLOW = """
import fcntl, os, time
flock = fcntl.flock
fcntl.flock = lambda *given: (time.sleep(0.001), flock(*given))
"""
HAMMER = f"""
{SLOW}
inside = store.root / "inside"
for _ in range(150):
    with store.claim({KEY!r}):
        os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
        time.sleep(0.001)
        inside.unlink()
"""
MAKER = f"""
{SLOW}
from collide.store.locks import held_folder, sweep_folders
for _ in range(60):
    with held_folder(store.root / "tmp") as folder:
        (folder / "a").write_text("a")
        sweep_folders(store.root / "tmp")
        assert (folder / "a").read_text() == "a"
        assert folder.with_name(folder.name + ".lock").exists(), "a sweep needs the lock"
"""


def test_sweeping_never_lets_two_processes_lock_a_key(store: Store) -> None:
    """Two processes never hold the same key's lock together, even while its lock file is swept."""
    store.ready()
    workers = [act(HAMMER, store.root) for _ in range(2)]
    swept = 0
    while any(worker.poll() is None for worker in workers):
        sweep_locks(store.root / "locks")
        swept += not (store.root / "locks" / KEY).exists()
        time.sleep(PAUSE)
    assert [ended(worker) for worker in workers] == ["", ""]
    assert swept, "the lock was swept while they were working"


def test_a_held_lock_is_not_swept(store: Store) -> None:
    """Only a lock that no process holds is swept."""
    with store.claim("other"):
        pass
    with store.claim(KEY):
        sweep_locks(store.root / "locks")
        assert [path.name for path in (store.root / "locks").iterdir()] == [KEY]
    sweep_locks(store.root / "locks")
    assert not list((store.root / "locks").iterdir())


def test_a_folder_lives_as_long_as_its_owner(store: Store) -> None:
    """A folder is kept while its owner runs, whatever its process ID, and swept after kill -9."""
    code = """
    import os
    os.getpid = lambda: 1 << 30  # as from another container: no such process here
    with store.workdir() as folder:
        print(folder, flush=True)
        sys.stdin.read()
    """
    owner = act(code, store.root)
    folder = Path(heard(owner))
    sweep_folders(store.root / "tmp")
    assert folder.is_dir()
    owner.kill()
    owner.communicate()
    sweep_folders(store.root / "tmp")
    assert not list((store.root / "tmp").iterdir())


def test_folders_are_made_while_others_sweep(store: Store) -> None:
    """Two processes that create folders and sweep do not delete each other's folders."""
    store.ready()
    workers = [act(MAKER, store.root) for _ in range(2)]
    while any(worker.poll() is None for worker in workers):
        sweep_folders(store.root / "tmp")
        time.sleep(PAUSE)
    assert [ended(worker) for worker in workers] == ["", ""]
    assert not list((store.root / "tmp").iterdir())


def test_a_second_holder_is_warned_to_wait(tmp_path: Path) -> None:
    """If two threads lock a file, only the second is told to wait."""
    place, heard_of = tmp_path / "config.json", list[str]()
    place.write_text("{}")
    entered, leave = threading.Event(), threading.Event()

    def first() -> None:
        with held_in_turn(place, lambda: heard_of.append("first")):
            entered.set()
            leave.wait()

    holder = threading.Thread(target=first)
    holder.start()
    entered.wait()

    def waits() -> None:
        heard_of.append("second")
        leave.set()

    with held_in_turn(place, waits):
        holder.join()
    assert heard_of == ["second"]


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system has no /proc")
def test_a_suspended_holder_is_named(store: Store) -> None:
    """The process ID of the lock's owner is found only while the owner is suspended."""
    place = store.ready() / "config.json"
    place.write_text("{}")
    assert suspended(place) == suspended(place.with_name("none")) == 0
    code = """
    from collide.store.locks import held_in_turn
    with held_in_turn(store.root / "config.json", lambda: None):
        print("held", flush=True)
        sys.stdin.read()
    """
    holder = act(code, store.root)
    heard(holder)
    assert suspended(place) == 0
    os.kill(holder.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED | os.WNOWAIT)
    assert suspended(place) == holder.pid
    holder.kill()
    holder.communicate()
    assert suspended(place) == 0


def test_a_missing_file_is_not_locked(tmp_path: Path) -> None:
    """A missing file, such as a new project's config, is neither locked nor created."""
    with held_in_turn(tmp_path / "config.json", lambda: 1 / 0):
        assert not list(tmp_path.iterdir())


def test_a_file_that_is_missing_can_be_locked(tmp_path: Path) -> None:
    """A lock creates its file if it is missing, and a second owner is refused the lock."""
    with held_now(tmp_path / "a") as free, held_now(tmp_path / "a") as second:
        assert (free, second) == (True, False)
