"""The verbs: one verb, one file, run(request) -> exit code, and its variables."""
