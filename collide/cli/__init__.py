"""The command line: commands and tasks for doit, requests, and what is printed."""
