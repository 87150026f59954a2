"""intake: the message of a failed download."""

from collide.download.intake import suggestion


def test_deno_is_suggested_only_where_youtube_needs_it() -> None:
    """deno=true is suggested only if a video on YouTube needs it."""
    assert "deno=true" in suggestion("[youtube] dQw4w9WgXcQ: Requested format is not available")
    assert "deno" not in suggestion("[vimeo] 7: HTTP Error 404: Not Found")
