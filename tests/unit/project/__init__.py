"""Tests of collide/project/."""
