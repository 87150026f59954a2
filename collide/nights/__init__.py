"""Many pieces in one run: batches and overnight renders."""
