"""Tests of collide/views/."""
