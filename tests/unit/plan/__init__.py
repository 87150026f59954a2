"""Tests of collide/plan/."""
