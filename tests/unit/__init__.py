"""Tests of single files of collide; most need no ffmpeg, and none needs a network."""
