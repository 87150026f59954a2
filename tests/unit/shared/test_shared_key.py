"""shared_key: a result has the same name on each machine, and no xxh3 digest in it."""

from dataclasses import replace

import pytest

from collide.catalog import shipped
from collide.shared.shared_key import shared_name
from collide.store.step import TABLE, Input, Job

ENGINE = ("e" * 32, "f" * 64)
JOB = Job("source/probe", "analyze", {"file": "@clip"}, inputs={"@clip": Input("a" * 32, 5)})


def name(job: Job = JOB, engine: tuple[str, str] = ENGINE, sha: str = "b" * 64) -> str:
    """Return the name of a job's result."""
    return shared_name(job, engine, shipped(), lambda _: sha)


def test_the_name_hangs_on_contents_by_their_sha256() -> None:
    """Two files with the same xxh3 digest give results with different names."""
    other = replace(JOB, inputs={"@clip": Input("c" * 32, 5)})
    assert name() == name(other)
    assert name() != name(sha="d" * 64)
    assert len(name().removeprefix("step/")) == 64


def test_another_engine_is_another_name() -> None:
    """Results of one engine are never used for another."""
    knobs = {"encoding_preset": "fast", "hevc_crf": 22, "fps": 10}
    stack = Input("a" * 32, 5, "stack:0", "stack.nut")
    job = Job("blend/hevc", "command", {"knobs": knobs}, inputs={"@stack": stack})
    assert name(job) == name(job, ("0" * 32, ENGINE[1]))
    assert name(job) != name(job, (ENGINE[0], "0" * 64))


def test_a_table_of_colors_is_named_by_what_the_code_says_of_it() -> None:
    """Each machine computes the table, so there is no file that could be read before."""
    job = replace(JOB, inputs={"pq.cube": Input("a" * 32, role=TABLE)})

    def named(source: Input) -> str:
        raise LookupError(source)

    assert shared_name(job, ENGINE, shipped(), named)


def test_an_input_that_is_not_to_be_had_gives_no_name() -> None:
    """With a LookupError, nothing is requested or sent."""

    def named(source: Input) -> str:
        raise LookupError(source)

    with pytest.raises(LookupError):
        shared_name(JOB, ENGINE, shipped(), named)
