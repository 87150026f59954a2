"""preview_clip: a preview is small and has the piece's aspect ratio."""

import pytest

from collide.plan.preview_clip import small


@pytest.mark.parametrize(
    ("size", "preview"),
    [
        ("1280x720", "640x360"),
        ("720x1280", "360x640"),
        ("320x180", "320x180"),
        ("640x360", "640x360"),
        ("1080x1080", "360x360"),
        ("4096x32", "4096x32"),
        ("1442x1082", "480x360"),
    ],
)
def test_a_preview_has_360_lines_and_is_never_larger(size: str, preview: str) -> None:
    """A preview's shorter side has at most 360 pixels, and its ratio is nearly the piece's."""
    assert small(size) == preview
