"""Forecasts of a render in words: how long it takes, what it costs, and which tasks would run."""

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from collide.base.words import joined, several
from collide.engine.machine import cores, others
from collide.library.folders import CLIP, files, kind
from collide.limits import as_typed
from collide.plan.planner import Plan
from collide.project.selection import slots
from collide.run.estimate import rough_seconds
from collide.run.forecast import Forecast, Guess
from collide.run.foreseen_clips import refuse_choice
from collide.run.outside import Alone
from collide.run.progress import long
from collide.run.session import Session
from collide.store.eviction import gb
from collide.store.reasons import Cause, Reason, sentence

BUSY = 1.0  # threads of other programs per core; with this many, a render takes twice as long
LONG = 60.0  # seconds; if a first render takes longer, suggest a shorter piece

VERDICTS = {
    "render": "would render",
    "restore": "from the store",
    "maybe": "perhaps",
    "keep": "up to date",
}


def begins(session: Session, plan: Plan, forecast: Forecast) -> str:
    """Describe a first render: its format, clips and time; return "" for a later render."""
    record = forecast.guesses.get("record")
    if record is None or record.why != (Reason(Cause.FIRST),):
        return ""
    names = joined(list(dict.fromkeys(layer.pick.short for layer in plan.piece.layers)))
    unknown = any(guess.seconds is None for guess in forecast.of("render"))
    piece = session.settings.piece()
    took = rough_seconds(piece, cores()) if unknown else forecast.wall(cores())
    sketch = "; duration=8 for a sketch" if took > LONG and plan.piece.seconds > 8 else ""
    form = _form(plan.piece.seconds, piece)
    return f"rendering {form}, from {names}: {expected_time(took)}{sketch}"


def expected_time(seconds: float, *, least: bool = False) -> str:
    """Say how long a render will take, considering how busy this machine is.

    Args:
        seconds: the time that the render takes alone.
        least: whether the time of some tasks is unknown.
    """
    share = others()
    if share < BUSY:
        return f"{'at least' if least else 'about'} {long(seconds)}"
    return f"perhaps {long(seconds * (1 + share))}, because this machine is busy"


def _form(seconds: float, knobs: Mapping[str, Any]) -> str:
    return f"{seconds:g} s of {knobs['output_size']}, {as_typed(knobs['fps'])} fps"


def rough_cost(session: Session) -> str:
    """Describe the format, layers and likely time of a first render.

    Return "" once a clip is chosen, or if there are no clips.
    """
    piece = session.settings.piece()
    if any(session.clips.remembered(session.layers, piece)) or _no_clip(session):
        return ""
    layers = several(int(piece["num_videos"]), "layer")
    took = expected_time(rough_seconds(piece, cores()))
    return f"{_form(piece['duration'], piece)}, {layers}: {took} (estimated from size and length)"


def _no_clip(session: Session) -> bool:
    """Return whether there are no clips at all, scanned or not."""
    library = session.state.library
    entries = files(library.workspace, library.roots())
    return not session.footage and all(kind(one.path) != CLIP for one in entries)


def clips_foreseen(session: Session, plan: Plan | None, say: Callable[[str], None]) -> None:
    """Say which clips moved or changed since they were chosen, are unreadable, or need a probe.

    Raises:
        InputError: there is no plan, and a render would certainly fail to choose its clips.
    """
    for change in session.clips.changes:
        say(change)
    if plan is None and not session.footage:
        piece, marks = session.settings.piece(), session.clips.marks()
        wanted = slots(session.layers, piece)
        refuse_choice(session.state, session.selection, wanted, piece["duration"], marks)


def unplanned_message(session: Session, typed: Mapping[str, str] | None = None) -> str:
    """Return a note about a project that has no plan, with the command that renders it."""
    name, count = session.project.name, len(session.layers)
    if _no_clip(session):
        return f"{name}: there are no clips: copy some into library/video"
    clips = "its clip is" if count == 1 else f"its {count} clips are"
    alone = isinstance(session.state.outside, Alone)
    steps = "everything" if alone else "everything that the shared store lacks"
    text = f"{clips} not chosen yet; {steps} would be rendered"
    if None not in session.clips.remembered(session.layers, session.settings.piece()):
        text = "its thresholds are not chosen yet; what would be rendered is known once they are"
    elif session.clips.all_chosen(session.layers, session.settings.piece()):
        text = "its layers' starts depend on shots that have not been detected yet"
    elif any(session.clips.remembered(session.layers, session.settings.piece())):
        text = f"not all of {clips} chosen yet; what would be rendered is known once they are"
    words = [f"{one}={value}" for one, value in {"project": name, **(typed or {})}.items()]
    render = shlex.join(["doit", "render", *words])
    return f"{name}: {text}: {render}"


def guess_line(guess: Guess) -> str:
    """Return a line about a task: what a render would do with it, what this costs, and why."""
    cost = (
        f"{seconds_text(guess.seconds):>8} {gb(guess.bytes):>9}"
        if guess.verdict in ("render", "maybe")
        else ""
    )
    why = sentence(guess.why, guess.task)
    return f"{guess.task:<12} {VERDICTS[guess.verdict]:<14} {cost:<18}  {why}".rstrip()


def seconds_text(seconds: float | None) -> str:
    """Return a time as text, or "?" if it is unknown."""
    if seconds is None:
        return "?"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
