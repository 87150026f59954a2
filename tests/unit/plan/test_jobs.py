"""jobs: every job of every step is plain data and survives a round trip through JSON."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.catalog import instruments
from collide.plan.exports import ENCODERS
from collide.store.step import read_job
from collide.syntax.arguments import KINDS
from tests.dry import PIECES, Dry
from tests.dry_clips import CLIP
from tests.dry_steps import every_step

EVERY = pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))

# Instruments that are part of no piece: they analyze the library, write the demo, or serve a page.
APART = {
    "blend/atlas", "source/footage", "source/glance", "source/probe", "source/shots",
    "source/sound",
}  # fmt: skip


@EVERY
def test_a_job_survives_json(piece: Mapping[str, Any], house: Workspace) -> None:
    """After a round trip through JSON, a job has the same key and command."""
    dry = Dry(house)
    plan = dry.plan(piece)
    state = dry.state(plan.piece.settings)
    for worked in dry.walk(plan, every_step(plan)).values():
        job = worked.job
        again = read_job(json.loads(json.dumps(job.data())))
        assert again == job, worked.step.task
        assert state.key_of(again) == worked.key, worked.step.task
        if job.runs_one_command:
            assert again.argv(state.catalog) == job.argv(state.catalog), worked.step.task


@EVERY
def test_equal_settings_make_equal_jobs(piece: Mapping[str, Any], house: Workspace) -> None:
    """When the same settings are planned again, no step has a reason to run."""
    dry = Dry(house)
    for moved in (True, False):
        plan = dry.plan(piece)
        worked = dry.walk(plan, every_step(plan)).values()
        assert [bool(one.why) for one in worked] == [moved] * len(worked)


def test_the_dry_pieces_cover_every_kind_of_step(tmp_path: Path) -> None:
    """The dry pieces cover every export, kind of task, mode and command of any piece."""
    kinds, plays = set(), set()
    for number, piece in enumerate(PIECES.values()):
        root = tmp_path / str(number)
        root.mkdir()
        dry = Dry(Workspace(root))
        plan = dry.plan(piece)
        for worked in dry.walk(plan, every_step(plan)).values():
            kinds.add(worked.step.kind)
            plays |= {worked.job.play, *(call.play for call in worked.job.then)}
    runs = {
        name
        for name, module in instruments().items()
        if {"command", "passes"} & {*vars(module)} or name.startswith("modes/")
    }
    assert runs - APART <= plays
    apart = {"footage", "probe", "select", "render"}
    assert {*KINDS, *ENCODERS, "still", "frame", "preview", "listen", "debug"} - apart <= kinds


@pytest.mark.parametrize("scale", [0.5, 2.0])
@pytest.mark.parametrize("size", ["320x180", "1920x1080"])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuva444p"])
def test_the_size_limit_of_a_layer_covers_its_raw_frames(
    house: Workspace, size: str, pixels: str, scale: float
) -> None:
    """A layer's size limit covers its raw frames, and the forecast of its bytes includes them.

    A cut is as large as its clip; a color plane with fog is as large as the layer in the frame.
    """
    large = replace(CLIP, width=3840, height=2160, pixels=pixels)
    turned = {"output_size": size, "fps": 25, "duration": 7.0, "num_videos": 2, "mode": "fixed"}
    turned |= {"fit": "blur", "scale": scale, "storage": "raw"}
    dry = Dry(house)
    layer = dry.walk(dry.plan(turned, clips=[large]))["layer:2"]
    deep = 3 if pixels == "yuva444p" else 1.5
    width, height = (int(side) * scale for side in size.split("x"))
    assert layer.job.size >= 125 * max(3840 * 2160, width * height * deep)
    planes = 2 if pixels == "yuva444p" else 1
    assert layer.step.bytes >= 175 * 3840 * 2160 * planes
