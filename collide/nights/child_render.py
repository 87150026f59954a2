"""Render a piece in a separate process and report its outcome.

A verb that renders many pieces must survive a piece that runs out of memory, crashes in a library,
or has a script that exits. A separate process costs half a second per piece.
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
from collide.cli.summary import loudness_missed
from collide.engine.programs import find_engine
from collide.project.project import Project
from collide.run.forecast import Forecast, predict
from collide.run.record import STATUSES, read_run
from collide.run.session import open_session
from collide.store.reasons import Cause
from collide.syntax.arguments import line

RENDERED, REUSED, FAILED, LATER = "made", "reused", "failed", "not begun"
MAX_SECONDS = 24 * 3600.0  # a last resort, since each ffmpeg process has its own limits
OUTSIDE = (Cause.ENGINE, Cause.VERSION, Cause.REWRITTEN)  # causes that are not in the project
SHARE = re.compile(r"\s+\d+%.*")  # a progress line, which is printed every ten seconds


@dataclass(frozen=True)
class Outcome:
    """The outcome of rendering one piece."""

    name: str
    status: str  # RENDERED, REUSED, FAILED or LATER
    why: str = ""
    began: float = 0.0  # Unix time
    seconds: float = 0.0
    expected: float | None = None  # the forecast before the render, in seconds
    look: str = ""
    video: str = ""  # path of the video in the workspace
    bytes: int = 0  # size of the video
    counts: Mapping[str, int] = field(default_factory=dict)  # number of tasks with each outcome
    note: str = ""  # a note about a successful render
    picture: str = ""  # a digest of the encoded frames
    moved: str = ""  # the cause of the render, if it lies outside the project
    machine: str = ""  # the farm machine that rendered the piece, or "" for this machine
    agrees: str = ""  # a second farm machine that rendered the same bytes

    @property
    def command(self) -> str:
        """Return the command that renders the piece, ready to paste."""
        return line(["render"], {"project": self.name})

    @property
    def by(self) -> str:
        """Return which farm machine rendered the piece, such as "by tower-2", otherwise ""."""
        same = f", and {self.agrees} rendered the same bytes" if self.agrees else ""
        before = "rendered earlier " if self.status == REUSED else ""
        return f"{before}by {self.machine}{same}" if self.machine else ""

    def line(self) -> str:
        """Return the outcome as text: the piece's name, status, duration and look."""
        start = f"{self.name:<16} {self.status:<9}"
        if self.status == FAILED:
            return f"{start}\nERROR: {self.why}"
        took = f"{self.seconds:7.1f} s" if self.status == RENDERED else " " * 9
        by = f" · {self.by}" if self.machine else ""
        text = (
            f"{start} {took}  {f'look {self.look} · {self.video}' if self.look else self.why}{by}"
        )
        return f"{text}\n  {self.note}" if self.note else text


def render_apart(
    project: Project,
    on_progress: Callable[[str], None],
    expected: float | None = None,
    limit: float = MAX_SECONDS,
    *,
    typed: Sequence[str] = (),
    options: Sequence[str] = (),
    printed: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Render a project in a separate process and return the outcome, even if the render fails.

    Args:
        on_progress: called with each progress line of the render.
        expected: the forecast in seconds, to record in the outcome.
        limit: stop the render after this many seconds; finished tasks are kept.
        typed: presets and knobs for this render only, in the form `name=value`.
        options: doit's own options, as argv items.
        printed: called with every other line of the render.
    """
    root, runs = project.workspace.root, project.workspace.cache / "runs"
    began, before = monotonic(), {*runs.glob("*.json")}

    def listen(text: str) -> None:
        on_progress(text.strip()) if SHARE.fullmatch(text) else printed(text)

    try:
        words = [*options, "render", f"project={project.name}", *typed]
        limit = min(limit, MAX_SECONDS)
        how, output = find_engine().doit(words, root=root, seconds=limit, on_output=listen)
    except OSError as error:
        how, output = f"could not be started: {error.strerror}", ""
    tasks = recorded_tasks(project.name, {*runs.glob("*.json")} - before)
    statuses = [task.get("status") for task in tasks.values()]
    counts = {status: statuses.count(status) for status in STATUSES}
    took, moved = round(monotonic() - began, 3), _moved(tasks)
    outcome = Outcome(project.name, FAILED, "", 0.0, took, expected, counts=counts, moved=moved)
    if how:
        return replace(outcome, why=why_failed(tasks, how, output))
    return finished(project, replace(outcome, status=RENDERED if counts["rendered"] else REUSED))


def finished(project: Project, outcome: Outcome) -> Outcome:
    """Add a project's look and video to its outcome, which becomes FAILED if they are missing."""
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
    """Return a digest of the encoded segments that a manifest lists, or ""."""
    try:
        segments = {
            task: entry["objects"]
            for task, entry in manifest["tasks"].items()
            if task.startswith("encode:")
        }
        return digest_of(segments) if segments else ""
    except (KeyError, TypeError, AttributeError, ValueError):
        return ""  # a person edited the manifest


def _moved(tasks: Mapping[str, Any]) -> str:
    """Return the first cause of a render that lies outside the project, or ""."""
    for task in tasks.values():
        for reason in task.get("reasons", ()):
            if reason.get("cause") in OUTSIDE:
                return str(task.get("why", ""))
    return ""


def _note(name: str, manifest: Mapping[str, Any]) -> str:
    """Return a note if a piece's sound misses its loudness or its peak, otherwise ""."""
    try:
        return "".join(loudness_missed(manifest["sound"], manifest["recipe"]["piece"], name))
    except (KeyError, TypeError, ValueError):
        return ""  # a person edited the manifest


def look_ahead(
    project: Project, presets: Sequence[str] = (), typed: Mapping[str, str] = {}
) -> Forecast:
    """Choose and probe a project's clips, and return the forecast of its render.

    It runs in the calling process and, like any plan, starts probes and other child processes.

    Raises:
        CollideError: the project cannot be rendered at all.
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
    except SystemExit as error:  # raised by one of the artist's scripts
        raise TaskError(
            f"a script of {project.name} ends the program",
            why=f"it calls exit({error.code})",
            fix=f"fix it in projects/{project.name}/scripts",
        ) from None


def recorded_tasks(name: str, records: set[Path]) -> dict[str, Any]:
    """Return the tasks of project `name`'s last run among `records`, or {}."""
    for path in sorted(records, reverse=True):
        run = read_run(path)
        if run and run["project"] == name:
            return dict(run["tasks"])
    return {}


def why_failed(tasks: Mapping[str, Any], how: str, text: str) -> str:
    """Return why a render failed: its first failed task, its last error, or how it ended."""
    for name, task in tasks.items():
        if task["status"] == "failed":
            return f"{name}: {task['why']}"
    return text.rpartition("ERROR: ")[2].strip() or f"the render {how}"
