"""clip_analysis: clips are analyzed one after the other, and the library keeps each result."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import DiskError, TaskError
from collide.run.clip_analysis import each_analyzed, look_through
from collide.run.progress import Line
from collide.views.clips_page import make_strips

ROWS: list[Any] = [
    SimpleNamespace(name=f"{digest}.mp4", digest=digest, clip=None, signature=None)
    for digest in "abc"
]
CLIPS: dict[str, Any] = {row.digest: (row.name, row.clip) for row in ROWS}


def state_of(kept: dict[str, Any], lost: str = "") -> Any:
    """Return a state whose library lacks the clips in `lost` and adds facts to `kept`."""
    places = {name: Path(name) for name in CLIPS if name not in lost}
    return SimpleNamespace(
        library=SimpleNamespace(place=places.get, remember=kept.update), watch=None
    )


def test_analyses_count_their_clips_from_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both analyses count their clips from 1 up to the number of clips."""
    lines = list[str]()
    monkeypatch.setattr(Line, "say", lambda _, text: lines.append(text))
    state = state_of({}, lost="abc")
    session: Any = SimpleNamespace(state=state, workspace=SimpleNamespace(cache=tmp_path))
    counted = [f"analyzing clip {n} of 3: {name}.mp4" for n, name in enumerate("abc", start=1)]
    look_through(state, CLIPS)
    assert lines == counted
    lines.clear()
    make_strips(session, ROWS)
    assert lines == counted


def test_a_failed_clip_affects_no_other_clip() -> None:
    """A clip that is missing or fails gets a note; all other clips' facts are kept."""
    kept: dict[str, Any] = {}

    def analyze(digest: str, clip: Any, path: Path) -> dict[str, Any]:
        if digest == "b":
            raise TaskError("b", why="it is broken", fix="x")
        return {"path": str(path)}

    notes = each_analyzed(state_of(kept, lost="c"), CLIPS, analyze)
    assert notes == [
        "b.mp4 could not be analyzed: it is broken",
        "c.mp4 could not be analyzed: it was deleted or changed since the scan",
    ]
    assert kept == {"a": {"path": "a"}}


def test_a_full_disk_ends_the_analysis_and_keeps_its_facts() -> None:
    """A disk error is raised, but the facts of the clips analyzed before it are kept."""
    kept: dict[str, Any] = {}

    def analyze(digest: str, clip: Any, path: Path) -> dict[str, Any]:
        if digest == "b":
            raise DiskError("the disk is full", why="it is full", fix="x")
        return {"path": str(path)}

    with pytest.raises(DiskError):
        each_analyzed(state_of(kept), CLIPS, analyze)
    assert kept == {"a": {"path": "a"}}
