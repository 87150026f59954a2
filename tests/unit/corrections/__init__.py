"""Tests of collide/corrections/."""
