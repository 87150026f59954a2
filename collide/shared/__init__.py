"""The shared store: results from other machines, sealed with the farm's key."""
