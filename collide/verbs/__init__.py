"""What a person can say: one verb, one file, run(said) -> exit code and its table of variables."""
