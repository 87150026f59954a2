"""Tests of collide, among others of its files (unit/), instruments (steps/) and verbs (render/)."""
