"""The verbs, one module each, with VERB and run(request), which returns the exit code."""
