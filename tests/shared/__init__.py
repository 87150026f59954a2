"""The shared store as a whole: several machines, real servers, and the faults of stores."""
