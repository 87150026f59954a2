"""take away what was rendered of a piece; the store, config, selection, manifest and notes stay"""

from collide.said import Said

VARIABLES = {"project": "which piece"}
WORDS = 99


def run(said: Said) -> int:
    """Never called: doit's own clean command takes the files away."""
    raise NotImplementedError
