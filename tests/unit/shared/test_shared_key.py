"""shared_key: a result's name is the same on every machine and identifies files by SHA-256."""

from dataclasses import replace

import pytest

from collide.catalog import shipped
from collide.shared.shared_key import shared_name
from collide.store.step import TABLE, Input, Job

ENGINE = ("e" * 32, "f" * 64)
JOB = Job("source/probe", "analyze", {"file": "@clip"}, inputs={"@clip": Input("a" * 32, 5)})


def name(job: Job = JOB, engine: tuple[str, str] = ENGINE, sha: str = "b" * 64) -> str:
    """Return the shared name of a job's result."""
    return shared_name(job, engine, shipped(), lambda _: sha)


def test_the_name_depends_on_the_sha256_of_an_input() -> None:
    """A result's name depends on an input's SHA-256, not on its xxh3 digest."""
    other = replace(JOB, inputs={"@clip": Input("c" * 32, 5)})
    assert name() == name(other)
    assert name() != name(sha="d" * 64)
    assert len(name().removeprefix("step/")) == 64


def test_a_different_engine_gives_a_different_name() -> None:
    """The name of a command's result depends on the engine's SHA-256, not on its xxh3 digest."""
    knobs = {"encoding_preset": "fast", "hevc_crf": 22, "fps": 10}
    stack = Input("a" * 32, 5, "stack:0", "stack.nut")
    job = Job("blend/hevc", "command", {"knobs": knobs}, inputs={"@stack": stack})
    assert name(job) == name(job, ("0" * 32, ENGINE[1]))
    assert name(job) != name(job, (ENGINE[0], "0" * 64))


def test_a_table_of_colors_needs_no_sha256() -> None:
    """A color table, which each machine computes, does not need a SHA-256."""
    job = replace(JOB, inputs={"pq.cube": Input("a" * 32, role=TABLE)})

    def named(source: Input) -> str:
        raise LookupError(source)

    assert shared_name(job, ENGINE, shipped(), named)


def test_an_input_without_a_sha256_gives_no_name() -> None:
    """An input with an unknown SHA-256 raises a LookupError, so the result is not shared."""

    def named(source: Input) -> str:
        raise LookupError(source)

    with pytest.raises(LookupError):
        shared_name(JOB, ENGINE, shipped(), named)
