"""One invocation: its context, performing steps, forecasts, progress and run records."""
