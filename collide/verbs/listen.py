"""render only a piece's sound and print its peak and its loudness, in stereo and mono"""

from collections.abc import Iterator, Mapping
from typing import Any

from collide.base.errors import InputError
from collide.base.words import joined
from collide.cli.request import Request
from collide.cli.summary import let_sound, sound
from collide.cli.try_next import keep
from collide.plan.planner import Plan
from collide.plan.preview_clip import listen_step
from collide.project.settings import bare
from collide.run.session import Session
from collide.syntax.variables import PIECE
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project}",),
    variables=PIECE,
    knobs=True,
)

MAX_MONO_LOSS = 6.0  # decibels; warn about a larger loss in mono (uncorrelated sides lose 3)


def run(request: Request) -> int:
    """Render the mix, measure it, and print its path."""
    path = request.existing().path / "mix.m4a"
    with request.open().aside("listen") as session:
        plan = session.plan_now()
        if not plan.piece.sounds:
            raise _silent(session, plan)
        with session.runner.showing():
            session.bring(plan, [listen_step(plan.piece, path)])
    for note in [*session.notes, *sound(session, plan), *keep(session)]:
        print(note)
    for text in _measured(session.state.results()["listen"].facts):
        print(text)
    print(f"{plan.piece.seconds:g} s · projects/{session.project.name}/{path.name}")
    print(session.run.line())
    return 0


def _silent(session: Session, plan: Plan) -> InputError:
    """Return the error for a silent piece, which suggests how to add sound."""
    project, settings = session.project.name, session.settings
    off = [n for n, one in settings.explicit.items() if bare(n) == "sound" and one.value == "off"]
    none = ["audio_sources"] if settings.piece()["audio_sources"] == 0 else []
    causes = joined([*(f"{name}=off" for name in off), *(f"{name}=0" for name in none)])
    turned = {**dict.fromkeys(off, "auto"), **dict.fromkeys(none, "2")}
    return InputError(
        f"{project} has no sound",
        why=f"no layer is audible{f' with {causes}' if causes else ''}, and there is no bed",
        fix="make them audible" if causes else let_sound(session, plan),
        turns=[turned] if turned else [],
    )


def _measured(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["lufs"] is None:
        return
    left, right = ("silent" if facts[s] is None else f"{facts[s]:g} dB" for s in ("left", "right"))
    yield f"{facts['lufs']:g} LUFS, peak {facts['peak']:g} dBTP; left {left}, right {right}"
    if facts["mono"] is None:
        yield "in mono, nothing is left: the two sides cancel each other out; lower spread"
        return
    loss = facts["lufs"] - facts["mono"]
    much = ": sounds cancel out; lower spread" if loss > MAX_MONO_LOSS else ""
    yield f"in mono {facts['mono']:g} LUFS, {max(0.0, loss):.1f} dB less{much}"
