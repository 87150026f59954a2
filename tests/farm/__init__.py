"""Tests of the farm: orders, workers, and their faults."""
