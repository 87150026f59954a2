"""exchange: one machine uses another machine's results, and some results remain local."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.engine.programs import Engine
from collide.library.library import Library
from collide.plan import exports
from collide.plan.exports import export_steps
from collide.shared.exchange import Exchange, opened
from collide.shared.farm_key import FarmKey
from collide.shared.shared_store import SharedStore
from collide.store.digests import Memo
from collide.store.entry import Entry
from collide.store.eviction import reserve
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.step import Input, Job, Step
from tests.patience import HANGS

KEY = "ab" * 16


@dataclass
class Machine:
    """One machine: its cache and its exchange with the store."""

    store: Store
    library: Library
    engine: Engine
    index: Index
    lease: Lease
    catalog: Any
    engine_digest: str
    renders: bool = True

    def __post_init__(self) -> None:
        self.exchange: Exchange = None  # type: ignore[assignment]  # see machine()

    def publish(self, *, size: int = 1000, seconds: float = 2.0, role: str = "part.mp4") -> Entry:
        """Publish a result with a single object in this role and return its entry."""
        with self.store.workdir() as folder:
            (folder / role).write_bytes(b"x" * size)
            return self.store.publish(
                KEY, {role: folder / role}, facts={"share": 0.5}, preimage={}, seconds=seconds,
                before=lambda entry: reserve(self.index, self.lease, entry),
            )  # fmt: skip


def machine(root: Path, url: str, key: FarmKey) -> Machine:
    """Return a machine with an empty cache and a started exchange."""
    house = Workspace(root, apart=root / "cache")
    root.mkdir()
    (root / "ffmpeg").write_bytes(b"the engine")
    store, memo = Store(house.cache), Memo(house.cache / "memo.db")
    engine = Engine(root / "ffmpeg", "nothing runs it")
    parts = store, Library(house, memo), engine, Index(store), Lease(store), shipped()
    made = Machine(*parts, digest_file(root / "ffmpeg"))
    made.exchange = Exchange(made, SharedStore(url, key))
    made.exchange.begin()
    return made


@pytest.fixture
def pair(
    tmp_path: Path, nas: Path, key: FarmKey, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Machine]]:
    """Yield two machines that share one store."""
    monkeypatch.setenv("COLLIDE_STORE_WAIT", str(HANGS))
    both = [machine(tmp_path / name, nas.as_uri(), key) for name in ("first", "second")]
    yield both
    for one in both:
        one.lease.close()


def job(path: Path) -> Job:
    """Return a job that reads a model."""
    path.write_bytes(b"model")
    source = Input(digest_file(path), path=path)
    return Job("source/probe", "analyze", {"file": "@model"}, inputs={"@model": source})


STEP = Step("encode:0", lambda _results, _log: None)  # type: ignore[arg-type, return-value]


def test_a_result_is_found_and_its_object_fetched(pair: list[Machine], tmp_path: Path) -> None:
    """A fetched object is identical and is counted in the index like a local object."""
    first, second = pair
    entry, asked = first.publish(), job(tmp_path / "model")
    first.exchange.offer(STEP, asked, entry)
    first.exchange.end(stopped=False)
    found = second.exchange.find(STEP, asked, KEY)
    assert found == entry
    assert not second.store.complete(found)
    assert second.exchange.brings(found, "part.mp4", 2.0) == (True, None)
    assert second.exchange.bring(found, "part.mp4", 2.0)
    ref = found.objects["part.mp4"]
    assert second.store.verified(ref.digest)
    assert second.index.held() == ref.size
    counts = second.exchange.counts()
    assert (counts["hits"], counts["fetched"], counts["bytes_fetched"]) == (1, 1, 1000)
    lines = second.exchange.end(stopped=False)
    assert any("1 result found, 1 object fetched" in text for text in lines)


def test_an_absent_result_is_requested_once_per_run(pair: list[Machine], tmp_path: Path) -> None:
    """If the store lacks a result, a run requests it only once."""
    _, second = pair
    asked = job(tmp_path / "model")
    for _ in range(3):
        assert second.exchange.find(STEP, asked, KEY) is None
    assert second.exchange.counts()["absent"] == 1


@pytest.mark.parametrize("field", ["portable", "opens"])
def test_results_that_are_not_portable_are_not_shared(
    pair: list[Machine], tmp_path: Path, field: str
) -> None:
    """Results that are not portable or belong to steps that read no objects are not exchanged."""
    first, second = pair
    step: Step = replace(STEP, **{field: False})
    asked = job(tmp_path / "model")
    first.exchange.offer(step, asked, first.publish())
    first.exchange.end(stopped=False)
    assert not first.exchange.counts()
    assert second.exchange.find(step, asked, KEY) is None
    assert not second.exchange.counts()


def test_no_step_of_an_hevc_export_is_shared() -> None:
    """No step in an HEVC export is shared, because x265's bytes depend on the processor."""
    made: dict[str, set[bool]] = {}

    class Piece:
        """A stand-in for a piece that names its steps."""

        catalog, spans, sounds, project = shipped(), (1, 2), (), None
        name = "x"

        def step(self, task: str, *_: Any, needs: Any = (), **more: Any) -> Step:
            return Step(task, STEP.job, tuple(needs), **more)

        def output(self, suffix: str) -> Path:
            return Path(f"x{suffix}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_part_step", lambda p, form, _play, at, _s: p.step(f"{form}:{at}"))
        for form in ("h265-10", "vertical", "prores4444"):
            steps = export_steps(Piece(), form)  # type: ignore[arg-type]
            made[form] = {step.portable for step in steps}
    assert made == {"h265-10": {False}, "vertical": {True}, "prores4444": {True}}


