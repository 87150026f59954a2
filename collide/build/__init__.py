"""How a step is made and kept: its key, the store, the engine, the clips."""
