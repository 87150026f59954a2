"""Benchmarks: ratios.py measures the cost of changes, costs.py the overhead of collide."""
