"""The command line: commands and tasks for doit, parsing of requests, and error messages."""
