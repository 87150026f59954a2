"""Tests of the instruments: the laws that all of them obey, and how single ones behave."""
