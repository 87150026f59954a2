"""The analysis of clips by content: their shots, how busy and how bright they are."""

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
    """Say on a line how far the step is that runs meanwhile: "looking at rain.mp4, 40 %"."""
    line.say(text)
    before, state.watch = state.watch, lambda _, share: line.say(f"{text}, {share:.0%}")
    try:
        yield
    finally:
        state.watch = before


def look_through(state: BuildState, clips: Mapping[str, tuple[str, Clip]]) -> list[str]:
    """Look through clips, each a name and its facts by content; return a note for each that fails.

    What was found is kept in the library, also when it is interrupted.
    """
    line, kept, notes = Line(sys.stdout), dict[str, dict[str, Any]](), list[str]()
    try:
        for count, (digest, (name, clip)) in enumerate(clips.items(), start=1):
            with watched(state, line, f"looking through clip {count} of {len(clips)}: {name}"):
                try:
                    kept[digest] = {"shots": _summary(state, digest, clip)}
                except DiskError:
                    raise
                except TaskError as error:
                    notes.append(f"{name} could not be looked through: {plainly(error.why)}")
    finally:
        line.close()
        if kept:
            state.library.remember(kept)
    return notes


def _summary(state: BuildState, digest: str, clip: Clip) -> dict[str, Any]:
    """Return what the library keeps of the shots of a clip."""
    path = state.library.place(digest)
    if path is None:
        raise TaskError("it is not here", why="it changed since the scan", fix="doit scan")
    return summary(ask(state, shots_step(digest, clip), path).facts)
