"""The shared store: results of other machines, sealed with the farm's key."""
