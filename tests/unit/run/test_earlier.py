"""Receipts from earlier versions are still read, and knobs changed since then are named.

earlier.json contains the settings and the receipts of a dry run (see tests/dry.py), written before
jobs were plain data. The file keeps only the engine and the version of each preimage.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from collide.base.workspace import Workspace
from collide.store.entry import sealed
from collide.store.reasons import Cause, Reason
from tests.dry import Dry, Worked

FROZEN = json.loads(Path(__file__).with_name("earlier.json").read_text())
EARLIER, TYPED = FROZEN["receipts"], FROZEN["typed"]

# Kinds whose key has changed since earlier.json was written: layers are now stored as colors and a
# cut, and H.264 is the same on every processor. Analyses of clips and sounds keep their keys.
REWRITTEN = {"record", "matte", "layer", "presence", "stack", "post", "encode", "mux"}
# Values that were the default, or the only choice, when earlier.json was written.
THEN = {
    "chroma": "444", "loop": "cut", "sound_seam": "dip", "bed_seam": "dip", "pan_balance": False,
    "loudness_tries": 3, "levels": 0.0, "smooth": 0.0, "steady": 0.0,
}  # fmt: skip


@pytest.fixture
def dry(house: Workspace, monkeypatch: pytest.MonkeyPatch) -> Dry:
    """Return a project with the receipts of earlier.json, as if just upgraded."""
    monkeypatch.setattr("collide.store.step.library_version", lambda _: "1")
    folder = house.receipts("dry")
    folder.mkdir(parents=True)
    for task, made in EARLIER.items():
        (folder / f"{task.replace(':', '-')}.json").write_bytes(sealed(made))
    return Dry(house)


def walked(dry: Dry, **turned: Any) -> dict[str, Worked]:
    """Map every step to its state with some knobs changed."""
    values = {name.replace("__", "."): value for name, value in turned.items()}
    return dry.walk(dry.plan({**TYPED, **THEN, **values}))


def test_analyses_and_sounds_are_kept_after_an_upgrade(dry: Dry) -> None:
    """After an upgrade, analyses and sounds keep their keys, and no change is blamed on a knob."""
    worked = walked(dry)
    assert [*worked] == [*EARLIER]
    keys = {task: one.key for task, one in worked.items() if kind(task) not in REWRITTEN}
    assert keys == {task: EARLIER[task]["key"] for task in keys}
    assert len(keys) > 10
    assert not [task for task in keys if worked[task].why]
    causes = {reason.cause for one in worked.values() for reason in one.why}
    assert causes <= {Cause.UPSTREAM, Cause.REWRITTEN, Cause.VERSION}


def kind(task: str) -> str:
    """Return a task's kind."""
    return task.partition(":")[0]


def test_only_unchanged_kinds_have_fresh_receipts(dry: Dry) -> None:
    """Only the receipts of unchanged kinds and of effects are fresh."""
    plan = dry.plan({**TYPED, **THEN})
    state = dry.state(plan.piece.settings)
    state.steps = plan.steps
    stale = {task for task, step in plan.steps.items() if not state.fresh(step)}
    # effects are still fresh, because their receipts refer to the stack in earlier.json
    assert stale == {task for task in plan.steps if kind(task) in REWRITTEN - {"post"}}


@pytest.mark.parametrize(
    ("knob", "task", "old", "new"),
    [
        ("layer4.contrast", "layer:4", 0.9564, 1.5),
        ("layer3.saturation", "layer:3", 1.0997, 0.2),
        ("layer1.gamma", "layer:1", 0.9123, 1.5),
        ("fps", "layer:2", 25, 24),
        ("layer2.colorkey_hex", "color:2", "0xFFFFFF", "0x000000"),
        ("layer2.mode", "color:2", "fixed", "palette"),
        ("layer4.keyframes", "keyframe:4", 5, 7),
        ("layer3.matte_rate", "matte:3.0", 12, 6),
        ("layer2.echo_ms", "audio:2", 300.0, 100.0),
        ("layer2.volume", "audio:2", 0.0, -6.0),
        ("bed_volume", "audio:bed1", -8.0, -3.0),
        ("mix_fade_in", "mix", 0.02, 1.0),
        ("loudness_lufs", "loudness", -16.0, -20.0),
        ("grain_size", "plate:analog", 1.0, 2.0),
        ("grade_tint", "post:1", 0.3, 0.5),
        ("layer2.opacity", "stack:0", 1.0, 0.5),
        ("crf", "encode:1", 20, 28),
    ],
)
def test_a_changed_knob_is_named(dry: Dry, knob: str, task: str, old: Any, new: Any) -> None:
    """A changed knob, with both values, is the only cause besides upstream results."""
    worked = walked(dry, **{knob.replace(".", "__"): new})
    why = [reason for reason in worked[task].why if reason.cause is not Cause.UPSTREAM]
    assert why == [Reason(Cause.KNOB, knob, old, new)]


def test_a_changed_clip_is_named(dry: Dry) -> None:
    """A changed clip or sound is named as a step's only changed file, with the old digest."""
    worked = dry.walk(dry.plan(TYPED, digests="others"))
    for task, name in (
        ("layer:2", "layer2.clip"),
        ("audio:bed1", "bed1"),
        ("hear:3", "layer3.clip"),
    ):
        (reason,) = (one for one in worked[task].why if one.cause is Cause.FILE)
        assert reason.name == name
        assert reason.old in str(EARLIER[task]["says"])


def test_a_run_rewrites_earlier_receipts(dry: Dry) -> None:
    """After one run every receipt is in the new form, and no step has a reason to run."""
    walked(dry)
    plan = dry.plan({**TYPED, **THEN})
    state = dry.state(plan.piece.settings)
    found = {task: state.receipts.read(task) for task in plan.steps}
    assert not [task for task, one in found.items() if one is None or one.earlier]
    assert not [task for task, one in walked(dry).items() if one.why]
