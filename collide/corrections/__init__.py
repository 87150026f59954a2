"""Corrections: for a command that collide does not understand, the one that was intended."""
