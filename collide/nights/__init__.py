"""Many pieces in one go: batches, and rendering through a night."""
