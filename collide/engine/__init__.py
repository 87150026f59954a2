"""Processes: ffmpeg, its limits, masks in a child process, and model files."""
