"""The instruments: laws that hold for each of them, and what some of them promise besides."""
