"""Tests of collide: its files (unit/), its instruments (steps/), its verbs (render/), and more."""
