"""render what changed of a piece, and write its video, manifest and look

Without project= it makes a project and names it. A knob typed here counts for this run.
"""

from collide import summary
from collide.graph.plan import Plan
from collide.graph.project import named
from collide.said import Said
from collide.session import Session

VARIABLES = {"project": "which piece", "preset": "presets, in order: a,b"}
KNOBS = True
WORDS = 99


def begin(said: Said) -> Session:
    """Open the project, saying so first where it has to be made."""
    project = named(said.house, said.project or said.house.unused_name())
    if project.exists():
        return said.open(project)
    session = said.open(project.drafted(project.draft(said.presets)), presets=False)
    print(f"making project {project.name} (projects/{project.name}/config.json)")
    return session


def end(session: Session, plan: Plan, code: int, *, whole: bool) -> int:
    """Write the run record, say what was done and what to type next, and return the exit code."""
    run = session.run
    run.write(session.house.cache / "runs")
    failed = run.code() or (code if code > 1 and not run.code() else 0)
    for text in [*session.notes, *(summary.layers(session, plan) if not failed else [])]:
        print(text)
    if not failed and whole:
        summary.look(session, plan)
    print(run.line())
    if not failed:
        first = run.tasks.get("record") and run.tasks["record"].why == "never rendered"
        for text in [*summary.keep(session), *(summary.next_words(session, plan) if first else [])]:
            print(text)
    return failed
