"""source: the material of a piece: probing clips, and choosing which part a layer shows."""
