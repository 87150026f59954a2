"""A job is plain data without functions, and it contains everything that its function needs."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from collide.store.step import Job
from tests.laws.pieces import ALL, base

PLAIN = (str, int, float, bool, type(None), Path)


def parts(value: Any) -> Iterator[Any]:
    """Yield every atomic part of a value."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from parts(getattr(value, one.name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (name, *parts(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from parts(item)
    else:
        yield value


def jobs() -> Iterator[Job]:
    """Yield the job of every step of every piece."""
    for name in ALL:
        yield from (one.job for one in base(name).worked.values())


def test_a_job_contains_only_plain_values() -> None:
    """A job consists only of numbers, strings, booleans, paths and None."""
    assert not {type(part) for job in jobs() for part in parts(job) if not isinstance(part, PLAIN)}


def test_a_job_survives_a_round_trip_through_json() -> None:
    """A job's data survives a round trip through JSON."""
    for job in jobs():
        data = job.data()
        assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_data_of_a_job_is_its_whole_input() -> None:
    """Calling a job returns its command and fails if any of its knobs is missing."""
    for name in ("placed", "heard", "chain"):
        catalog = base(name).plan.piece.catalog
        for one in base(name).worked.values():
            if one.job.runs_one_command:
                assert one.job(catalog) == one.job.argv(catalog)
                for knob in one.job.arguments.get("knobs", {}):
                    knobs = {n: v for n, v in one.job.arguments["knobs"].items() if n != knob}
                    with pytest.raises(KeyError, match=knob):
                        one.job.replaced(arguments={**one.job.arguments, "knobs": knobs})(catalog)


def test_every_call_covered_only_by_its_version_has_samples() -> None:
    """Every call that a key covers only by its VERSION has samples in tests/steps/versions."""
    seen = {(call.play, call.shape) for job in jobs() for call in job.calls}
    known = {"passes", "analyze", "answer", "drawn"}
    assert {shape for _, shape in seen} <= known
    versions = {
        path.stem for path in (Path(__file__).parents[1] / "steps" / "versions").glob("*.txt")
    }
    assert {play.replace("/", "-") for play, _ in seen} <= versions
