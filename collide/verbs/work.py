"""render pieces for a farm: doit work HOST, where HOST is the machine that runs doit farm

A worker renders as many pieces at once as fit this machine, rejoins when the farm comes back, and
stops at Ctrl-C or, with idle=10m, after ten idle minutes. What it fetched and rendered is kept.
"""

from collide.cli.optional_room import optional
from collide.cli.request import Request
from collide.limits import Range
from collide.syntax.variables import Variable
from collide.syntax.verb import Verb
from collide.text_limits import HOST_AND_PORT, Label
from collide.unit_limits import Duration

VERB = Verb(
    examples=("192.168.0.7 idle=10m",),
    variables={
        "host": Variable(
            HOST_AND_PORT, "the machine that runs doit farm", "tower", without="the first word"
        ),
        "idle": Variable(
            Duration(), "how long to stay without work", "10m", without="until Ctrl-C"
        ),
        "slots": Variable(
            Range(1, 64), "how many pieces to render at once", "1", without="as many as fit"
        ),
        "name": Variable(
            Label("machine"),
            "the name of this worker",
            "tower-2",
            without="the name of this machine",
        ),
    },
    words=1,
)


def run(request: Request) -> int:
    """Render pieces until Ctrl-C, or until idle for too long; return the exit code."""
    return int(optional("farm.foreman").work(request))
