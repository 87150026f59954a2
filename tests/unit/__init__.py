"""Tests of single files of collide; most do not need ffmpeg, and no test needs a network."""
