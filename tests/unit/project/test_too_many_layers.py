"""too_many_layers: a note on more layers than there are clips."""

from pathlib import Path

from collide.base.workspace import Workspace
from collide.project.project import Project
from collide.project.settings import Settings
from collide.project.too_many_layers import over_clips


def _notes(root: Path, **typed: str) -> list[str]:
    project, settings = Project(Workspace(root), "x"), Settings()
    knobs = {name.replace("__", "."): text for name, text in typed.items()}
    settings.add(knobs, "command line")
    return [*over_clips(project, settings, knobs)]


def test_more_layers_than_clips_get_a_note(tmp_path: Path) -> None:
    """The note on too many layers suggests the command with as many layers as there are clips."""
    for name in ("library/video/a.mp4", "library/video/b.mov", "projects/x/input/c.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (one,) = _notes(tmp_path, num_videos="4")
    assert one.startswith("4 layers need more than the 3 clips")
    assert one.endswith("doit set project=x num_videos=3")
    assert _notes(tmp_path, num_videos="3") == _notes(tmp_path, crf="20") == []
    assert _notes(tmp_path, num_videos="2..5") == []
    assert _notes(tmp_path, num_videos="4", layer2__clip="a.mp4") == []


def test_a_workspace_without_clips_gets_no_note(tmp_path: Path) -> None:
    """If there are no clips, there is no note, because no number of layers fits."""
    assert _notes(tmp_path, num_videos="4") == []
