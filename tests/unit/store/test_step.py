"""step: the key covers everything a result depends on, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.catalog import Catalog
from collide.instrument import Argv, Passes
from collide.store.call import Call
from collide.store.entry import Entry, ObjectRef
from collide.store.step import Input, Job, Watched, command_job, library_version, made_by, read_job
from collide.verbs.prove import CAUSES
from tests.dry import with_toy

ENGINE = "e" * 32
TOY = "blend/toy"
CLIP = Input("a" * 32)


def command(knobs: Mapping[str, Any], *, words: list[str]) -> Argv:
    """Return a command with a knob and the given words."""
    return [f"k={knobs['k']}", *words]


def passes(knobs: Mapping[str, Any]) -> Passes:
    """Return the knobs without running a pass."""
    yield from ()
    return dict(knobs)


def analyze(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the knobs as the result."""
    return dict(knobs)


def answer(files: Mapping[str, Path]) -> dict[str, Any]:
    """Return the file names."""
    return dict.fromkeys(files)


def catalog(version: int = 1, libraries: tuple[str, ...] = ("numpy",)) -> Catalog:
    """Return the instruments plus blend/toy, and blend/other with a different version."""
    members = {"command": command, "passes": passes, "analyze": analyze, "answer": answer}
    toys = with_toy(VERSION=version, LIBRARIES=libraries, **members)
    other = with_toy("blend/other", VERSION=5, **members).instrument("blend/other")
    return Catalog({**toys.instruments, "blend/other": other})


TOYS = catalog()
WORDS = ["-i", "@clip", "out.nut"]
SAYS = (Call(TOY, "answer"),)
COMMAND = Job(TOY, "command", {"knobs": {"k": 3}, "words": WORDS}, {"@clip": CLIP}, then=SAYS)
PYTHON = Job(TOY, "analyze", {"knobs": {"k": 3}}, {"@frames": CLIP})
PASSES = Job(TOY, "passes", {"knobs": {"k": 3}}, {"@mix": CLIP})
JOBS = pytest.mark.parametrize(
    "job", [COMMAND, PYTHON, PASSES], ids=["command", "python", "passes"]
)


@JOBS
def test_equal_ingredients_have_an_equal_key(job: Job) -> None:
    """A key has 32 hex digits, and identical jobs have the same key."""
    key = job.key(ENGINE, TOYS)
    assert len(key) == 32
    assert replace(job).key(ENGINE, TOYS) == key


@JOBS
@pytest.mark.parametrize(
    "change",
    [
        {"inputs": {"@clip": Input("b" * 32)}},
        {"inputs": {"@other": CLIP}},
        {"inputs": {}},
        {"lists": {"@parts": ["@a", "@b"]}},
        {"then": (*SAYS, Call("blend/other", "answer"))},
        {"then": (*SAYS, Call(TOY, "answer", {"knobs": {"k": 1}}))},
    ],
)
def test_every_ingredient_changes_the_key(job: Job, change: dict[str, Any]) -> None:
    """Different inputs, lists or later calls produce a different key."""
    assert replace(job, **change).key(ENGINE, TOYS) != job.key(ENGINE, TOYS)


@JOBS
def test_a_new_version_of_an_instrument_changes_the_key(job: Job) -> None:
    """A new VERSION of an instrument that computes results in Python produces a new key."""
    assert job.key(ENGINE, catalog(version=2)) != job.key(ENGINE, TOYS)


def test_the_key_has_the_version_of_every_measuring_instrument() -> None:
    """The VERSION of every instrument that measures the result is part of the key."""
    other = Call("blend/other", "answer")
    before, after = (
        {**TOYS.instruments, "blend/other": with_toy(VERSION=v, answer=answer).instrument(TOY)}
        for v in (5, 6)
    )
    for job in (COMMAND, PYTHON, PASSES):
        asked = replace(job, then=(other,))
        assert asked.key(ENGINE, Catalog(before)) != asked.key(ENGINE, Catalog(after))


