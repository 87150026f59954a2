"""The shared store as a whole: several machines, real servers, and what may be wrong with one."""
