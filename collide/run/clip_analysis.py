"""The analysis of clips by content: their shots, and how busy and how bright they are."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
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
    """Analyze the shots of the given clips and return a note for each failure."""

    def shots(digest: str, clip: Clip, path: Path) -> dict[str, Any]:
        return {"shots": summary(ask(state, shots_step(digest, clip), path).facts)}

    return each_analyzed(state, clips, shots)


def each_analyzed(
    state: BuildState,
    clips: Mapping[str, tuple[str, Clip]],
    analyze: Callable[[str, Clip, Path], dict[str, Any]],
) -> list[str]:
    """Analyze clips one by one, show progress, and return a note for each failure.

    `analyze` gets a clip's digest, facts and path. The library keeps the results, even if the run
    is interrupted.
    """
    line, kept, notes = Line(sys.stdout), dict[str, dict[str, Any]](), list[str]()
    try:
        for count, (digest, (name, clip)) in enumerate(clips.items(), start=1):
            with watched(state, line, f"analyzing clip {count} of {len(clips)}: {name}"):
                try:
                    kept[digest] = analyze(digest, clip, _path(state, digest))
                except DiskError:
                    raise
                except TaskError as error:
                    notes.append(f"{name} could not be analyzed: {plainly(error.why)}")
    finally:
        line.close()
        if kept:
            state.library.remember(kept)
    return notes


def _path(state: BuildState, digest: str) -> Path:
    path = state.library.place(digest)
    if path is None:
        raise TaskError(
            "it is missing", why="it was deleted or changed since the scan", fix="doit scan"
        )
    return path
