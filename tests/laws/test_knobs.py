"""A step names the knobs that change it, and a recipe records every knob that matters."""

import random
from itertools import groupby

import pytest

from collide.catalog import Knob
from collide.project.recipe import RECORDED, UNRECORDED
from tests.laws.pieces import ALL, base, homes, knobs, others
from tests.laws.turning import Turned

OWNERS = [list(found) for _, found in groupby(knobs().values(), key=lambda knob: knob.owner)]
each_owner = pytest.mark.parametrize("owned", OWNERS, ids=[found[0].owner for found in OWNERS])
each_piece = pytest.mark.parametrize("name", ALL)

# Knobs that every piece reads, at least on export.
ALWAYS = {
    "duration", "fps", "output_size", "chroma", "crf", "encoding_preset", "post", "hevc_crf",
    "upright_fill", "auto_normalize", "color_shift", "speed", "loop_seconds", "fit",
    "deinterlace", "levels", "reverse", "freeze", "fade_in", "fade_out",
}  # fmt: skip

# A read that may have no effect: in a still, the step `look` checks again whether the layer needs a
# cut.
ASKED = {("look", "mode")}


def turned(knob: Knob, name: str) -> list[Turned]:
    """Turn a knob of a piece to each of up to three values and return the results."""
    return [base(name).turned({knob.name: value}) for value in others(knob, base(name))]


@each_owner
def test_a_step_names_the_turned_knobs_that_it_reads(owned: list[Knob]) -> None:
    """If a step's key changes, its reasons name a turned knob that it reads, or a changed task.

    A recipe changes only if the picture or sound does, or if a knob in RECORDED is turned.
    """
    wrong = []
    for knob in owned:
        each = {name: turned(knob, name) for name in homes(knob, 2)}
        found = [text for many in each.values() for one in many for text in one.wrong()]
        found += unrecorded(knob, [one for many in each.values() for one in many])
        found += unread([one for many in each.values() for one in many])
        wrong += [f"{knob.name} in one of {[*each]}: {text}" for text in found]
    assert not wrong


def unread(each: list[Turned]) -> set[str]:
    """Return the kinds of steps that read a knob but do not depend on its value."""
    moving = {
        task.partition(":")[0]
        for one in each
        for task in one.moved
        if one.own(task) and one.by_itself(task)
    }
    idle = {(task.partition(":")[0], name) for one in each for task, name in one.idle()} - ASKED
    return {f"{kind} reads {name} for nothing" for kind, name in idle if kind not in moving}


def unrecorded(knob: Knob, each: list[Turned]) -> list[str]:
    """Return the faults in the recipe, which must record exactly the knobs with an effect."""
    if knob.name in UNRECORDED:
        each = [one for one in each if knob.name != "storage"]  # storage changes no frame
    lost = [one for one in each if one.finished and not one.recorded]
    found = ["the picture or the sound changes, but not the recipe"] * len(lost)
    idle = any(one.recorded for one in each) and not any(one.finished for one in each)
    if idle and knob.name not in RECORDED:
        found.append("the recipe changes, but nothing visible or audible does")
    return found


@each_piece
def test_unread_knobs_change_nothing(name: str) -> None:
    """Turning a knob that no step reads changes only the record's key, not the recipe."""
    piece = base(name)
    idle = [k for k in knobs().values() if k.name not in {*piece.read, *UNRECORDED, *RECORDED}]
    one = piece.turned({knob.name: others(knob, piece)[-1] for knob in idle})
    assert len(idle) > 20
    assert not [*one.wrong()]
    assert one.moved == ["record"]
    assert not one.recorded


def test_every_knob_is_tested_where_it_is_read_and_unread() -> None:
    """For every knob, some piece reads it and some other piece does not.

    Knobs in UNRECORDED and RECORDED are exceptions; every piece may read the knobs in ALWAYS.
    """
    count = {k: sum(k in base(name).read for name in ALL) for k in knobs()}
    apart = UNRECORDED.keys() | RECORDED.keys()
    assert not [k for k, reading in count.items() if not reading and k not in apart]
    assert not [
        k for k, reading in count.items() if reading == len(ALL) and k not in apart | ALWAYS
    ]


@pytest.mark.parametrize("number", range(6))
def test_two_turned_knobs_are_named_only_where_they_are_read(number: int) -> None:
    """If two knobs are turned together, each step names only the knobs that it reads."""
    dice = random.Random(number)
    for _ in range(8):
        name = dice.choice([*ALL])
        pair = dice.sample([k for k in knobs().values() if k.name in base(name).read], 2)
        one = base(name).turned({knob.name: others(knob, base(name))[-1] for knob in pair})
        assert not [*one.wrong()], (name, [knob.name for knob in pair])
        if not {"storage"} & {knob.name for knob in pair}:
            assert one.recorded or not one.finished
