"""placing: which layers are audible, and which are skipped."""

import pytest

from collide.base.workspace import Workspace
from collide.plan.placing import choose_heard
from tests.dry import PIECES, Dry


@pytest.mark.parametrize("silent", [{}, {1: None}, {2: -90.0}])
def test_another_layer_replaces_a_silent_one(
    house: Workspace, silent: dict[int, float | None]
) -> None:
    """A layer below `silence_lufs` or without sound is skipped, and another layer is heard."""
    piece = Dry(house).plan(PIECES["heard"]).piece
    asked: list[str] = []

    def hear(step):
        asked.append(step.task)
        return {"lufs": silent.get(int(step.task.partition(":")[2]), -20.0)}

    heard, passed = choose_heard(piece, hear)
    assert set(passed) == {number for number in silent if f"hear:{number}" in asked}
    assert not set(heard) & set(silent)
    assert len(heard) == 2
