"""Changes since the previous night: the pieces whose frames differ, and why.

Frames are compared by the digests of encoded segments, which the manifest lists. A change is
explained by the differences between the two looks; if the looks are identical, the cause lies
outside the project.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collide.base.errors import CollideError
from collide.base.workspace import Workspace
from collide.nights.child_render import Outcome
from collide.project.differences import differences
from collide.project.look_book import find_look
from collide.project.project import Project

FEW = 4  # the maximum number of differences listed for a piece
UNKNOWN = "rendered by hand in between"


@dataclass(frozen=True)
class Change:
    """A piece whose frames changed since the previous night, with both looks and the cause."""

    name: str
    old: str
    new: str
    why: str


def last_night(cache: Path) -> dict[str, dict[str, Any]]:
    """Map the names of the pieces with a video in the previous night's report to their entries."""
    try:
        last = json.loads((cache / "nights" / "latest" / "report.json").read_bytes())
        return {piece["name"]: piece for piece in last["pieces"] if piece.get("picture")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # the report is missing, or a person edited it


def changed(
    workspace: Workspace, before: Mapping[str, Mapping[str, Any]], outcomes: Iterable[Outcome]
) -> list[Change]:
    """Return the pieces whose frames are not the same as in the previous night."""
    changes = []
    for outcome in outcomes:
        last = before.get(outcome.name)
        if last and outcome.picture and last["picture"] != outcome.picture:
            old = str(last.get("look", ""))
            why = _why(Project(workspace, outcome.name), old, outcome)
            changes.append(Change(outcome.name, old, outcome.look, why))
    return changes


def _why(project: Project, old: str, outcome: Outcome) -> str:
    """Return the differences between the looks, a cause outside the project, or UNKNOWN."""
    try:
        looks = [find_look(project, name) for name in (old, outcome.look)]
        parts = [str(one) for one in differences(*looks)] if old != outcome.look else []
    except CollideError:  # one of the two looks was deleted
        parts = []
    if parts:
        more = f" and {len(parts) - FEW} more" if len(parts) > FEW else ""
        return ", ".join(parts[:FEW]) + more
    return outcome.moved or UNKNOWN
