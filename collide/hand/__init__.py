"""One instrument played by hand: a piece of one clip, through the plan of any other."""
