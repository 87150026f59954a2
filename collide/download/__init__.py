"""Downloads: yt-dlp in a sandbox, and how a video becomes a clip of the library."""
