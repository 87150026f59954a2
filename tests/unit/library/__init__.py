"""Tests of collide/library/."""
