"""An invocation of collide: its context, its steps, forecasts, progress and run records."""
