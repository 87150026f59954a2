"""The painter: it makes the pictures of a draft, the newest first, and cancels unwanted ones.

One thread works on one request at a time, in this order: what the piece is, a quick picture, the
exact still, the loop that moves. A newer request cancels the one before, whose finished steps stay
in the store; of those that wait only the last is kept.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from collide.base.clock import monotonic
from collide.base.errors import Cancelled, CollideError
from collide.cli.request import Request
from collide.engine.cancel import Cancel
from collide.engine.machine import cores
from collide.plan.planner import Plan
from collide.plan.preview_clip import small
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.project.presets import listed
from collide.run.forecast import predict
from collide.run.record import RunRecord
from collide.run.runner import waited_for
from collide.run.session import Session
from collide.store.step import Step
from collide.tune import preview_loop
from collide.tune.controls import controls
from collide.tune.draft import Draft

Tell = Callable[[str, dict[str, Any]], None]  # what kind of news, and the news as plain data
LONG = ("layer", "matte", "stack", "post")  # kinds of steps that a still waits for seldom


@dataclass(frozen=True)
class Wish:
    """What a page wants to see: a draft, at a time."""

    number: int
    draft: Draft
    at: float | None  # seconds; None: the middle
    quick: bool = False  # a small picture at once, since the page cannot play what was turned


class Painter:
    """Makes pictures in a thread of its own, and tells of them."""

    def __init__(self, asked: Request, tell: Tell) -> None:
        self._asked, self._tell = asked, tell
        self._changed = threading.Condition()
        self._next: Wish | None = None
        self._token = Cancel()
        self._ended = False
        self.record = RunRecord(str(asked.project), asked.typed())
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def want(self, wish: Wish) -> None:
        """Make this next, and stop what is made now."""
        with self._changed:
            self._next = wish
            token = self._token
            self._changed.notify()
        token.stop()

    def close(self) -> None:
        """Stop, wait until it has, and write the record of all that was made."""
        with self._changed:
            self._ended = True
            token = self._token
            self._changed.notify()
        token.stop()
        self._thread.join()
        if self.record.tasks:
            self.record.write(self._asked.workspace.cache / "runs")

    def _live(self) -> None:
        while True:
            with self._changed:
                while not (self._next or self._ended):
                    self._changed.wait()
                wish, self._next, self._token = self._next, None, Cancel()
                token = self._token
            if self._ended or wish is None:
                return
            try:
                self._paint(wish, token)
            except Cancelled:
                continue
            except Exception as error:  # it is told, and the next wish is painted
                self._tell("trouble", {"of": wish.number, **_parts(error)})

    def _paint(self, wish: Wish, token: Cancel) -> None:
        with self._opened(wish, token) as session:
            plan = session.plan_now()
            at = _frame(plan, wish)
            seconds = plan.piece.seconds_of(at)
            self._tell("piece", {"of": wish.number, "at": seconds, **_described(session, plan)})
            size = small(plan.piece.knobs["output_size"])
            if wish.quick:
                self._quick(wish, token, size)
            self._still(wish, session, plan, at)
        self._loop(wish, token, size, at)

    @contextmanager
    def _opened(self, wish: Wish, token: Cancel, **knobs: str) -> Iterator[Session]:
        """Open a draft, with receipts of its own; what its steps did is added to the record."""
        request = wish.draft.request(self._asked, token, **knobs)
        with request.open(say=lambda _: None) as session:
            session.records = None
            try:
                yield session.aside("tune")
            finally:
                for done in session.run.tasks.values():
                    if done.status not in ("kept", "failed"):
                        self.record.add(replace(done, task=f"{wish.number}/{done.task}"))
                self.record.commands += session.run.commands

    def _quick(self, wish: Wish, token: Cancel, size: str) -> None:
        with self._opened(wish, token, output_size=size) as session:
            plan = session.plan_now(keep=False)
            at = _frame(plan, wish)
            self._bring(wish, session, plan, [*still_steps(plan.piece, at)])
            self._tell("quick", {"of": wish.number, **_file(session, STILL, "still.png")})

    def _still(self, wish: Wish, session: Session, plan: Plan, at: int) -> None:
        began = monotonic()
        self._bring(wish, session, plan, [*still_steps(plan.piece, at)])
        news = {
            "look": plan.piece.look,
            "at": plan.piece.seconds_of(at),
            "took": round(monotonic() - began, 3),
            **_file(session, STILL, "still.png"),
        }
        self._tell("still", {"of": wish.number, **news})

    def _loop(self, wish: Wish, token: Cancel, size: str, at: int) -> None:
        with self._opened(wish, token, output_size=size) as session:
            plan = session.plan_now(keep=False)
            seen = preview_loop.window(plan.piece, at)
            self._bring(wish, session, plan, [*preview_loop.loop_steps(plan.piece, seen, at)])
            news = preview_loop.described(plan.piece, seen, session.state.results())
            file = _file(session, preview_loop.TASK, "atlas.mp4")
            self._tell("loop", {"of": wish.number, **news, **file})

    def _bring(self, wish: Wish, session: Session, plan: Plan, steps: list[Step]) -> None:
        """Bring steps up to date, after telling which long ones they wait for."""
        waits = sorted({s.task for s in waited_for(plan, steps) if s.kind in LONG})
        if waits:
            self._tell("waits", {"of": wish.number, "tasks": waits})
        session.bring(plan, steps)


def _frame(plan: Plan, wish: Wish) -> int:
    """Return the frame that is wished for; after the end of a shorter draft, its last."""
    piece = plan.piece
    return (
        piece.frames // 2 if wish.at is None else min(piece.frames - 1, round(wish.at * piece.fps))
    )


def _described(session: Session, plan: Plan) -> dict[str, Any]:
    """Return what a page shows of a piece beside its picture."""
    piece, forecast = plan.piece, predict(session.state, plan)
    results = session.state.results()
    layers = []
    for layer in piece.layers:
        entry = results.get(f"color:{layer.number}") if layer.keyed else None
        colors = entry.facts.get("colors", []) if entry else []
        layers.append(
            {
                "number": layer.number,
                "clip": layer.pick.name,
                "start": round(layer.start, 3),
                "mode": layer.mode,
                "colors": [f"#{color[2:8]}" for color in colors],
            }
        )
    unpriced = [guess.task for guess in forecast.of("render") if guess.seconds is None]
    return {
        "project": piece.project.name,
        "presets": [*listed([piece.project.path / "presets", session.workspace.root / "presets"])],
        "look": piece.look,
        "seconds": piece.seconds,
        "fps": float(piece.fps),
        "size": piece.knobs["output_size"],
        "seed": piece.knobs["seed"],
        "layers": layers,
        "controls": [*controls(plan, session.settings)],
        "price": round(forecast.wall(cores()), 1),
        "unpriced": len(unpriced),
        "notes": [*dict.fromkeys(session.notes)],
    }


def _file(session: Session, task: str, role: str) -> dict[str, str]:
    """Return the digest of a file that a task made."""
    return {"file": session.state.results()[task].objects[role].digest}


def _parts(error: Exception) -> dict[str, str]:
    if isinstance(error, CollideError):
        return {"what": error.what, "why": error.why, "fix": error.fix}
    if isinstance(error, OSError):
        return {"what": str(error), "why": "the system refused it", "fix": "look at the disk"}
    what = f"{type(error).__name__}: {error}"
    return {"what": what, "why": "it is a mistake of collide's own", "fix": "undo, or go on"}
