"""play and chosen_clips: the limits of a probe, and what its stored results depend on."""

from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.engine import safety
from collide.engine.programs import Engine
from collide.library.library import Library
from collide.run.build_state import BuildState
from collide.run.chosen_clips import probe_mark
from collide.run.play import MOST_LISTED, bounds_of
from collide.store.digests import Memo
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.receipts import Receipts


def test_a_larger_clip_has_higher_probe_limits() -> None:
    """A larger file gives its probe more time, and more room for packet lists up to a limit."""
    small, large, huge = (bounds_of(size, size=64) for size in (0, 10 << 30, 10 << 40))
    assert large.seconds - small.seconds == pytest.approx(5120)
    assert (small.size, large.size, huge.size) == (64, 64 + MOST_LISTED, 64 + MOST_LISTED)


def state(house: Workspace, program: str = "one ffmpeg") -> BuildState:
    """Return a state whose engine is a stub program."""
    path = house.root / program
    path.write_text(program)
    store, memo = Store(house.cache), Memo(house.cache / "memo.db")
    first: Any = (Receipts(house.cache), store, memo, Library(house, memo), Engine(path, "a test"))
    return BuildState(*first, Index(store), Lease(store), shipped())


def test_refusals_depend_on_the_engine_and_its_formats(
    house: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored facts depend only on the probe's version; refusals also on the engine and formats."""
    one = probe_mark(state(house), "source/probe")
    assert probe_mark(state(house), "source/probe") == one
    other = probe_mark(state(house, "another ffmpeg"), "source/probe")
    assert other.facts == one.facts and other.refusal != one.refusal
    monkeypatch.setattr(safety, "CLIPS", f"{safety.CLIPS},mxf")
    more = probe_mark(state(house), "source/probe")
    assert more.facts == one.facts and more.refusal != one.refusal


def test_a_different_version_invalidates_stored_facts(
    house: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A different version of the probe invalidates both facts and refusals."""
    one = probe_mark(state(house), "source/probe")
    monkeypatch.setattr(shipped().instrument("source/probe"), "VERSION", 99)
    new = probe_mark(state(house), "source/probe")
    assert new.facts == "source/probe 99" and new.refusal != one.refusal
    assert probe_mark(state(house), "source/sound").facts != new.facts
