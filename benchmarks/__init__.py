"""Benchmarks: what collide costs, and how its pictures, sounds and pages measure up."""
