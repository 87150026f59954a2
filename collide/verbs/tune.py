"""a page to turn knobs on: it moves while you turn, and shows the exact frame; at=3

Only this machine can open it, with the printed address, until the command ends. Knobs typed on the
command line are turned already. `keep` on the page writes them into config.json.
"""

from importlib import import_module

from collide.cli.request import Request
from collide.cli.variables import AT, PIECE, Variable
from collide.limits import Range, Toggle

VARIABLES = {
    "project": PIECE["project"],
    "preset": PIECE["preset"],
    "at": AT,
    "port": Variable(Range(0, 65535), "its port", "8765", without="any that is free"),
    "open": Variable(
        Toggle(), "whether a browser opens it", "false", without="where there is a screen"
    ),
}
KNOBS = True


def run(request: Request) -> int:
    """Serve the page until Ctrl-C, or until the terminal is gone."""
    # by its name, when it is asked for: the page is a folder, without which all else works
    return int(import_module("collide.tune.served").run(request))
