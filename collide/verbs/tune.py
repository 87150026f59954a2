"""turn knobs with sliders on a page: the picture follows, and the exact frame appears; at=3

The printed address opens the page (on this machine only) until you press Ctrl-C. Knobs in the
command are turned from the start. `keep` on the page writes the turned knobs into config.json.
"""

from importlib import import_module

from collide.cli.request import Request
from collide.limits import Range, Toggle
from collide.syntax.variables import AT, PIECE, Variable
from collide.syntax.verb import Verb

VERB = Verb(
    variables={
        "project": PIECE["project"],
        "preset": PIECE["preset"],
        "at": AT,
        "port": Variable(Range(0, 65535), "the page's port", "8765", without="any free port"),
        "open": Variable(
            Toggle(), "whether to open a browser", "false", without="if there is a screen"
        ),
    },
    knobs=True,
)


def run(request: Request) -> int:
    """Serve the page until Ctrl-C or until the terminal is gone."""
    # import on demand and by name, because the page's folder is optional
    code = int(import_module("collide.tune.served").run(request))
    print(f"next: doit render project={request.project}")
    return code