def test_doit_prove_names_every_ingredient() -> None:
    """`doit prove` can name a cause for each ingredient that two keys may differ in."""
    later = (*SAYS, Call("blend/other", "answer"))
    jobs = [replace(job, then=later, lists={"@parts": ["@a"]}) for job in (COMMAND, PYTHON, PASSES)]
    assert {name for job in jobs for name in job.ingredients(ENGINE, TOYS)} == CAUSES.keys()


def test_the_key_of_a_command_contains_no_version() -> None:
    """The key of a command does not cover the instrument's VERSION."""
    silent = replace(COMMAND, then=())
    assert silent.key(ENGINE, catalog(version=2)) == silent.key(ENGINE, TOYS)


def test_each_word_of_a_command_changes_its_key() -> None:
    """The key depends on the words of a command and on their order."""
    argvs = [["-i", "@clip", "out.nut"], ["-i", "@clip", "-an", "out.nut"], ["-i@clip", "out.nut"],
             ["out.nut", "-i", "@clip"]]  # fmt: skip
    jobs = [replace(COMMAND, arguments={"knobs": {"k": 3}, "words": argv}) for argv in argvs]
    assert len({job.key(ENGINE, TOYS) for job in jobs}) == len(argvs)


def test_equal_commands_have_equal_keys() -> None:
    """The key covers the command, not the arguments that produced it."""
    as_a_knob = replace(COMMAND, arguments={"knobs": {"k": 3, "unread": 9}, "words": WORDS})
    assert as_a_knob.key(ENGINE, TOYS) == COMMAND.key(ENGINE, TOYS)


@pytest.mark.parametrize("job", [PYTHON, PASSES], ids=["python", "passes"])
def test_the_ingredients_of_a_python_job_change_its_key(job: Job) -> None:
    """The key of a Python job depends on the knobs, the instrument and its libraries."""
    before = job.key(ENGINE, TOYS)
    assert replace(job, arguments={"knobs": {"k": 4}}).key(ENGINE, TOYS) != before
    assert replace(job, play="blend/other").key(ENGINE, TOYS) != before
    assert job.key(ENGINE, catalog(libraries=("pillow",))) != before


@pytest.mark.parametrize("job", [PYTHON, PASSES], ids=["python", "passes"])
def test_input_arguments_are_not_in_the_key(job: Job) -> None:
    """The key covers all knobs' values, but not arguments that are inputs."""
    before = job.key(ENGINE, TOYS)
    files = {"frames": "@clip", "films": {"2": "@alpha2"}}
    assert replace(job, arguments={**job.arguments, **files}).key(ENGINE, TOYS) == before
    keys = {
        replace(job, arguments={"knobs": {"k": name}}).key(ENGINE, TOYS)
        for name in ("@a", "@b", "")
    }
    assert len(keys) == 3


