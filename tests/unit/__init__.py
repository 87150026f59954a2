"""Tests of single files of collide; most do not need ffmpeg, and none needs a network."""
