"""clip_names: finds a clip by part of its name, even if given as the number of layers."""

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.clip_names import as_clips, clip_named
from collide.project.project import named
from collide.syntax.arguments import TypedLine


@pytest.fixture
def clips(house: Workspace) -> Workspace:
    """Return a workspace with three clips, two of which show flowers."""
    for name in ("red_flower.mp4", "blue_flower.mov", "stream.mp4"):
        (house.library / name).parent.mkdir(parents=True, exist_ok=True)
        (house.library / name).write_bytes(b"x")
    return house


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("stream", "stream.mp4"),
        ("library/video/red_flower", "red_flower.mp4"),
        (r"C:\clips\blue", "blue_flower.mov"),
        ("flower", ""),  # two clips match
        ("zebra", ""),
        ("", ""),
    ],
)
def test_a_partial_name_finds_a_clip(clips, text, name):
    """A clip is found by a path without a suffix, or by part of a name that fits no other clip."""
    assert clip_named(text, named(clips, "x")) == name


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("stream", "did you mean 'layer1.clip'? doit new project=w layer1.clip=stream.mp4"),
        (
            "red,stream",
            "did you mean 'layer1.clip' and 'layer2.clip'? "
            "doit new project=w layer1.clip=red_flower.mp4 layer2.clip=stream.mp4 num_videos=2",
        ),
        ("zebra", "see the clip names: doit clips"),
        ("3", None),
        ("true", None),
    ],
)
def test_a_name_in_clips_sets_the_first_clip(clips, text, fix):
    """The fix for clips=stream sets the first layer's clip; clips=3 is still a number of layers."""
    whole = TypedLine(clips, "new", ["new"], {"project": "w", "clips": text})
    found = as_clips(whole, "clips", InputError("what", why="why", fix="fix"))
    assert (found.fix if found else None) == fix
