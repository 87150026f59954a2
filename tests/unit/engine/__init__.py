"""Tests of collide/engine/."""
