"""Tests of the shared store as a whole: several machines, real servers, and faults."""
