"""One instrument played by hand, on named files, without a project."""
