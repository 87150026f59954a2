"""The machine, file by file: no ffmpeg, no network, a few seconds in all."""
