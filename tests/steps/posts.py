"""The commands that play post/ instruments for a piece with any knobs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.instrument import Argv, Span
from collide.plan import post_chain
from collide.plan.picture_steps import effects_job, plate_job
from collide.plan.post_chain import EffectRun
from collide.project.piece import Piece
from collide.project.project import Project
from collide.project.settings import Settings
from collide.store.entry import Entry, ObjectRef


def piece(knobs: Mapping[str, Any]) -> Piece:
    """Return a piece that has knobs but no layers."""
    project = Project(Workspace(Path("nowhere")), "x")
    return Piece(project, Settings(), knobs, [], [], [], [], {}, {})


def plates(knobs: Mapping[str, Any]) -> list[str]:
    """Return the instruments in the piece's chain that use a plate."""
    return post_chain.plates(piece(knobs))


def filters(name: str, knobs: Mapping[str, Any], first: int = 0) -> str:
    """Return the filter chain of one instrument, starting at frame `first` of the piece."""
    return post_chain.filters_of(piece(knobs), name, first=first)


def plate(name: str, knobs: Mapping[str, Any]) -> Argv:
    """Return the command that renders an instrument's plate."""
    frames = shipped().instrument(f"post/{name}").PLATE_FRAMES
    return plate_job(piece(knobs), name, frames, results={}).argv(shipped())


def command(names: Sequence[str], knobs: Mapping[str, Any], span: Span) -> Argv:
    """Return the command that applies adjacent instruments of the chain to one segment."""
    objects = {role: ObjectRef("d" * 32, 1) for role in ("stack.nut", "plate.nut")}
    made = defaultdict(lambda: Entry("k", objects))
    run = EffectRun(tuple(names), whole=False)
    job = effects_job(piece(knobs), run, span, ("stack:0", "stack.nut"), results=made)
    return job.argv(shipped())
