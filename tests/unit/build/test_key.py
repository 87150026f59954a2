"""key: what a result depends on, and nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.build.entry import Entry, Made
from collide.build.key import Input, Job, library_version, made_by

ENGINE = "e" * 32
CLIP = Input("a" * 32)


def nothing(*_: Any, **__: Any) -> dict[str, Any]:
    """Stand in for any function of a job."""
    return {}


COMMAND = Job(
    "blend/layer", {"@clip": CLIP}, argv=["-i", "@clip", "out.nut"], answer=nothing, version=1
)
PYTHON = Job(
    "modes/kmeans",
    {"@frames": CLIP},
    analyze=nothing,
    given={"k": 3},
    version=1,
    libraries=("numpy",),
)
PASSES = Job("audio/loudness", {"@mix": CLIP}, passes=nothing, given={"lufs": -16.0}, version=1)
JOBS = pytest.mark.parametrize(
    "job", [COMMAND, PYTHON, PASSES], ids=["command", "python", "passes"]
)


@JOBS
def test_equal_ingredients_have_an_equal_key(job: Job) -> None:
    """A job built anew is the same job: 32 hex digits, the same at every asking."""
    key = job.key(ENGINE)
    assert len(key) == 32
    assert replace(job).key(ENGINE) == key


@JOBS
@pytest.mark.parametrize(
    "change",
    [
        {"inputs": {"@clip": Input("b" * 32)}},
        {"inputs": {"@other": CLIP}},
        {"inputs": {}},
        {"version": 2},
        {"lists": {"@parts": ["@a", "@b"]}},
    ],
)
def test_every_ingredient_moves_the_key(job: Job, change: dict[str, Any]) -> None:
    """Other content, another name in the command, another version, another order: another key."""
    assert replace(job, **change).key(ENGINE) != job.key(ENGINE)


def test_each_word_of_a_command_moves_its_key() -> None:
    """The command itself is the ingredient, its order included."""
    argvs = [["-i", "@clip", "out.nut"], ["-i", "@clip", "-an", "out.nut"], ["-i@clip", "out.nut"],
             ["out.nut", "-i", "@clip"]]  # fmt: skip
    assert len({replace(COMMAND, argv=argv).key(ENGINE) for argv in argvs}) == len(argvs)


@pytest.mark.parametrize("job", [PYTHON, PASSES], ids=["python", "passes"])
def test_what_python_is_given_moves_its_key(job: Job) -> None:
    """The knobs it reads, its libraries' versions, and which instrument it is."""
    assert replace(job, given={"k": 4}).key(ENGINE) != job.key(ENGINE)
    assert replace(job, play="modes/other").key(ENGINE) != job.key(ENGINE)
    assert replace(job, libraries=("pillow",)).key(ENGINE) != job.key(ENGINE)


def test_a_library_is_an_ingredient_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade of scikit-learn asks k-means again, and nobody else."""
    before = [job.key(ENGINE) for job in (PYTHON, COMMAND)]
    monkeypatch.setattr("collide.build.key.library_version", lambda _: "99")
    after = [job.key(ENGINE) for job in (PYTHON, COMMAND)]
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert PYTHON.ingredients(ENGINE)["libraries"] == {"numpy": "99"}


def test_the_engine_is_an_ingredient_of_what_it_runs() -> None:
    """Another ffmpeg renders anew; Python on frames does not ask which ffmpeg there is."""
    assert COMMAND.key("f" * 32) != COMMAND.key(ENGINE)
    assert PASSES.key("f" * 32) != PASSES.key(ENGINE)
    assert PYTHON.key("f" * 32) == PYTHON.key(ENGINE)


@JOBS
@pytest.mark.parametrize(
    "change",
    [
        {"frames": {"out.nut": 9}},
        {"drop": ("alpha.gray",)},
        {"work": 99},
        {"size": 1},
        {"answer": None},
    ],
)
def test_what_does_not_touch_the_bytes_is_in_no_key(job: Job, change: dict[str, Any]) -> None:
    """Checks, progress and limits can be changed without rendering."""
    assert replace(job, **change).key(ENGINE) == job.key(ENGINE)


@given(st.integers(0), st.none() | st.text(), st.text(), st.none() | st.text())
def test_only_the_content_of_an_input_counts(
    size: int, task: str | None, role: str, demuxer: str | None
) -> None:
    """Who made it, under which name, and where it lies are no ingredients."""
    other = replace(COMMAND, inputs={"@clip": Input(CLIP.digest, size, task, role, demuxer)})
    assert other.key(ENGINE) == COMMAND.key(ENGINE)


@JOBS
def test_ingredients_are_plain_data_without_a_path(job: Job) -> None:
    """They can be written down and compared, and say nothing of this machine's folders."""
    text = json.dumps(job.ingredients(ENGINE))
    assert json.loads(text) == job.ingredients(ENGINE)
    assert "/" not in text.replace(job.play, "")
    assert str(Path.cwd()) not in text


def test_an_object_of_a_task_is_an_input_by_its_content() -> None:
    """The digest comes from what the task made; a task that is not known is a KeyError."""
    results = {"layer:2": Entry("k", {"piece-000.nut": Made("d" * 32, 5)})}
    found = made_by(results, "layer:2", "piece-000.nut", "nut")
    assert found == Input("d" * 32, 5, "layer:2", "piece-000.nut", "nut")
    with pytest.raises(KeyError):
        made_by(results, "layer:3", "piece-000.nut")


def test_a_version_is_that_of_the_installed_package() -> None:
    """The number pip shows."""
    assert library_version("numpy").count(".") >= 1
