"""What a person can type: one verb, one file, run(request) -> exit code, and its variables."""
