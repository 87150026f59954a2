"""Tests of collide: unit/ for its pure parts, steps/ for the laws of every instrument."""
