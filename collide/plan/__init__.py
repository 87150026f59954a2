"""Planning: turn the piece that a project describes into steps, without running any."""
