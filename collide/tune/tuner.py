"""The actions of a page, one function each: turn knobs, undo, roll dice, keep, star, render.

Actions come from a browser, so each is checked like a command. The response includes the
equivalent doit command.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from collide.base import dice
from collide.base.clock import sleep
from collide.base.errors import CollideError, InputError
from collide.base.files import write_whole
from collide.base.words import joined
from collide.cli.request import Request
from collide.engine.cancel import Cancel
from collide.engine.programs import find_engine
from collide.limits import as_typed
from collide.plan.manifest import look_file
from collide.project.layer_knobs import refuse_missing_layers
from collide.project.piece import Piece
from collide.project.reroll import parts, rerolled
from collide.project.saved_files import saved
from collide.project.settings import find, parse, plain
from collide.project.stars import star, starred, unstar
from collide.project.thresholds import freed_by_roll
from collide.run.session import Session
from collide.syntax.arguments import line
from collide.tune.draft import Draft, History, at_of
from collide.tune.page_errors import in_words
from collide.tune.painter import Painter, Tell, Wish

DAY = 86400.0  # seconds; the time limit of a render
GRACE, BRIEF = 20.0, 0.05  # seconds: for a stopped render to exit, and between checks
STOPPED = "stopped; finished work is kept"


class Tuner:
    """A tuning session of a project: its drafts and the painter."""

    def __init__(self, request: Request, at: float | None, tell: Tell) -> None:
        self._request, self._tell = request, tell
        self.history = History(Draft(tuple(request.presets), dict(request.knobs)))
        self.at = at
        self._number = 0
        self._home = request.existing().path
        self.saved = saved(
            request.workspace.root, self._home
        )  # the files' state at the last request
        self._lock = threading.Lock()
        self._rendering: Cancel | None = None
        self._stopping = False
        self.painter = Painter(request, tell)

    @property
    def project(self) -> str:
        """Return the project's name."""
        return str(self._request.project)

    def close(self) -> None:
        """Stop the painter and a running render."""
        self._stop({})
        self.painter.close()
        for _ in range(round(GRACE / BRIEF)):
            if self._rendering:
                sleep(BRIEF)
        if rendering := self._rendering:
            rendering.stop()

    def act(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Perform an action and return the resulting state; raise CollideError if it fails."""
        if name not in ACTS:
            raise InputError(
                f"there is no action {name!r}",
                why=f"the actions are {', '.join(ACTS)}",
                fix="reload the page",
            )
        try:
            with self._lock:
                more = ACTS[name](self, body) or {}
                holds = self.holds()
        except Exception as error:
            raise in_words(error, self._request.workspace) from None
        self._tell("holds", holds)  # keep other pages of the session in sync
        return {**holds, **more}

    def holds(self) -> dict[str, Any]:
        """Return the session's state: turned knobs, the equivalent command, and stars."""
        draft = self.history.now
        at = {} if self.at is None else {"at": f"{self.at:g}"}
        return {
            "number": self._number,
            "typed": dict(draft.knobs),
            "presets": list(draft.presets),
            **self.history.ways,
            "line": draft.line("still", self.project, **at),
            "rendering": self._rendering is not None,
            "starred": sorted(self._starred()),
        }

    def look(self, *, quick: bool = False, kept: bool = False) -> None:
        """Request pictures of the current draft."""
        self._number += 1
        self.saved = saved(self._request.workspace.root, self._home)
        self.painter.want(Wish(self._number, self.history.now, self.at, quick, self.saved, kept))

    def follow(self) -> None:
        """Request new pictures if a file was saved elsewhere, such as a config edited by hand."""
        with self._lock:
            if saved(self._request.workspace.root, self._home) == self.saved:
                return
            self.look(quick=True)
            holds = self.holds()
        self._tell("holds", holds)

    def _turn(self, body: Mapping[str, Any]) -> None:
        knobs = body.get("knobs")
        if not isinstance(knobs, dict) or len(knobs) > 200:
            raise _malformed("knobs")
        catalog = self._request.existing().catalog
        for name, text in knobs.items():
            find(name, catalog)
            if text is not None:
                parse(name, str(text), catalog)
        texts = {name: None if text is None else str(text) for name, text in knobs.items()}
        draft = self.history.now.turned(texts)
        self._checked(draft)
        self.history.turn(draft, str(body.get("gesture", "")))
        self.look(quick=body.get("quick") is True)

    def _seek(self, body: Mapping[str, Any]) -> None:
        self.at = at_of(body.get("at"))
        self.look(quick=body.get("quick") is True)

    def _compare(self, body: Mapping[str, Any]) -> None:
        """Request the pictures at a time, including the config's picture."""
        self.at = at_of(body.get("at"))
        self.look(kept=True)

    def _undo(self, _body: Mapping[str, Any]) -> None:
        self.history.undo()
        self.look(quick=True)

    def _redo(self, _body: Mapping[str, Any]) -> None:
        self.history.redo()
        self.look(quick=True)

    def _preset(self, body: Mapping[str, Any]) -> None:
        names = body.get("names")
        if not isinstance(names, list) or len(names) > 20:
            raise _malformed("names")
        draft = Draft(tuple(map(str, names)), self.history.now.knobs)
        self._checked(draft)
        self.history.turn(draft)
        self.look(quick=True)

    def _dice(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Roll the dice for a layer or for all parts that are not kept, and free the thresholds."""
        number, seed = body.get("layer"), dice.new_seed()
        with self._opened() as session:
            piece = session.plan_now(keep=False).piece
        if number is not None:
            knobs = {f"layer{int(number)}.dice": str(seed)}
        else:
            keep = body.get("keep")
            if not isinstance(keep, list):
                raise _malformed("keep")
            values = rerolled(piece, seed, parts(map(str, keep), piece))
            knobs = {name: as_typed(plain(value)) for name, value in values.items()}
        draft, solved = self._solved_again(self.history.now.turned(knobs), piece)
        self._checked(draft)
        self.history.turn(draft)
        self.look(quick=True)
        layers = f"layer{'s' if len(solved) > 1 else ''} {joined([*map(str, solved)])}"
        return {"note": f"thresholds of {layers}: solved again for the new clips"} if solved else {}

    def _solved_again(self, draft: Draft, before: Piece) -> tuple[Draft, list[int]]:
        """Return the roll with the thresholds that it frees, and the numbers of their layers."""
        settings = self._request.existing().settings(list(draft.presets), draft.knobs)
        free = freed_by_roll(settings, before)
        knobs = {name: as_typed(value) for one in free.values() for name, value in one.items()}
        return draft.turned(knobs), [*free]

    def _keep(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        """Write the turned knobs and presets into config.json."""
        project, draft = self._request.existing(), self.history.now
        if draft == Draft():
            raise InputError(
                "there is nothing to keep", why="no knob was turned", fix="turn a knob first"
            )
        values = draft.kept(project)
        project.turn(values)
        self.history.turn(Draft())
        self.look()
        did = line(["set"], {"project": self.project, **draft.as_set(values)})
        return {"did": did, "note": f"saved in projects/{self.project}/config.json, as {did} does"}

    def _star(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Star the current look or remove its star; the next render of a starred look pins it."""
        with self._opened() as session:
            piece = session.plan_now().piece
            file = piece.project.path / "looks" / f"{piece.look}.json"
            off = body.get("off") is True
            if off:
                unstar(piece.project, session.state.store, piece.look)
            else:
                if not file.exists():
                    write_whole(file, look_file(piece))
                star(piece.project, piece.look)
        typed = {"project": self.project, "look": piece.look, **({"off": "true"} if off else {})}
        note = f"look {piece.look} {'is no longer starred' if off else 'is starred'}"
        return {"did": line(["star"], typed), "note": note}

    def _render(self, _body: Mapping[str, Any]) -> dict[str, Any]:
        """Render the draft in a separate process, one task at a time, to keep the page fast."""
        if self._rendering:
            raise InputError("a render is running", why="only one can run", fix="stop it, or wait")
        draft, self._stopping = self.history.now, False
        words = draft.line("render", self.project)
        self._rendering = token = Cancel()
        typed = draft.request(self._request, token).typed()[1:]
        threading.Thread(target=self._rendered, args=(typed, token), daemon=True).start()
        return {"did": words}

    def _starred(self) -> set[str]:
        """Return the starred looks, or an empty set if the project is gone."""
        try:
            return starred(self._request.existing())
        except CollideError:
            return set()

    def _stop(self, _body: Mapping[str, Any]) -> None:
        """Interrupt the render as Ctrl-C does, which keeps and records the finished steps."""
        if rendering := self._rendering:
            self._stopping = True
            rendering.interrupt()

    def _rendered(self, typed: list[str], token: Cancel) -> None:
        root = self._request.workspace.root
        try:
            how, text = find_engine(token).doit(
                ["-n", "1", "render", *typed],
                root=root,
                seconds=DAY,
                on_output=lambda text: self._tell("progress", {"line": text.rstrip()}),
                behind=True,
            )
            ended = {"failed": (text.strip() or how) if how else ""}
            if how and self._stopping:
                ended = {"failed": STOPPED}
        except KeyboardInterrupt:  # the token was cancelled
            ended = {"failed": STOPPED}
        except (OSError, CollideError) as error:
            ended = {"failed": f"the render could not be started: {error}"}
        finally:
            self._rendering = None
            token.close()
        self._tell("rendered", ended)

    def _opened(self) -> Session:
        request = self.history.now.request(self._request, Cancel())
        session = request.open(say=lambda _: None)
        session.records = None
        return session

    def _checked(self, draft: Draft) -> None:
        """Raise an error for a draft that doit would refuse: an invalid name, value or layer."""
        project = self._request.existing()
        settings = project.settings(list(draft.presets), draft.knobs)
        refuse_missing_layers(settings, draft.knobs)


def _malformed(name: str) -> InputError:
    return InputError(
        f"{name} is malformed", why="the page sends it in a different form", fix="reload the page"
    )


Act = Callable[[Tuner, Mapping[str, Any]], dict[str, Any] | None]
ACTS: Mapping[str, Act] = {
    "look": lambda tuner, _body: tuner.look(quick=True),
    "turn": Tuner._turn,
    "seek": Tuner._seek,
    "kept": Tuner._compare,
    "undo": Tuner._undo,
    "redo": Tuner._redo,
    "preset": Tuner._preset,
    "dice": Tuner._dice,
    "keep": Tuner._keep,
    "star": Tuner._star,
    "render": Tuner._render,
    "stop": Tuner._stop,
}
