"""Tests of collide/shared/."""
