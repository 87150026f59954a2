"""post: which runs of ffmpeg a chain is, and what its tasks are called."""

from types import ModuleType
from typing import Any

import pytest

from collide.graph import post
from collide.graph.post import Run, picture, plates, runs, unplayed
from collide.step import Span

PIECE = {"output_size": "64x36", "fps": 10, "seed": 7, "storage": "raw"}


def toy(name: str) -> Any:
    """Return an instrument: a, b and c are chains; w needs the past; p joins a plate; z is idle."""
    made = ModuleType(name)
    if name == "p":
        made.PLATE_FRAMES = 7
        made.filters = lambda knobs, *, size, fps, seed, plate: f"null[p];[p]{plate}blend"
        made.plate = lambda knobs, *, size, fps, seed: ["plate.nut"]
    else:
        text = "" if name == "z" else f"{name}=t"
        made.filters = lambda knobs, *, size, fps, seed: text
    if name == "w":
        made.WHOLE = True
    return made


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every letter be an instrument."""
    monkeypatch.setattr(post, "_play", toy)


def piece(*chain: str) -> dict[str, Any]:
    """Return the knobs of a piece with that chain."""
    return {**PIECE, "post": ",".join(chain) or "none"}


@pytest.mark.parametrize(
    ("chain", "tasks"),
    [
        ("", []),
        ("z", []),
        ("a", ["post:3"]),
        ("abc", ["post:3"]),
        ("azb", ["post:3"]),
        ("w", ["post:w"]),
        ("wa", ["post:w", "post:3"]),
        ("abw", ["post:3", "post:w"]),
        ("abwc", ["post:3.a", "post:w", "post:3.c"]),
    ],
)
def test_neighbors_share_a_run_and_tasks_have_names_of_their_own(
    chain: str, tasks: list[str]
) -> None:
    """`post:3` where segment 3 is rendered once, after the first instrument of each run else."""
    assert [run.task(3) for run in runs(piece(*chain))] == tasks


def test_the_finished_picture_is_what_the_last_run_makes() -> None:
    """The stack where nothing is played, one piece of many where the whole was."""
    assert picture(piece(), 2) == ("stack:2", "stack.nut")
    assert picture(piece("z"), 2) == ("stack:2", "stack.nut")
    assert picture(piece("w", "a"), 2) == ("post:2", "post.nut")
    assert picture(piece("a", "w"), 2) == ("post:w", "piece-002.nut")
    assert Run(("w",), whole=True).made(0) == ("post:w", "piece-000.nut")


def test_a_plate_is_there_for_who_joins_it() -> None:
    """Named by its instrument, and opened where the segment begins in it."""
    assert plates(piece("a", "p")) == ["p"]
    assert plates(piece("a")) == []
    argv = post.command(["a", "p"], piece("a", "p"), span=Span(50, 50))
    assert argv[:10] == [
        "-i", "@picture", "-ss", "0.05", "-i", "@p", "-stream_loop", "-1", "-i", "@p",
    ]  # fmt: skip
    graph = argv[argv.index("-filter_complex") + 1]
    assert "[p][p-loop]blend" in graph
    assert graph.count("setpts=N+50") == 2, "picture and plate keep the time of the piece"


def test_a_typed_knob_of_what_is_not_played_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line says what to add; knobs of the chain, and of others, are none of it."""

    def knob(owner: str) -> Any:
        made = ModuleType(owner)
        made.owner = owner
        return made

    known = {"fog": knob("post/fog"), "rain": knob("post/rain"), "crf": knob("blend/encode")}
    monkeypatch.setattr(post, "knobs", lambda: known)
    said = unplayed({"post": "rain"}, ["crf", "fog", "rain", "layer2.pan"])
    assert said == ["fog turns nothing: fog is not played; say post=rain,fog too"]
