"""The small pictures of clips, cache/clips/DIGEST.jpg: made where they are missing, by content."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collide.base.errors import DiskError, TaskError
from collide.base.files import copy_out
from collide.base.media import plainly
from collide.plan.steps import glance_step
from collide.run.perform import ask
from collide.run.progress import Line
from collide.run.session import Session
from collide.views.inventory import Row


def folder(session: Session) -> Path:
    """Return where the pictures and their page are."""
    return session.workspace.cache / "clips"


def look(session: Session, rows: Sequence[Row]) -> list[str]:
    """Look at the clips that have no picture yet, and return what could not be looked at.

    What was found out is remembered, also when it is stopped half way.
    """
    line, told, notes = Line(sys.stdout), dict[str, dict[str, Any]](), list[str]()
    left = [row for row in rows if row.signature is None or not picture(session, row).exists()]
    try:
        for count, row in enumerate(left):
            line.say(f"looking at clip {count} of {len(left)}: {row.name}")
            try:
                told[row.digest] = {"signature": _looked(session, row)}
            except DiskError:
                raise
            except TaskError as error:
                notes.append(f"{row.name} could not be looked at: {plainly(error.why)}")
    finally:
        line.close()
        if told:
            session.state.library.remember(told)
    return notes


def picture(session: Session, row: Row) -> Path:
    """Return where the picture of a clip is, or will be."""
    return folder(session) / f"{row.digest}.jpg"


def _looked(session: Session, row: Row) -> list[str]:
    """Make the picture of a clip, and return its signature."""
    bench = session.state
    path = bench.library.place(row.digest)
    if path is None:
        raise TaskError("it is not here", why="it changed since the scan", fix="doit scan")
    entry = ask(bench, glance_step(row.digest, row.clip), path, whole=True)
    source = bench.store.verified(entry.objects["strip.jpg"].digest)
    if source is None:
        raise TaskError("its picture is damaged", why="its picture is damaged", fix="look again")
    copy_out(source, picture(session, row))
    return list(entry.facts["signature"])
