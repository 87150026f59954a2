"""Tests of collide/cli/."""
