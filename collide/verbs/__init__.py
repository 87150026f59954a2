"""The verbs, one module each, with VARIABLES and run(request), which returns the exit code."""
