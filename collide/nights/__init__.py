"""Many pieces in one run: batches, and renders through a night."""
