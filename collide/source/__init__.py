"""source: where material comes from, what it is, and which of it a layer shows."""
