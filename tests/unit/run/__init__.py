"""Tests of collide/run/."""
