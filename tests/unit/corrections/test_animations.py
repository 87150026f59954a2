"""animations: a change over time is refused, and a range or a fade without a time is not."""

import shlex

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.animations import refuse_animation
from collide.project.other_words import NOTHING


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        (
            "still project=x similarity 0.4 to 0.2 over 2s",
            "doit sweep project=x similarity=0.2..0.4:7",
        ),
        ("set project=x opacity=1..0 over 500 ms", "doit set project=x fade_out=0.5"),
        ("animate project=x mode", "doit sweep project=x mode=dominant,fixed,kmeans"),
        ("animate project=x clip", "see: doit help sweep"),
        (
            "set project=x opacity 0 to 1 over 3s on layer 2",
            "doit sweep project=x layer2.opacity=0..1:7",
        ),
    ],
)
def test_a_change_over_time_is_refused(tmp_path, text, fix):
    """A range and a time, or `animate`, leads to a sweep, and an opacity from or to 0 to a fade."""
    with pytest.raises(InputError) as caught:
        refuse_animation(Workspace(tmp_path), text.split())
    assert caught.value.why == NOTHING["animate"]
    assert any(one.endswith(fix) for one in caught.value.fix.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "sweep project=x opacity 0 to 1 over 5 seconds",
        "set project=x similarity from 0.2 to 0.4",
        "preview project=x similarity=0.2..0.4 for 2 seconds",
        "roll project=x opacity=0..1 n=12",
        "download search=animate opacity",
        "set project=x fade_in=2",
        "fade",
        "set project=x 'layer2.clip=fade in 2s.mp4'",
        "set project=x 'layer2.clip=opacity 0 to 1 over 2 seconds.mp4'",
    ],
)
def test_other_commands_pass(tmp_path, text):
    """A range without a time, a sweep, a clip's name, and verbs without knobs are not refused."""
    error = None
    try:
        refuse_animation(Workspace(tmp_path), shlex.split(text))
    except InputError as refused:
        error = refused
    assert error is None
