"""`doit plan` forecasts the next render, whatever was changed, evicted or lost."""

from tests.render.conftest import SMALL
from tests.render.walk import Walk

STEPS = [
    ("turn", "duration"),
    ("turn", "storage"),
    ("evict", "layer2.similarity"),
    ("turn", "num_videos", "crf"),
    ("go_back",),
    ("turn", "mode"),
    ("evict", "mode"),
    ("turn", "preset"),
    ("lose",),
    ("turn", "duration", "layer1.pan"),
    ("evict", "storage"),
    ("go_back",),
]


def test_render_does_what_plan_forecasts(house):
    """A render does what `doit plan` forecasts: it renders, restores or keeps the same tasks.

    A few forecasts may be wrong, because a task whose input proves unchanged is not rendered.
    """
    walk = Walk(house, seed=5)
    wrong = [line for step in STEPS for line in walk.step(*step)]
    assert wrong == []
    assert walk.seen["render"] > 40 and walk.seen["restore"] > 5
    assert walk.seen["came out the same"] <= walk.seen["render"] / 20


def test_plan_and_why_give_the_same_error_as_render(house):
    """If no clips fit, `doit plan` and `doit why` print the same error as `doit render`.

    If a scan might still find clips, `doit plan` and `doit why` do not print an error.
    """
    (house.root / "library" / "video" / "text.mp4").write_text("no video")
    words = ["project=x", *SMALL, "layer2.clip=text.mp4"]
    assert "not all of its 3 clips are chosen yet" in house.doit("plan", *words).out
    house.doit("scan")
    for more in ("layer2.clip=text.mp4", "min_resolution=2160", "layer2.clip=any num_videos=5"):
        refused = house.doit("render", *words, *more.split())
        for verb in ("plan", "why"):
            said = house.doit(verb, *words, *more.split())
            assert (said.code, said.out) == (3, refused.out.replace("doit render", f"doit {verb}"))


def test_a_plan_forecasts_nothing_before_clips_are_chosen(house):
    """Until all clips are chosen, `doit plan` forecasts no tasks and says how to choose clips."""
    ran = house.doit("plan", "project=x", *SMALL, "num_videos=4")
    assert ran.out == (
        "x: not all of its 4 clips are chosen yet; "
        "what would be rendered is known once they are: "
        f"doit render project=x {' '.join(SMALL)} num_videos=4\n"
    )
