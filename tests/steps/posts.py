"""The commands that the machine plays instruments of post/ with, for a piece with any knobs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.build.entry import Entry, Made
from collide.catalog import shipped
from collide.graph import post
from collide.graph.finish import effects_job, plate_job
from collide.graph.knobs import Settings
from collide.graph.piece import Piece
from collide.graph.post import Run
from collide.graph.project import Project
from collide.house import House
from collide.step import Argv, Span


def piece(knobs: Mapping[str, Any]) -> Piece:
    """Return a piece of no layers, of which only the finished picture is asked for."""
    project = Project(House(Path("nowhere")), "x")
    return Piece(project, Settings(), knobs, [], [], [], [], {}, {})


def plates(knobs: Mapping[str, Any]) -> list[str]:
    """Return the instruments of the chain that join a plate."""
    return post.plates(piece(knobs))


def filters(name: str, knobs: Mapping[str, Any], first: int = 0) -> str:
    """Return the chain of one instrument, from a frame of the piece on."""
    return post.filters_of(piece(knobs), name, first=first)


def plate(name: str, knobs: Mapping[str, Any]) -> Argv:
    """Return the command that makes the plate of an instrument."""
    frames = shipped().instrument(f"post/{name}").PLATE_FRAMES
    return plate_job(piece(knobs), name, frames, results={}).argv(shipped())


def command(names: Sequence[str], knobs: Mapping[str, Any], span: Span) -> Argv:
    """Return the command that plays neighbors of the chain on some frames, one segment."""
    objects = {role: Made("d" * 32, 1) for role in ("stack.nut", "plate.nut")}
    made = defaultdict(lambda: Entry("k", objects))
    run = Run(tuple(names), whole=False)
    job = effects_job(piece(knobs), run, span, ("stack:0", "stack.nut"), results=made)
    return job.argv(shipped())
