"""Tests of collide/base/."""
