"""One instrument played by hand: what was said, on which files, and where it is played."""
