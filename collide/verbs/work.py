"""render pieces for a farm: doit work HOST, where HOST is the machine that runs doit farm

A worker renders as many pieces at once as this machine can, and rejoins when the farm comes back. A
worker stops at Ctrl-C; with idle=10m, it also stops after ten minutes without work. A worker keeps
what it fetched and rendered.
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
            Duration(), "how long to wait for work before stopping", "10m", without="until Ctrl-C"
        ),
        "slots": Variable(
            Range(1, 64), "how many pieces to render at once", "1", without="as many as it can"
        ),
        "name": Variable(
            Label("machine"),
            "this worker's name",
            "tower-2",
            without="this machine's name",
        ),
    },
    words=1,
)


def run(request: Request) -> int:
    """Render pieces until Ctrl-C or until idle for too long."""
    return int(optional("farm.foreman").work(request))
