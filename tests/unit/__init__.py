"""Tests of single files of collide, without ffmpeg or a network, in a few seconds altogether."""
