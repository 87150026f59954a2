"""A few mutated media in one batch; `python -m tests.fault.mutants` runs thousands."""

import random
from types import SimpleNamespace

import pytest

from tests.fault.judged import Yard
from tests.fault.mutants import Batch, Meter, mutated
from tests.render.conftest import Ran


def test_a_batch_renders_its_clips_without_growing_memory(tmp_path, monkeypatch):
    """A batch renders its whole clips without growing memory, and leaves nothing behind."""
    monkeypatch.delenv("COLLIDE_CACHE", raising=False)
    batch = Batch(tmp_path, 24, seed=3)
    try:
        rows = list(batch.rows())
    finally:
        batch.yard.close()
    assert [wrong for _, _, wrong in rows] == [[]] * len(rows)
    assert batch.became["made"], "a piece made from whole clips"


def test_a_batch_is_scanned_once(tmp_path):
    """A batch scans only once, under the meter, and reports the scan's faults."""
    batch, yard, ran = Batch.__new__(Batch), Yard.__new__(Yard), []
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "library.json").write_text('{"clips": {"library/video/m0000.mp4": {}}}')

    def scan(*words):
        ran.append(words)
        return Ran(2, "it failed")

    yard.house, yard.trouble = SimpleNamespace(root=tmp_path, doit=scan), lambda _: []
    batch.yard, batch.count, batch.metered = yard, 1, lambda *words: (scan(*words), Meter(0))
    (_, often, wrong), _ = batch.scan()
    assert ran == [("scan",)]
    assert often == "1: 0 let in, 1 left out"
    assert wrong[0] == "scan ended with 2: it failed"


def test_the_same_seed_gives_the_same_mutants():
    """The same seed makes the same mutants, and most mutants differ from each other."""
    whole, others = bytes(range(256)) * 20, [b"other" * 300]
    made = [mutated(whole, others, random.Random(n)) for n in range(200)]
    assert made == [mutated(whole, others, random.Random(n)) for n in range(200)]
    assert len({*made} - {whole}) > 150
    assert mutated(b"", others, random.Random(1)) is not None


@pytest.mark.parametrize(("values", "flat"), [([50] * 40, True), ([50] * 20 + [90] * 20, False)])
def test_growing_memory_and_descriptors_are_reported(values, flat):
    """The meter reports growing memory and descriptors, but not constant values."""
    grown = Meter(0, memory=[1024 * value for value in values], files=[3] * 40)
    opened = Meter(0, memory=[9] * 40, files=values)
    assert (grown.wrong("it") == [], opened.wrong("it") == []) == (flat, flat)
