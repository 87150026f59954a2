"""Tests of collide/nights/."""
