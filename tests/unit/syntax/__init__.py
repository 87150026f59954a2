"""Tests of collide/syntax/."""
