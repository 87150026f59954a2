"""The analysis of clips by content: their shots, and how busy and how bright they are."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from collide.base.errors import DiskError, TaskError
from collide.base.media import plainly
from collide.instrument import Clip
from collide.library.temper import summary
from collide.plan.planner import shots_step
from collide.run.build_state import BuildState
from collide.run.perform import ask
from collide.run.progress import Line


@contextmanager
def watched(state: BuildState, line: Line, text: str) -> Iterator[None]:
    """Show the progress of the running step on a line: "analyzing rain.mp4, 40%"."""
    line.say(text)
    before, state.watch = state.watch, lambda _, share: line.say(f"{text}, {share:.0%}")
    try:
        yield
    finally:
        state.watch = before


def look_through(state: BuildState, clips: Mapping[str, tuple[str, Clip]]) -> list[str]:
    """Analyze clips (name and facts, by content); return a note for each that fails.

    The library keeps the results, even of an interrupted run.
    """
    line, kept, notes = Line(sys.stdout), dict[str, dict[str, Any]](), list[str]()
    try:
        for count, (digest, (name, clip)) in enumerate(clips.items(), start=1):
            with watched(state, line, f"analyzing clip {count} of {len(clips)}: {name}"):
                try:
                    kept[digest] = {"shots": _summary(state, digest, clip)}
                except DiskError:
                    raise
                except TaskError as error:
                    notes.append(f"{name} could not be analyzed: {plainly(error.why)}")
    finally:
        line.close()
        if kept:
            state.library.remember(kept)
    return notes


def _summary(state: BuildState, digest: str, clip: Clip) -> dict[str, Any]:
    """Return the part of a clip's shots that the library keeps."""
    path = state.library.place(digest)
    if path is None:
        raise TaskError(
            "it is missing", why="it was deleted or changed since the scan", fix="doit scan"
        )
    return summary(ask(state, shots_step(digest, clip), path).facts)