def test_a_large_picture_is_shared_only_if_that_is_faster(
    pair: list[Machine], tmp_path: Path
) -> None:
    """A large picture is fetched if rendering it takes longer, and sent if it takes much longer."""
    first, second = pair
    first.exchange.side.note_transfer("get", 1000, 10.0)
    second.exchange.side.note_transfer("get", 1000, 10.0)
    asked = job(tmp_path / "model")
    for role, goes in (("look-000.nut", False), ("part.mp4", True)):
        assert first.exchange._goes(first.publish(role=role), role) is goes
    entry = first.publish(role="look-000.nut", seconds=21.0)
    first.exchange.offer(STEP, asked, entry)
    first.exchange.end(stopped=False)
    found = second.exchange.find(STEP, asked, KEY)
    assert found
    assert second.exchange.brings(found, "look-000.nut", 9.0) == (False, pytest.approx(10.0))
    assert not second.exchange.bring(found, "look-000.nut", 9.0)
    assert second.exchange.counts()["made here"] == 1
    assert second.exchange.bring(found, "look-000.nut", 11.0)


def test_a_damaged_object_is_a_miss_and_the_next_result_repairs_it(
    pair: list[Machine], tmp_path: Path, nas: Path
) -> None:
    """A damaged object is requested once per run and never kept; a new upload repairs it."""
    first, second = pair
    asked, entry = job(tmp_path / "model"), first.publish()
    first.exchange.offer(STEP, asked, entry)
    first.exchange.end(stopped=False)
    (blob,) = (nas / "cas").iterdir()
    blob.write_bytes(b"y" * 1000)
    found = second.exchange.find(STEP, asked, KEY)
    assert found
    assert not second.exchange.bring(found, "part.mp4", 2.0)
    assert not second.exchange.bring(found, "part.mp4", 2.0)
    assert second.exchange.counts()["damaged"] == 1
    assert second.index.held() == 0
    assert not second.store.complete(found)
    second.exchange.offer(STEP, asked, second.publish())
    second.exchange.end(stopped=False)
    assert blob.read_bytes() == b"x" * 1000


def test_a_different_result_for_the_same_key_is_reported(
    pair: list[Machine], tmp_path: Path
) -> None:
    """A run reports that its result differs from another machine's result for the same key."""
    first, second = pair
    asked = job(tmp_path / "model")
    first.exchange.offer(STEP, asked, first.publish())
    first.exchange.end(stopped=False)
    second.exchange.offer(STEP, asked, second.publish(size=999))
    assert any("not repeatable: encode:0" in text for text in second.exchange.end(stopped=False))


def test_a_stopped_run_does_not_wait_for_an_upload(
    pair: list[Machine], stuck: threading.Event
) -> None:
    """After Ctrl-C, an exchange ends without waiting for a hanging upload."""
    first, _ = pair
    began = threading.Event()

    def hangs() -> None:
        began.set()
        stuck.wait(HANGS)
        ended.append(True)

    ended: list[bool] = []
    first.exchange.uploads.add(1, hangs)
    assert began.wait(HANGS)
    assert isinstance(first.exchange.end(stopped=True), list)
    assert not ended


def test_a_reading_verb_writes_and_prints_nothing(
    tmp_path: Path, nas: Path, key: FarmKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exchange that never began, as happens in a reading verb, writes nothing anywhere."""
    monkeypatch.setenv("COLLIDE_STORE_WAIT", str(HANGS))
    one = machine(tmp_path / "one", nas.as_uri(), key)
    looks = Exchange(one, SharedStore(nas.as_uri(), key))
    before = sorted(tmp_path.rglob("*"))
    assert looks.find(STEP, job(tmp_path / "ffmpeg-model"), KEY) is None
    (tmp_path / "ffmpeg-model").unlink()
    assert looks.end(stopped=False) == []
    assert sorted(tmp_path.rglob("*")) == before


def test_the_environment_configures_an_exchange(
    pair: list[Machine], nas: Path, key: FarmKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store and the key come from COLLIDE_STORE and COLLIDE_FARM_KEY."""
    monkeypatch.setenv("COLLIDE_STORE", nas.as_uri())
    monkeypatch.setenv("COLLIDE_FARM_KEY", str(key.path))
    assert opened(pair[0]).store.url == nas.as_uri()
