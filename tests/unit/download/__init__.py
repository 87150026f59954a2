"""Tests of collide/download/."""
