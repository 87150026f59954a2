"""Benchmarks: ratios.py measures the cost of changes, and costs.py the overhead of collide."""
