"""The painter, which renders pictures of the newest draft and cancels outdated work.

A single thread works on one request at a time, in this order: a quick picture, the description of
the piece (which comes first in the first request), the exact still, the moving preview. A newer
request cancels the current request unless the current request covers it, so releasing a slider does
not restart the work. Finished steps stay in the store. Only the last waiting request is kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from collide.base.clock import monotonic
from collide.base.errors import Cancelled
from collide.base.hashing import digest
from collide.cli.request import Request
from collide.engine.analyst import Analyst
from collide.engine.cancel import Cancel
from collide.engine.machine import cores
from collide.plan.color_steps import kept_keyframes
from collide.plan.planner import Plan
from collide.plan.preview_clip import small
from collide.plan.quick_frame import before_quick, missing, part_steps, playable, quick_step
from collide.plan.still_frame import TASK as STILL
from collide.plan.still_frame import still_steps
from collide.run.build_state import BuildState
from collide.run.forecast import Forecast, predict
from collide.run.perform import passing
from collide.run.record import RunRecord
from collide.run.runner import Context, waited_for
from collide.run.session import Session
from collide.store.step import Step
from collide.tune import preview_loop
from collide.tune.controls import controls
from collide.tune.described import described
from collide.tune.draft import Draft
from collide.tune.page_errors import in_words, parts
from collide.tune.tab_pictures import TabPictures

Tell = Callable[[str, dict[str, Any]], None]  # takes the kind of news, and the news itself
LONG = ("layer", "matte", "stack", "post")  # kinds of steps that may delay a still
MOST_PICTURES = 8  # quick pictures to keep in memory, because they are not in the store


@dataclass(frozen=True)
class Wish:
    """A request from a page for the pictures of a draft at a given time in the piece."""

    number: int
    draft: Draft
    at: float | None  # seconds; None for the middle
    quick: bool = False  # whether to render a small picture first
    saved: object = None  # the state of the files that the artist edits
    kept: bool = False  # whether to render the config's picture too

    def is_in(self, other: "Wish") -> bool:
        """Return whether another request includes everything in this request."""
        same = (self.draft, self.at, self.saved) == (other.draft, other.at, other.saved)
        return same and self.quick <= other.quick and self.kept <= other.kept


class Painter:
    """A thread that renders pictures and reports them to pages."""

    def __init__(self, request: Request, tell: Tell) -> None:
        self._request, self._tell = request, tell
        self._changed = threading.Condition()
        self._next: Wish | None = None
        self._now: Wish | None = None  # the current request
        self._news: list[tuple[str, dict[str, Any]]] = []  # all news of the current request so far
        self._described = False
        self._kept: object = None  # the state of the files when the config's picture was rendered
        self._token, self._help = Cancel(), Cancel()
        self._analyst = Analyst(self._help)  # its imports take longer than most pictures
        self._ended = False
        self._tabs = TabPictures()
        self.pictures: OrderedDict[str, bytes] = OrderedDict()  # by digest, the newest last
        self.record = RunRecord(str(request.project), request.typed())
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def want(self, wish: Wish) -> None:
        """Work on a request next; cancel the current request unless it covers the new request."""
        with self._changed:
            if self._now and not self._next and wish.is_in(self._now):
                self._now = wish
                for kind, news in self._news:
                    self._tell(kind, {"of": wish.number, **news})
                return
            self._next = wish
            token = self._token
            self._changed.notify()
        token.stop()

    def close(self) -> None:
        """Stop the thread, wait until it ends, and write the record of the finished steps."""
        with self._changed:
            self._ended = True
            token = self._token
            self._changed.notify()
        token.stop()
        self._thread.join()
        self._analyst.close()
        self._help.close()
        if self.record.tasks:
            self.record.write(self._request.workspace.cache / "runs")

    def _live(self) -> None:
        while True:
            with self._changed:
                while not (self._next or self._ended):
                    self._changed.wait()
                self._now, self._next, self._token = self._next, None, Cancel()
                wish, token, self._news = self._now, self._token, []
            if self._ended or wish is None:
                return
            try:
                self._paint(wish, token)
            except Cancelled:
                continue
            except Exception as error:  # report it and continue with the next request
                self._say("trouble", parts(in_words(error, self._request.workspace)))
            finally:
                with self._changed:
                    self._now = None
                token.close()

    def _say(self, kind: str, news: dict[str, Any]) -> None:
        with self._changed:
            if self._now:
                self._news.append((kind, news))
                self._tell(kind, {"of": self._now.number, **news})

    def _paint(self, wish: Wish, token: Cancel) -> None:
        with self._opened(wish, token) as session:
            plan = session.plan_now()
            at = _frame(plan, wish)
            early = not self._described
            if early:  # the page needs controls before the first picture
                self._describe(session, plan, at)
            steps = [*still_steps(plan.piece, at)]
            if wish.quick and not _there(session, plan, steps):
                self._quick(session, plan, at)
            if not early:
                self._describe(session, plan, at)
            self._still(session, plan, at, steps)
            if wish.draft == Draft():
                self._say_kept(session, plan, plan.piece.seconds_of(at), wish)
            if early:  # update the colors, which were those of the last run
                self._describe(session, plan, at)
            self._say("tabs", {"layers": self._tabs.news(session.state, plan.piece.layers)})
            if playable(plan.piece):
                self._parts(session, plan, at)
        if wish.draft != Draft():
            self._compared(wish, token, plan.piece.seconds_of(at))
        size = small(plan.piece.knobs["output_size"])
        self._loop(wish, token, size, at)

    def _describe(self, session: Session, plan: Plan, at: int) -> None:
        self._say("piece", {"at": plan.piece.seconds_of(at), **described(session, plan)})
        self._described = True

    @contextmanager
    def _opened(self, wish: Wish, token: Cancel, **knobs: str) -> Iterator[Session]:
        """Open a session for the draft with its own receipts; record its finished steps."""
        request = wish.draft.request(self._request, token, **knobs)
        request = replace(request, context=Context(0, token, self._analyst))
        with request.open(say=lambda _: None) as session:
            session.state.stay_alone()
            session.records = None
            try:
                yield session.aside("tune")
            finally:
                for done in session.run.tasks.values():
                    if done.status not in ("kept", "failed"):
                        self.record.add(replace(done, task=f"{wish.number}/{done.task}"))
                self.record.commands += session.run.commands

    def _quick(self, session: Session, plan: Plan, at: int) -> None:
        """Render and send a small picture without storing it, unless a layer has a matte."""
        if not playable(plan.piece):
            return
        plan, state = _sooner(session, plan), session.state
        self._bring(session, plan, before_quick(plan, at))
        kept = part_steps(plan.piece, at)
        stored = [name for name, step in kept.items() if _stored(state, step)]
        for name in stored:
            session.runner.run(kept[name])
        state.steps |= {step.task: step for step in kept.values()}
        picture = passing(state, quick_step(plan.piece, at, stored))["still.png"]
        name = digest(picture)
        self.pictures[name] = picture
        while len(self.pictures) > MOST_PICTURES:
            self.pictures.popitem(last=False)
        news = {"at": plan.piece.seconds_of(at), "missing": missing(plan.piece)}
        self._say("quick", {"file": name, **news})

    def _parts(self, session: Session, plan: Plan, at: int) -> None:
        """Store the small planes of all layers, most of which the next quick picture can reuse."""
        steps = [*before_quick(plan, at), *part_steps(plan.piece, at).values()]
        self._bring(session, plan, steps)

    def _still(self, session: Session, plan: Plan, at: int, steps: list[Step]) -> None:
        began = monotonic()
        self._bring(session, _sooner(session, plan), steps)
        news = {
            "look": plan.piece.look,
            "at": plan.piece.seconds_of(at),
            "took": round(monotonic() - began, 3),
            **_file(session, STILL, "still.png"),
        }
        self._say("still", news)

    def _compared(self, wish: Wish, token: Cancel, seconds: float) -> None:
        """Render the config's picture if requested; if not, say when that picture is outdated."""
        if not wish.kept:
            if self._kept not in (None, wish.saved):
                self._kept = None
                self._say("kept", {})
            return
        config = replace(wish, draft=Draft(), at=seconds)
        with self._opened(config, token) as session:
            plan = session.plan_now(keep=False)
            self._bring(
                session, _sooner(session, plan), [*still_steps(plan.piece, _frame(plan, config))]
            )
            self._say_kept(session, plan, seconds, wish)

    def _say_kept(self, session: Session, plan: Plan, seconds: float, wish: Wish) -> None:
        """Report the config's picture at a time, and the values of its controls."""
        self._kept = wish.saved
        values = {one["name"]: one["value"] for one in controls(plan, session.settings)}
        news = {"at": seconds, "values": values, **_file(session, STILL, "still.png")}
        self._say("kept", news)

    def _loop(self, wish: Wish, token: Cancel, size: str, at: int) -> None:
        with self._opened(wish, token, output_size=size) as session:
            plan = session.plan_now(keep=False)
            seen = preview_loop.window(plan.piece, at)
            steps = [*preview_loop.loop_steps(plan.piece, seen)]
            left = _forecast(session, plan, steps)
            unpriced = sum(guess.seconds is None for guess in left.of("render"))
            news = {"seconds": round(left.wall(cores()), 1), "unpriced": unpriced}
            self._say("making", {"at": plan.piece.seconds_of(at), **news})
            self._bring(session, plan, steps)
            news = preview_loop.described(plan.piece, seen, session.state.results())
            self._say("loop", {**news, **_file(session, preview_loop.TASK, "atlas.mp4")})

    def _bring(self, session: Session, plan: Plan, steps: list[Step]) -> None:
        """Bring steps up to date, after reporting which slow steps they wait for."""
        waits = sorted({s.task for s in waited_for(plan, steps) if s.kind in LONG})
        if waits:
            self._say("waits", {"tasks": waits})
        session.bring(plan, steps)


