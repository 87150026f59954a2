"""render a still again whenever you save a change and show what was reused; at=12.5

Save config.json, a preset or a script, in any editor or with doit set. Ctrl-C stops watching.
"""

import os
import sys
from dataclasses import replace

from collide.base.clock import sleep
from collide.base.errors import CollideError
from collide.cli.request import Request
from collide.project.piece import refuse_late
from collide.project.saved_files import saved
from collide.syntax.verb import Verb
from collide.verbs import still

VERB = Verb(
    variables=still.VERB.variables,
    knobs=True,
)

POLL_SECONDS = 0.15  # between checks, so that a save is noticed immediately


def run(request: Request) -> int:
    """Render the still now, and again whenever config.json, a preset or a script is saved."""
    root, home = request.workspace.root, request.existing().path
    _refuse_typed(request)
    try:
        while True:
            before = saved(root, home)  # look before rendering, so that no save is missed
            try:
                still.run(request)
            except CollideError as error:  # after an error, wait for the next save
                print(f"ERROR: {error}", file=sys.stderr)
            print("watching; Ctrl-C stops it", flush=True)
            while (after := saved(root, home)) == before:
                sleep(POLL_SECONDS)
            paths = before.keys() | after.keys()
            moved = sorted(path for path in paths if before.get(path) != after.get(path))
            print(f"\n{', '.join(str(path.relative_to(root)) for path in moved)}")
            if any(path.suffix == ".py" for path in moved):
                # Python reads code only once, so start collide again in the same process
                sys.stdout.flush()
                os.execv(sys.executable, [sys.executable, "-m", "doit", *sys.argv[1:]])  # noqa: S606
    except KeyboardInterrupt:
        print("\nstopped watching; finished results are kept")
        return 0


def _refuse_typed(request: Request) -> None:
    """Refuse invalid knobs and times in the command, unless the project cannot be opened."""
    alone = replace(request, knobs={}, variables={"project": request.project})
    try:
        with alone.open():
            pass
    except CollideError:
        return  # a file is wrong and may be corrected while watching
    with request.open() as session:
        refuse_late(session.settings, request.value("at", 0.0))
