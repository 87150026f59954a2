"""Play by hand: one instrument on named files, without a project."""
