"""changes: the pieces whose frames changed since the previous night, and why."""

import json

from collide.base.workspace import Workspace
from collide.nights.changes import UNKNOWN, changed, last_night
from collide.nights.child_render import REUSED, Outcome


def before(house: Workspace, *pieces: dict) -> dict:
    """Write the previous night's report and return the pieces read from it."""
    folder = house.cache / "nights" / "latest"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps({"pieces": pieces}))
    return last_night(house.cache)


def test_only_different_frames_are_a_change(house: Workspace) -> None:
    """New pieces, identical frames, and pieces without earlier frames do not count as changes."""
    last = before(
        house,
        {"name": "same", "look": "aaaa1111", "picture": "p1"},
        {"name": "other", "look": "aaaa1111", "picture": "p1"},
        {"name": "lost", "look": "aaaa1111", "picture": ""},
    )
    now = [
        Outcome("same", REUSED, look="bbbb2222", picture="p1"),
        Outcome("other", REUSED, look="aaaa1111", picture="p2", moved="the engine changed"),
        Outcome("lost", REUSED, look="aaaa1111", picture="p2"),
        Outcome("new", REUSED, look="aaaa1111", picture="p2"),
    ]
    (change,) = changed(house, last, now)
    assert (change.name, change.old, change.new) == ("other", "aaaa1111", "aaaa1111")
    assert change.why == "the engine changed"


def test_a_deleted_look_implies_a_render_by_hand(house: Workspace) -> None:
    """If the previous look is deleted and no cause was recorded, a render by hand is assumed."""
    last = before(house, {"name": "x", "look": "aaaa1111", "picture": "p1"})
    (change,) = changed(house, last, [Outcome("x", REUSED, look="bbbb2222", picture="p2")])
    assert change.why == UNKNOWN


def test_a_malformed_report_is_ignored(house: Workspace) -> None:
    """If the previous night's report is missing or malformed, no change is reported."""
    assert last_night(house.cache) == {}
    folder = house.cache / "nights" / "latest"
    folder.mkdir(parents=True)
    for text in ("", "[]", '{"pieces": 3}', '{"pieces": [{"picture": "p"}]}'):
        (folder / "report.json").write_text(text)
        assert last_night(house.cache) == {}
