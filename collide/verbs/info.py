"""what one task reads and writes, and why it would run: doit info layer:2 project=x

trace=true prints the last run of a project as a trace, for the trace viewer of a browser:
`doit info trace=true project=x > run.json`, and open that at ui.perfetto.dev or chrome://tracing.
"""

from collide.base.errors import InputError
from collide.cli.plain_json import print_json
from collide.cli.request import Request
from collide.cli.variables import PIECE, toggle
from collide.run.record import read_run
from collide.run.trace import trace

EXAMPLE = "layer:2 {project}"  # behind doit info
# doit's own info command shows a task, see commands.py.
VARIABLES = {**PIECE, "trace": toggle("whether the last run is printed as a trace, in JSON")}
KNOBS = True
WORDS = 1


def run(request: Request) -> int:
    """Print the trace of the last run of a project that did anything."""
    project = request.existing()
    for path in sorted((request.workspace.cache / "runs").glob("*.json"), reverse=True):
        found = read_run(path)
        if found and found["project"] == project.name and _worked(found):
            return print_json(trace(found))
    raise InputError(
        f"no run of {project.name} is recorded",
        why=f"{request.workspace.cache}/runs has none in which a task did anything",
        fix=f"render it: doit render project={project.name}",
    )


def _worked(run: dict[str, dict[str, dict[str, str]]]) -> bool:
    return any(done["status"] != "kept" for done in run["tasks"].values())
