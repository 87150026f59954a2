"""post_chain: the ffmpeg runs of a chain of effects, and their task names."""

from types import ModuleType
from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.instrument import Range
from collide.plan.picture_steps import picture_steps
from collide.plan.post_chain import EffectRun, picture, plates, runs
from collide.project.piece import Piece
from collide.project.project import Project
from collide.project.settings import Settings, resolve
from collide.store.entry import Entry, ObjectRef

PIECE = {"output_size": "64x36", "fps": 10, "seed": 7, "storage": "raw", "duration": 15.0}


def toy(name: str) -> ModuleType:
    """Return a toy: a, b and c filter, w needs the whole piece, p has a plate, z does nothing."""
    made: Any = ModuleType(name)
    made.DEFAULTS, made.LIMITS = {f"fog_{name}": 0.0}, {f"fog_{name}": Range(0.0, 1.0)}
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


TOYS = Catalog({**shipped().instruments, **{f"post/{name}": toy(name) for name in "abcwpz"}})


def piece(house: Workspace, *chain: str) -> Piece:
    """Return a three-segment piece with the given chain."""
    values = {**PIECE, "post": ",".join(chain) or "none"}
    settings: Settings = resolve([("command line", values)], catalog=TOYS)
    return Piece(Project(house, "x"), settings, settings.piece(), [], [], [], [], {}, {})


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
def test_adjacent_effects_share_a_run(house: Workspace, chain: str, tasks: list[str]) -> None:
    """Adjacent effects share a run: `post:3` if the segment has a single run, otherwise `post:3.a`.

    A run over the whole piece is named after its effect.
    """
    assert [run.task(3) for run in runs(piece(house, *chain))] == tasks


def test_the_finished_picture_comes_from_the_last_run(house: Workspace) -> None:
    """The finished picture comes from the last run, or from the stack if there is no effect.

    A run over the whole piece writes one file per segment.
    """
    assert picture(piece(house), 2) == ("stack:2", "stack.nut")
    assert picture(piece(house, "z"), 2) == ("stack:2", "stack.nut")
    assert picture(piece(house, "w", "a"), 2) == ("post:2", "post.nut")
    assert picture(piece(house, "a", "w"), 2) == ("post:w", "piece-002.nut")
    assert EffectRun(("w",), whole=True).output(0) == ("post:w", "piece-000.nut")


def test_a_plate_is_opened_at_the_position_of_the_segment(house: Workspace) -> None:
    """A plate is named after its instrument and opened at the position of the segment."""
    assert plates(piece(house, "a", "p")) == ["p"]
    assert plates(piece(house, "a")) == []
    played = piece(house, "a", "p")
    steps = {step.task: step for step in picture_steps(played)}
    assert steps["post:1"].needs == ("stack:1", "plate:p")
    made = Entry("k", {role: ObjectRef("d" * 32, 5) for role in ("stack.nut", "plate.nut")})
    job = steps["post:1"].job({"stack:1": made, "plate:p": made}, {})
    argv = job.argv(TOYS)
    assert argv[:10] == [
        "-i", "@picture", "-ss", "0.05", "-i", "@p", "-stream_loop", "-1", "-i", "@p",
    ]  # fmt: skip
    graph = argv[argv.index("-filter_complex") + 1]
    assert "[p][p-loop]blend" in graph
    assert graph.count("setpts=N+50") == 2, "picture and plate keep the time of the piece"