def test_an_upgraded_library_changes_only_python_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade of numpy, the Python step runs again, but commands do not."""
    silent = replace(COMMAND, then=())
    before = [job.key(ENGINE, TOYS) for job in (PYTHON, silent)]
    monkeypatch.setattr("collide.store.step.library_version", lambda _: "99")
    after = [job.key(ENGINE, TOYS) for job in (PYTHON, silent)]
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert PYTHON.ingredients(ENGINE, TOYS)["libraries"] == {"numpy": "99"}


def test_a_different_ffmpeg_changes_only_keys_that_run_it() -> None:
    """A different ffmpeg changes the keys of commands and passes, but not of analyses."""
    assert COMMAND.key("f" * 32, TOYS) != COMMAND.key(ENGINE, TOYS)
    assert PASSES.key("f" * 32, TOYS) != PASSES.key(ENGINE, TOYS)
    assert PYTHON.key("f" * 32, TOYS) == PYTHON.key(ENGINE, TOYS)


@JOBS
@pytest.mark.parametrize(
    "change",
    [
        {"frames": {"out.nut": 9}},
        {"drop": ("alpha.gray",)},
        {"work": 99},
        {"size": 1},
        {"unkeyed": {"seconds": {"mux": 1.5}}},
        {"lasts": {"@clip": 0.4}},
    ],
)
def test_the_key_omits_what_cannot_change_the_bytes(job: Job, change: dict[str, Any]) -> None:
    """The key omits what cannot change the bytes: checks, progress, limits, unkeyed arguments."""
    assert replace(job, **change).key(ENGINE, TOYS) == job.key(ENGINE, TOYS)


@given(st.integers(0), st.none() | st.text(), st.text(), st.none() | st.text())
def test_only_the_content_of_an_input_counts(
    size: int, task: str | None, role: str, demuxer: str | None
) -> None:
    """The key omits the size, task, role and demuxer of an input."""
    other = replace(COMMAND, inputs={"@clip": Input(CLIP.digest, size, task, role, demuxer)})
    assert other.key(ENGINE, TOYS) == COMMAND.key(ENGINE, TOYS)


@JOBS
def test_ingredients_are_plain_data_without_a_path(job: Job) -> None:
    """Ingredients are plain data and include no path on this machine."""
    text = json.dumps(job.ingredients(ENGINE, TOYS))
    assert json.loads(text) == job.ingredients(ENGINE, TOYS)
    assert "/" not in text.replace(job.play, "")
    assert str(Path.cwd()) not in text


@JOBS
def test_a_job_is_plain_data(job: Job) -> None:
    """A job that is written as JSON and read again is unchanged and has the same key."""
    whole = replace(
        job,
        inputs={"@clip": CLIP, "lut": Input("c" * 32, 5, "mix", "a.wav", "wav", Path("x/y.cube"))},
        then=SAYS,
        unkeyed={"seconds": {"mux": 1.5}},
        lists={"@parts": ["@clip"]},
        lasts={"@clip": 0.4},
        frames={"out.nut": 9},
        drop=("alpha.gray",),
        work=99,
        size=1,
    )
    again = read_job(json.loads(json.dumps(whole.data())))
    assert again == whole
    assert again.key(ENGINE, TOYS) == whole.key(ENGINE, TOYS)


def test_a_job_holds_the_knobs_that_its_command_reads() -> None:
    """A job keeps only the knobs that its command reads."""
    job = command_job(TOYS, TOY, {"k": 3, "unread": 9}, {"words": WORDS})
    assert job.arguments == {"knobs": {"k": 3}, "words": WORDS}
    assert job.argv(TOYS) == ["k=3", *WORDS] == replace(job).argv(TOYS)


def test_watched_knobs_record_only_reads() -> None:
    """Testing membership or length is not a read, and a missing knob is not recorded."""
    read: dict[str, Any] = {}
    knobs = Watched({"a": 1, "b": 2, "c": 3}, read.__setitem__)
    assert ("a" in knobs, len(knobs), [*knobs]) == (True, 3, ["a", "b", "c"])
    assert read == {}
    assert (knobs["a"], knobs.get("b"), knobs.get("d")) == (1, 2, None)
    assert read == {"a": 1, "b": 2}
    assert {**knobs} == {"a": 1, "b": 2, "c": 3} == read


def test_an_input_has_the_digest_of_the_tasks_object() -> None:
    """An input has the digest of the task's object; an unknown task raises KeyError."""
    results = {"layer:2": Entry("k", {"piece-000.nut": ObjectRef("d" * 32, 5)})}
    found = made_by(results, "layer:2", "piece-000.nut", "nut")
    assert found == Input("d" * 32, 5, "layer:2", "piece-000.nut", "nut")
    with pytest.raises(KeyError):
        made_by(results, "layer:3", "piece-000.nut")


def test_a_version_comes_from_the_installed_package() -> None:
    """The version of an installed library has at least two parts."""
    assert library_version("numpy").count(".") >= 1
