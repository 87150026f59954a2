"""Publish repeatedly; each time, kill the process at another call, or make that call fail.

A step runs as it does in a render: it makes a private folder and writes two files, which are read
back, counted and renamed into the objects. The action, the delivered copy and the receipt follow.
In a second state, a size limit also forces an eviction. `python -m tests.fault.publishing`
publishes in a child process for each call and prints the results as JSON.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.cli.guard import guarded
from collide.engine.programs import Engine
from collide.library.library import Library
from collide.run.build_state import BuildState
from collide.run.perform import perform
from collide.store.call import FOLDER
from collide.store.digests import Memo
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.receipts import Receipts
from collide.store.step import Job, Log, Results, Step
from collide.store.verify import check
from tests.dry import with_toy
from tests.fault import calls

VIDEO, MORE = b"video" * 600, b"more." * 400
ALL = [f"{state},{blow}" for state in ("cold", "full") for blow in ("KILL", "ENOSPC", "EIO")]
MEMORY = Path("/dev/shm")  # In memory, because no test crashes the machine.
LIMIT = 6000  # Bytes; a second video fits only after the first is evicted.


def made(*, folder: Path, letter: str, log: str) -> dict[str, str]:
    """Make a video and another file, whose contents depend on `letter`."""
    with Path(log).open("a") as written:  # one letter per render
        written.write(letter)
    (folder / "video.mp4").write_bytes(VIDEO + letter.encode())
    (folder / "more.nut").write_bytes(MORE + letter.encode())
    return {"letter": letter}


TOYS = with_toy(analyze=made, VERSION=1)


def step_of(house: Workspace, letter: str) -> Step:
    """Return a step that makes a video and another file, which both depend on `letter`."""
    given, unkeyed = {"folder": FOLDER, "letter": letter}, {"log": str(house.root / "made")}
    output = {"video.mp4": house.root / "projects" / "x" / "output" / "x.mp4"}

    def job(_: Results, log: Log) -> Job:
        log["letter"] = letter
        return Job("blend/toy", "analyze", given, unkeyed=unkeyed)

    return Step("mux", job, deliver=output)


def bench_of(house: Workspace) -> BuildState:
    """Return a build state without an engine."""
    store, memo = Store(house.cache), Memo(house.cache / "memo.db")
    engine = Engine(Path(sys.executable), "nothing runs it")
    return BuildState(
        Receipts(house.receipts("x")),
        store,
        memo,
        Library(house, memo),
        engine,
        Index(store),
        Lease(store),
        TOYS,
    )


def publish(root: Path, letter: str) -> int:
    """Run the step in `root`, print errors as a verb would, and return the exit code."""
    os.chdir(root)
    house = Workspace(root)

    def act() -> int:
        state = bench_of(house)
        try:
            perform(state, step_of(house, letter))
        finally:
            state.lease.close()
        return 0

    return guarded(lambda _: act())


def in_a_child(root: Path, letter: str, at: int = 0, what: str = "") -> int:
    """Publish in a child process and return its exit code.

    Call number `at` kills the process or fails, as `what` says; the code is NOT_REACHED if the
    process makes fewer calls. If `what` is empty, nothing fails.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        said = os.open(root / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        hit = calls.armed(at, what)
        code = publish(root, letter)
        sys.stdout.flush()
        os._exit(code if hit() or not what else calls.NOT_REACHED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def broken(root: Path, code: int) -> Iterator[str]:
    """Yield the faults right after the kill or the failed call."""
    house = Workspace(root)
    state, step = bench_of(house), step_of(house, "b")
    entry = state.store.find(state.key_of(step.job({}, {})))
    objects = list((house.cache / "objects").glob("*/*"))
    yield from (f"half an object: {p.name}" for p in objects if digest_file(p) != p.name)
    if entry and not state.store.complete(entry):
        yield "an action without its objects"
    held, total = sum(path.stat().st_size for path in objects), state.index.total()
    if total is not None and total < held:
        yield f"{total} bytes counted, {held} there"
    if held > LIMIT:
        yield f"{held} bytes are more than the limit"
    state.index.notes.close()
    yield from unclear(code, (root / "said").read_text(), step.deliver["video.mp4"])


def unclear(code: int, said: str, output: Path) -> Iterator[str]:
    """Yield the faults that a person would see in the message, the exit code or the video."""
    video = output.read_bytes() if output.exists() else b""
    if video and video[:-1] != VIDEO:
        yield "half a video"
    if code == 0 and video != VIDEO + b"b":
        yield "code 0, and a different video"
    if code > 0 and not ("ERROR: " in said and "\n  why  " in said and "\n  fix  " in said):
        yield f"code {code}, and no clear line: {said!r}"
    if "Traceback" in said or "Exception" in said:
        yield f"a traceback: {said!r}"


def unhealed(root: Path) -> Iterator[str]:
    """Publish again without interference and yield the faults."""
    house = Workspace(root)
    state = bench_of(house)
    step = step_of(house, "b")
    key = state.key_of(step.job({}, {}))
    known, log = state.store.find(key), root / "made"
    before = log.read_text() if log.exists() else ""
    if code := in_a_child(root, "b"):
        yield f"it ended with {code}: {(root / 'said').read_text()!r}"
        return
    if known and state.store.complete(known) and log.read_text() != before:
        yield "what was finished was rendered again"
    if step.deliver["video.mp4"].read_bytes() != VIDEO + b"b":
        yield "a different video"
    entry = state.store.find(key)
    if not entry or not state.store.complete(entry) or not state.fresh(step):
        yield "it is not up to date"
    state.store.sweep()
    left = [
        p for p in root.rglob("*") if p.is_file() and (p.name[0] == "." or p.parent.name == "tmp")
    ]
    if left:
        yield f"left over: {[str(path.relative_to(root)) for path in left]}"
    if not check(state.index, lambda *_: None).sound:
        yield "the check reports a fault"
    state.index.notes.close()


def every_call(state: str, what: str) -> tuple[int, list[str]]:
    """Publish once for each call, always from the same state; return the count and the faults."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        first = Path(folder) / "first"
        first.mkdir()
        if state == "full":
            assert in_a_child(first, "a") == 0
        for at in range(1, 1000):
            root = Path(folder) / "root"
            shutil.copytree(first, root)
            code = in_a_child(root, "b", at, what)
            if code == calls.NOT_REACHED:
                return at - 1, wrong
            if what == "KILL" and code != -9:
                wrong.append(f"call {at}: it ended with {code}")
            wrong += [f"{state}, {what} at call {at}: {text}" for text in broken(root, code)]
            wrong += [f"{state}, {what} at call {at}, rerun: {text}" for text in unhealed(root)]
            shutil.rmtree(root)
    raise AssertionError("it never ends")


def main(named: list[str]) -> None:
    """Print the count and the faults for each state and kind of fault, such as "cold,KILL"."""
    os.environ["COLLIDE_CACHE_MAX_GB"] = f"{LIMIT / 1e9:.9f}"
    os.environ.pop("COLLIDE_CACHE", None)
    print(json.dumps({name: every_call(*name.split(",")) for name in named or ALL}))


if __name__ == "__main__":
    main(sys.argv[1:])