def _frame(plan: Plan, wish: Wish) -> int:
    """Return the number of the frame to show, by default the middle frame."""
    piece = plan.piece
    return (
        piece.frames // 2 if wish.at is None else min(piece.frames - 1, round(wish.at * piece.fps))
    )


def _there(session: Session, plan: Plan, steps: list[Step]) -> bool:
    """Return whether the still is already rendered, which makes a quick picture unnecessary."""
    return _forecast(session, plan, steps).guesses[STILL].verdict in ("keep", "restore")


def _forecast(session: Session, plan: Plan, steps: list[Step]) -> Forecast:
    wanted = {step.task: step for step in [*waited_for(plan, steps), *steps]}
    return predict(session.state, replace(plan, steps=wanted))


def _stored(state: BuildState, step: Step) -> bool:
    """Return whether all results of a step are in the store."""
    entry = state.find(state.key(step))
    return entry is not None and state.store.complete(entry)


def _sooner(session: Session, plan: Plan) -> Plan:
    """Return the plan with missing keyframes made from kept frames where possible."""
    state, steps = session.state, dict[str, Step]()
    for task, step in plan.steps.items():
        new_steps = [step]
        if step.kind == "keyframe" and state.ready(step) and not state.find(state.key(step)):
            layer = plan.piece.layers[int(task.partition(":")[2]) - 1]
            new_steps = kept_keyframes(plan.piece, layer, step)
        steps |= {one.task: one for one in new_steps}
    return replace(plan, steps=steps)


def _file(session: Session, task: str, role: str) -> dict[str, str]:
    """Return the digest of a file that a task rendered, as part of the news."""
    return {"file": session.state.results()[task].objects[role].digest}
