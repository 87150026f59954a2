"""Tests of the instruments: the laws that all of them obey and the behavior of each."""
