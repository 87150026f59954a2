"""The library as people handle it: what comes in, and what is there."""
