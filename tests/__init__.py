"""Tests of collide, for instance unit/ for its files, steps/ for instruments, render/ for verbs."""
