"""The instruments: laws for each of them, and the promises of some."""
