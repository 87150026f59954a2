"""Tests of collide/store/."""
