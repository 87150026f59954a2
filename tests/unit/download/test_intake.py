"""intake: the message for a failed download."""

from collide.download.intake import suggestion


def test_deno_is_suggested_only_where_youtube_needs_it() -> None:
    """deno=true is suggested only if a video on YouTube needs it."""
    missing = "[youtube] dQw4w9WgXcQ: Requested format is not available"
    install = "pip install -U 'yt-dlp[default,deno]' && doit download search=DSC"
    assert suggestion(missing, "search=DSC") == f"{install} deno=true"
    assert suggestion(missing, "search=DSC deno=true") == f"{install} deno=true"
    assert "deno" not in suggestion("[vimeo] 7: HTTP Error 404: Not Found", "search=DSC")


def test_a_truncated_address_is_not_blamed_on_yt_dlp() -> None:
    """The error for a truncated address asks for the whole address and does not blame yt-dlp."""
    why = "[youtube:truncated_id] abc: Incomplete YouTube ID abc. URL looks truncated."
    assert suggestion(why, "url=abc") == "give the whole address: a part of it is missing"
