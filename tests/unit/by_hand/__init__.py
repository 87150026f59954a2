"""Tests of collide/by_hand/."""
