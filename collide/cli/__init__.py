"""The command line: doit's two ends, parsing a request, messages, and the no-op answer."""
