"""The live page: what it shows, what it writes, and who may use it."""
