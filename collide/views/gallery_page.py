"""The page of a gallery: its data, and the scripts that show it, in one file."""

from collections.abc import Sequence
from typing import Any

from collide.views.page import data, page

SCRIPTS = ("base", "wall", "look", "compare", "graph")


def gallery_page(title: str, projects: Sequence[dict[str, Any]], about: dict[str, Any]) -> bytes:
    """Return index.html.

    Args:
        title: the name of the project, or of the house.
        projects: what is shown of each, as gallery.py gathers it.
        about: what is said of each knob.
    """
    told = data({"projects": list(projects), "about": about})
    scripts = " ".join(["shell.js", *(f"gallery-{name}.js" for name in SCRIPTS)])
    return page("gallery", title=title, data=told, script=scripts)
