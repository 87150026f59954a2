"""Corrections: the intended command for a command that collide does not understand."""
