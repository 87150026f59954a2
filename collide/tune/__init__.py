"""The live page, which doit tune serves on this machine only."""
