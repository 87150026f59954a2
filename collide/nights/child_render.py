"""One piece rendered in a process of its own, and its result.

A verb that renders many pieces must survive any of them: running out of memory, a crash inside a
library, or a script that exits ends only that process. It costs half a second per piece.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic
from collide.base.errors import InputError, TaskError, printable
from collide.base.hashing import digest_of
from collide.base.strict_json import read_json
from collide.cli.arguments import line
from collide.cli.summary import loudness_missed
from collide.engine.programs import find_engine
from collide.project.project import Project
from collide.run.forecast import Forecast, predict
from collide.run.record import STATUSES, read_run
from collide.run.session import open_session
from collide.store.reasons import Cause

RENDERED, REUSED, FAILED, LATER = "made", "reused", "failed", "not begun"
MAX_SECONDS = 24 * 3600.0  # ffmpeg has limits of its own, so this is for the unforeseen
OUTSIDE = (Cause.ENGINE, Cause.VERSION, Cause.REWRITTEN)  # causes other than knobs
SHARE = re.compile(r"\s+\d+%.*")  # the progress line that a render prints every ten seconds


@dataclass(frozen=True)
class Outcome:
    """The outcome of one piece."""

    name: str
    status: str  # MADE, REUSED, FAILED or LATER
    why: str = ""
    began: float = 0.0  # seconds since 1970
    seconds: float = 0.0
    expected: float | None = None  # seconds, forecast before it began
    look: str = ""
    video: str = ""  # its path in the workspace
    bytes: int = 0  # of the video
    counts: Mapping[str, int] = field(default_factory=dict)  # counts of tasks, by outcome
    note: str = ""  # a note about a success
    picture: str = ""  # a digest of its encoded frames
    moved: str = ""  # the cause of the render, if it is neither a knob nor one of its clips
    machine: str = ""  # the farm machine that rendered it; "" for this one
    agrees: str = ""  # another one, which rendered it too: the same bytes

    @property
    def command(self) -> str:
        """Return the command that renders it, ready to paste."""
        return line(["render"], {"project": self.name})

    @property
    def by(self) -> str:
        """Return who rendered it, "" for this machine."""
        same = f", and {self.agrees} made the same bytes" if self.agrees else ""
        before = "found, made before " if self.status == REUSED else ""
        return f"{before}by {self.machine}{same}" if self.machine else ""

    def line(self) -> str:
        """Return it as a line: name, outcome, duration, look."""
        start = f"{self.name:<16} {self.status:<9}"
        if self.status == FAILED:
            return f"{start}\nERROR: {self.why}"
        took = f"{self.seconds:7.1f} s" if self.status == RENDERED else " " * 9
        by = f" · {self.by}" if self.machine else ""
        made = (
            f"{start} {took}  {f'look {self.look} · {self.video}' if self.look else self.why}{by}"
        )
        return f"{made}\n  {self.note}" if self.note else made


def render_apart(
    project: Project,
    heard: Callable[[str], None],
    expected: float | None = None,
    limit: float = MAX_SECONDS,
    *,
    typed: Sequence[str] = (),
    options: Sequence[str] = (),
    printed: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Render a project with its config, and return the outcome; never raises.

    Args:
        heard: called with its progress.
        expected: seconds, for the record.
        limit: seconds after which it is stopped; what it has finished by then is kept.
        typed: presets and knobs for this once, as `name=value`.
        options: of doit, as words.
        printed: called with each other line that it prints.
    """
    root, runs = project.workspace.root, project.workspace.cache / "runs"
    began, before = monotonic(), {*runs.glob("*.json")}

    def listen(text: str) -> None:
        heard(text.strip()) if SHARE.fullmatch(text) else printed(text)

    try:
        words = [*options, "render", f"project={project.name}", *typed]
        limit = min(limit, MAX_SECONDS)
        how, said = find_engine().doit(words, root=root, seconds=limit, heard=listen)
    except OSError as error:
        how, said = f"could not be started: {error.strerror}", ""
    tasks = recorded_tasks(project.name, {*runs.glob("*.json")} - before)
    statuses = [task.get("status") for task in tasks.values()]
    counts = {status: statuses.count(status) for status in STATUSES}
    took, moved = round(monotonic() - began, 3), _moved(tasks)
    told = Outcome(project.name, FAILED, "", 0.0, took, expected, counts=counts, moved=moved)
    if how:
        return replace(told, why=why_failed(tasks, how, said))
    return finished(project, replace(told, status=RENDERED if counts["rendered"] else REUSED))


def finished(project: Project, outcome: Outcome) -> Outcome:
    """Return an outcome with the look and the video of a project that is up to date."""
    try:
        manifest = read_json(project.path / "manifest.json", label=f"{project.name}/manifest.json")
        size = project.video.stat().st_size
    except (InputError, OSError) as error:
        return replace(outcome, status=FAILED, why=f"its result disappeared: {error}")
    video = str(project.video.relative_to(project.workspace.root))
    look, note = printable(str(manifest.get("look"))), _note(project.name, manifest)
    picture = _picture(manifest)
    return replace(outcome, look=look, video=video, bytes=size, note=note, picture=picture)


def _picture(manifest: Mapping[str, Any]) -> str:
    """Return a digest of a piece's encoded segments, "" if it has none."""
    try:
        segments = {
            task: made["objects"]
            for task, made in manifest["tasks"].items()
            if task.startswith("encode:")
        }
        return digest_of(segments) if segments else ""
    except (KeyError, TypeError, AttributeError, ValueError):
        return ""  # edited by a person


def _moved(tasks: Mapping[str, Any]) -> str:
    """Return the first cause of a render that lies outside the project, "" if none."""
    for task in tasks.values():
        for reason in task.get("reasons", ()):
            if reason.get("cause") in OUTSIDE:
                return str(task.get("why", ""))
    return ""


def _note(name: str, manifest: Mapping[str, Any]) -> str:
    """Return a note about the sound of a piece, "" if it meets its loudness."""
    try:
        return "".join(loudness_missed(manifest["sound"], manifest["recipe"]["piece"], name))
    except (KeyError, TypeError, ValueError):
        return ""  # edited by a person


def look_ahead(
    project: Project, presets: Sequence[str] = (), typed: Mapping[str, str] = {}
) -> Forecast:
    """Choose and probe the clips of a project, and return the forecast of its render.

    It runs in this process and starts only probes and the solving of thresholds, each in a process
    of its own.

    Raises:
        CollideError: it cannot be rendered at all.
    """
    try:
        with open_session(
            project.workspace,
            project,
            presets=[*presets],
            typed=typed,
            words=["plan"],
            say=lambda _: None,
        ) as session:
            session.records = None  # only the render writes a record
            return predict(session.state, session.plan_now())
    except SystemExit as error:  # one of the artist's scripts
        raise TaskError(
            f"a script of {project.name} ends the program",
            why=f"it calls exit({error.code})",
            fix=f"fix it in projects/{project.name}/scripts",
        ) from None


def recorded_tasks(name: str, records: set[Path]) -> dict[str, Any]:
    """Return the outcome of the last run of project `name` among `records`, {} if there is none."""
    for path in sorted(records, reverse=True):
        run = read_run(path)
        if run and run["project"] == name:
            return dict(run["tasks"])
    return {}


def why_failed(tasks: Mapping[str, Any], how: str, text: str) -> str:
    """Return why a render failed: the first failed task's reason, else its last words, else its
    exit.
    """
    for name, task in tasks.items():
        if task["status"] == "failed":
            return f"{name}: {task['why']}"
    return text.rpartition("ERROR: ")[2].strip() or f"the render {how}"
