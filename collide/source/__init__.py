"""source: probe a piece's clips and choose which part of them each layer shows."""
