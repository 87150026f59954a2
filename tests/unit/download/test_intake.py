"""intake: the message of a failed download."""

from collide.download.intake import mended


def test_what_youtube_wants_is_said_where_it_fails() -> None:
    """No program is started by default, so the option for it is suggested when it helps."""
    assert "deno=true" in mended("[youtube] dQw4w9WgXcQ: Requested format is not available")
    assert "deno" not in mended("[vimeo] 7: HTTP Error 404: Not Found")
