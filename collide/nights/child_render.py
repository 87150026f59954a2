"""One piece rendered in a process of its own, and its result.

A verb that renders many pieces must survive each: lack of memory, a crash inside a library, or a
script that exits ends only that process. It costs half a second a piece.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic
from collide.base.errors import InputError, TaskError, printable
from collide.base.strict_json import read_json
from collide.cli.arguments import line
from collide.cli.summary import loudness_missed
from collide.engine.programs import find_engine
from collide.project.project import Project
from collide.run.forecast import Forecast, predict
from collide.run.record import STATUSES, read_run
from collide.run.session import open_session

RENDERED, REUSED, FAILED, LATER = "made", "reused", "failed", "not begun"
MAX_SECONDS = 24 * 3600.0  # ffmpeg has limits of its own, so this is for what nobody foresaw
SHARE = re.compile(r"\s+\d+%.*")  # what a render says every ten seconds


@dataclass(frozen=True)
class Outcome:
    """What became of one piece."""

    name: str
    status: str  # MADE, REUSED, FAILED or LATER
    why: str = ""
    began: float = 0.0  # seconds since 1970
    seconds: float = 0.0
    expected: float | None = None  # seconds, known before it was begun
    look: str = ""
    video: str = ""  # its path in the house
    bytes: int = 0  # of the video
    counts: Mapping[str, int] = field(default_factory=dict)  # of tasks, by what became of them
    note: str = ""  # what is to be said of a good one

    @property
    def command(self) -> str:
        """Return what renders it, as it can be pasted."""
        return line(["render"], {"project": self.name})

    def line(self) -> str:
        """Return it as a line: name, what happened, how long it took, which look."""
        start = f"{self.name:<16} {self.status:<9}"
        if self.status == FAILED:
            return f"{start}\nERROR: {self.why}"
        took = f"{self.seconds:7.1f} s" if self.status == RENDERED else " " * 9
        made = f"{start} {took}  {f'look {self.look} · {self.video}' if self.look else self.why}"
        return f"{made}\n  {self.note}" if self.note else made


def render_apart(
    project: Project,
    heard: Callable[[str], None],
    expected: float | None = None,
    limit: float = MAX_SECONDS,
) -> Outcome:
    """Render a project as its config says, and return the outcome; nothing is raised.

    Args:
        heard: called with its progress.
        expected: seconds, for the record.
        limit: seconds after which it is stopped; what it has finished by then is kept.
    """
    root, runs = project.workspace.root, project.workspace.cache / "runs"
    began, before = monotonic(), {*runs.glob("*.json")}

    def listen(text: str) -> None:
        if SHARE.fullmatch(text):
            heard(text.strip())

    try:
        words, seconds = ["render", f"project={project.name}"], min(limit, MAX_SECONDS)
        how, said = find_engine().doit(words, root=root, seconds=seconds, heard=listen)
    except OSError as error:
        how, said = f"could not be started: {error.strerror}", ""
    tasks = _tasks(project, {*runs.glob("*.json")} - before)
    statuses = [task.get("status") for task in tasks.values()]
    counts = {status: statuses.count(status) for status in STATUSES}
    took = round(monotonic() - began, 3)
    told = Outcome(project.name, FAILED, seconds=took, expected=expected, counts=counts)
    if how:
        return replace(told, why=_why(tasks, how, said))
    return finished(project, replace(told, status=RENDERED if counts["rendered"] else REUSED))


def finished(project: Project, outcome: Outcome) -> Outcome:
    """Return an outcome with the look and the video of a project that is up to date."""
    try:
        manifest = read_json(project.path / "manifest.json", label=f"{project.name}/manifest.json")
        size = project.video.stat().st_size
    except (InputError, OSError) as error:
        return replace(outcome, status=FAILED, why=f"what it made is gone again: {error}")
    video = str(project.video.relative_to(project.workspace.root))
    look, note = printable(str(manifest.get("look"))), _note(project.name, manifest)
    return replace(outcome, look=look, video=video, bytes=size, note=note)


def _note(name: str, manifest: Mapping[str, Any]) -> str:
    """Return what is to be said of the sound of a piece, "" where it is as it was asked for."""
    try:
        return "".join(loudness_missed(manifest["sound"], manifest["recipe"]["piece"], name))
    except (KeyError, TypeError, ValueError):
        return ""  # somebody changed it


def look_ahead(project: Project) -> Forecast:
    """Choose and probe the clips of a project, and return what a render of it would do.

    It runs in this process: it starts nothing but probes, and what solves thresholds, each a
    process of its own.

    Raises:
        CollideError: it cannot be rendered at all.
    """
    try:
        with open_session(
            project.workspace, project, presets=[], typed={}, words=["plan"], say=lambda _: None
        ) as session:
            session.records = None  # that is for the render
            return predict(session.state, session.plan_now())
    except SystemExit as error:  # a script of the artist's
        raise TaskError(
            f"a script of {project.name} ends the program",
            why=f"it calls exit({error.code})",
            fix=f"mend it in projects/{project.name}/scripts",
        ) from None


def _tasks(project: Project, records: set[Path]) -> dict[str, Any]:
    """Return what the last run of a project among `records` did, {} where none was recorded."""
    for path in sorted(records, reverse=True):
        run = read_run(path)
        if run and run["project"] == project.name:
            return dict(run["tasks"])
    return {}


def _why(tasks: Mapping[str, Any], how: str, text: str) -> str:
    """Return why a render failed: the first task's reason, else what it said, else how it ended."""
    for name, task in tasks.items():
        if task["status"] == "failed":
            return f"{name}: {task['why']}"
    return text.rpartition("ERROR: ")[2].strip() or f"the render {how}"
