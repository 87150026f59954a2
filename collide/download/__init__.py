"""Downloads: yt-dlp in a sandbox, and the intake of its videos into the library."""
