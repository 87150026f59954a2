"""Looks side by side, as pictures."""
