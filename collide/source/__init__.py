"""source: probe the clips of a piece, and choose which part of them each layer shows."""
