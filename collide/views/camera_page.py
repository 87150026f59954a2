"""The page that searches by hand: names as cameras give them, and what sites find under each."""

from collide.download.camera_names import table
from collide.views.page import data, page


def cameras_page() -> bytes:
    """Return camera-search.html; its table is the one that `doit download search=…` draws from."""
    return page("cameras", title="Camera search", script="shell.js cameras.js", table=data(table()))
