"""source: the material of a piece: probe clips, and choose which part of them a layer shows."""
