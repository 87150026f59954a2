"""fetching: what is said of a download that fails."""

from collide.download.intake import mended


def test_what_youtube_wants_is_said_where_it_fails() -> None:
    """No program is started unless it is said, so the words that say it stand where they help."""
    assert "deno=true" in mended("[youtube] dQw4w9WgXcQ: Requested format is not available")
    assert "deno" not in mended("[vimeo] 7: HTTP Error 404: Not Found")
