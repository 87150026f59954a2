"""Five effects of post/ in one piece have their own steps, and no step is rendered twice."""

from tests.render.conftest import House
from tests.render.reading import posted

CHAIN = "deflicker,vhs,stabilize,feedback,glitch"


def test_a_chain_of_all_effects_is_reused(house: House) -> None:
    """An effect that needs other frames runs once for the piece, any other effect once per segment.

    A second render renders nothing.
    """
    before = posted(house)
    ran = house.render(f"post={CHAIN}")
    runs = {task for task in ran.rendered if task.startswith(("post:", "plate:"))}
    assert runs == {
        "post:deflicker", "plate:vhs", "post:0.vhs", "post:1.vhs", "post:stabilize",
        "post:feedback", "post:0.glitch", "post:1.glitch",
    }  # fmt: skip
    made = posted(house)
    assert len(made) == len(before)
    assert made != before
    assert not house.render(f"post={CHAIN}").rendered


def test_the_camera_path_is_not_stored(house: House) -> None:
    """stabilize stores its pictures, but not its camera path."""
    house.render("post=stabilize")
    made = house.manifest()["tasks"]["post:stabilize"]["objects"]
    assert set(made) == {"piece-000.nut", "piece-001.nut"}
