"""estimate: a rough duration of a render without any timing history."""

from collide.run.estimate import rough_seconds

PIECE = {"output_size": "1280x720", "duration": 8.0, "fps": 24, "num_videos": 3}


def test_estimates_grow_with_the_work_and_fall_with_the_cores():
    """Length, size, rate and layers each increase the estimate, and cores reduce it."""
    least = rough_seconds(PIECE, 2)
    assert 4 < least < 30
    for more in ({"duration": 16.0}, {"output_size": "1920x1080"}, {"fps": 48}, {"num_videos": 5}):
        assert rough_seconds({**PIECE, **more}, 2) > least
    assert rough_seconds(PIECE, 1) > least
