"""Corrections: for a line that collide does not understand, the line that was probably meant."""
