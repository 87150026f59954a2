"""The verbs, one file each: a function run(request) that returns the exit code, and VARIABLES."""
