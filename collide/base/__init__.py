"""Foundations: errors, atomic files, hashing, strict JSON, clock, workspace, media facts, dice."""
