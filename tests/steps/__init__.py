"""The instruments: laws for all of them, and the promises of some."""
