"""session: if a layer fails because of its clip, the fix suggests a spare clip."""

from types import SimpleNamespace

import pytest

from collide.base.errors import TaskError
from collide.run.session import Session

TURN = "doit set project=x layer2.take=1"


@pytest.mark.parametrize(
    ("task", "clips", "turned"),
    [("layer:2", 4, True), ("frame:2.e", 4, True), ("layer:2", 3, False), ("layer:9", 4, False),
     ("probe:12345678", 4, False), ("probe:00000002", 4, False), ("mux", 4, False)],
)  # fmt: skip
def test_a_spare_clip_is_proposed_only_for_tasks_of_layers(task, clips, turned):
    """The fix suggests a spare clip if there is one, but only for tasks of the piece's layers."""
    library = SimpleNamespace(usable=lambda project: [None] * clips)
    session = SimpleNamespace(
        state=SimpleNamespace(lease=SimpleNamespace(deleted=lambda _: None), library=library),
        run=SimpleNamespace(words=[]),
        layers=[{"clip": "any", "take": 0}] * 3,
        project=SimpleNamespace(name="x"),
    )
    step = SimpleNamespace(task=task, clips=("1f",))
    error = Session._mended(session, step, TaskError("it failed", why="why", fix="fix"))  # type: ignore[arg-type]
    assert (TURN in error.fix) is turned
