"""Some knobs change the stored planes of a layer; others change only the stack."""

from typing import Any

import pytest

from collide.catalog import Knob
from collide.store.reasons import Cause
from tests.laws.pieces import ALL, base, knobs, others

# Knobs that the stack applies; if they are turned, no layer is rendered again.
PLAYED = (
    "similarity", "softness", "luminance_threshold", "luminance_target", "matte_softness",
    "matte_shift", "coverage", "x", "y", "opacity", "blend_mode", "choke", "feather",
)  # fmt: skip

# Knobs that change a layer's stored planes.
KEPT = ("hue_shift", "saturation", "scale", "fit", "speed", "mode", "clip", "start")

KEYED = [name for name in ALL if len(base(name).plan.piece.layers) > 1]
FINDS = ("luminance_threshold", "luminance_target")

# Moves within the margin of a layer larger than the frame.
PLACES = {"x": [-0.02, 0.02], "y": [-0.02, 0.02]}


def values(knob: Knob, name: str) -> list[Any]:
    """Return other values for a knob; values that move a layer stay within its margin."""
    return PLACES.get(knob.name) or others(knob, base(name))


def played(name: str) -> list[Knob]:
    """Return the knobs that a piece's stack applies.

    Leave out the knobs in FINDS if they change the brightness by which a mode finds its color.
    """
    grey = ALL[name].get("luminance_key") == "grey"
    return [knobs()[knob] for knob in PLAYED if not (grey and knob in FINDS)]


@pytest.mark.parametrize("name", KEYED)
def test_a_stack_knob_changes_no_layer(name: str) -> None:
    """A knob of the stack does not change a layer's key, because no layer's step reads the knob.

    Only a layer larger than the frame reads its position.
    """
    piece = base(name)
    kept = [task for task in piece.worked if task.partition(":")[0] in ("layer", "look", "frame")]
    assert len(kept) > 1
    for at in range(3):
        turned = {knob.name: values(knob, name)[at % 2 - 1] for knob in played(name)[at::2]}
        one = piece.turned(turned)
        assert not {*kept} & {*one.moved}, turned
        assert "stack:0" in one.moved
    for task in kept:
        read = {logged.rpartition(".")[2] for logged in piece.worked[task].log}
        assert not read & {*PLAYED} - ({*PLACES} if name == "large" else set()), task


def test_moving_a_large_layer_far_renders_it_again() -> None:
    """A large layer moved beyond its margin is rendered again, and the reason names the knob."""
    one = base("large").turned({"x": 0.5})
    assert "layer:2" in one.moved
    assert [r.name for r in one.worked["layer:2"].why if r.cause is Cause.KNOB] == ["layer2.x"]


@pytest.mark.parametrize("knob", PLAYED)
def test_every_stack_knob_changes_some_stack(knob: str) -> None:
    """Every knob of the stack changes the key of a stack in some piece."""
    for name in KEYED:
        for value in values(knobs()[knob], name)[-1:]:
            moved = base(name).turned({knob: value}).moved
            if any(task.startswith("stack:") for task in moved):
                assert not [task for task in moved if task.startswith(("hear:", "keyframe:"))]
                return
    pytest.fail(f"{knob} moves no stack")


@pytest.mark.parametrize("name", ["mode fixed", "placed", "long"])
@pytest.mark.parametrize("knob", ["loop", "loop_fade", "reverse", "freeze"])
def test_a_frame_order_knob_changes_no_layer(name: str, knob: str) -> None:
    """A knob for the order of frames changes no layer's key, because no layer's step reads it."""
    piece = base(name)
    for value in others(knobs()[knob], piece):
        moved = piece.turned({knob: value}).moved
        assert not [task for task in moved if task.startswith("layer:")], value
    layers = [task for task in piece.worked if task.startswith("layer:")]
    assert layers
    for task in layers:
        assert knob not in {logged.rpartition(".")[2] for logged in piece.worked[task].log}, task


@pytest.mark.parametrize("knob", KEPT)
def test_every_look_knob_changes_some_layer(knob: str) -> None:
    """In some piece, each knob in KEPT changes a layer's key, and the reason names the knob."""
    for name in KEYED:
        for value in others(knobs()[knob], base(name)):
            one = base(name).turned({knob: value})
            for task in [task for task in one.moved if task.startswith("layer:")]:
                named = {r.name.rpartition(".")[2] for r in one.worked[task].why}
                if knob in named:
                    return
    pytest.fail(f"{knob} moves no layer")


def chains(name: str, task: str) -> str:
    """Return the filter graphs of a step."""
    given = base(name).worked[task].job.arguments
    return ";".join([*given.get("chains", ()), *given.get("laid", ())])


@pytest.mark.parametrize("name", ["dusty", "dusty matte"])
def test_instruments_after_the_key_play_in_the_stack(name: str) -> None:
    """An instrument with AFTER = "blend/key" plays only in the stack, after alphamerge."""
    stack = chains(name, "stack:0")
    merged = stack.find("[k2][a2]alphamerge")
    assert 0 <= merged < stack.find("boxblur=0.2") < stack.find("[l2]")
    assert stack.count("boxblur") == 1
    assert "[c2]" in chains(name, "layer:2")
    assert not [task for task in ("layer:1", "layer:2") if "boxblur" in chains(name, task)]


def test_knobs_after_the_key_change_only_the_stack() -> None:
    """A knob after the key changes only the stack, and the reason names the knob."""
    one = base("dusty").turned({"dust": 0.9})
    assert "stack:0" in one.moved
    assert not [task for task in one.moved if task.startswith(("layer:", "look:"))]
    assert [r.name for r in one.worked["stack:0"].why if r.cause is Cause.KNOB] == ["layer2.dust"]
