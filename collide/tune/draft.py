"""Drafts (presets and knobs on top of the config) and the history for undo.

A draft holds presets and knobs as an artist would type them. Nothing is rendered here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collide.cli.request import Request
from collide.engine.cancel import Cancel
from collide.limits import as_typed
from collide.project.project import Project
from collide.project.settings import plain, renamed
from collide.run.runner import Context
from collide.syntax.arguments import line
from collide.syntax.variables import AT

MOST = 500  # the maximum number of drafts to keep for undo


@dataclass(frozen=True)
class Draft:
    """Presets and knobs on top of the config, as typed after `doit still project=x`."""

    presets: tuple[str, ...] = ()
    knobs: Mapping[str, str] = field(default_factory=dict)

    def turned(self, knobs: Mapping[str, str | None]) -> "Draft":
        """Return this draft with knobs turned; None resets a knob to the config's value."""
        kept = {name: text for name, text in {**self.knobs, **knobs}.items() if text is not None}
        return replace(self, knobs=kept)

    def request(self, typed_request: Request, cancel: Cancel, **more: str) -> Request:
        """Return this draft as a request, with the knobs in `more`, which printed commands omit."""
        raw = {"project": typed_request.raw["project"]}
        variables = {"project": typed_request.variables["project"]}
        if self.presets:
            raw["preset"], variables["preset"] = ",".join(self.presets), self.presets
        knobs = {**self.knobs, **more}
        context = Context(0, cancel)
        return replace(typed_request, knobs=knobs, raw=raw, variables=variables, context=context)

    def line(self, verb: str, project: str, **more: str) -> str:
        """Return the doit command that makes the picture on the page."""
        presets = {"preset": ",".join(self.presets)} if self.presets else {}
        return line([verb], {"project": project, **presets, **self.knobs, **more})

    def kept(self, project: Project) -> dict[str, Any]:
        """Return the changes to config.json that keep this draft.

        Presets are kept by name, unless a knob in the config would then override one of them. In
        that case, every set knob is kept with its value.
        """
        config, wanted = project.config(), _values(project, self)
        own = config.get("preset", [])
        before = own.split(",") if isinstance(own, str) else own
        named = [*(n for n in before if n not in self.presets), *self.presets]
        knobs = {name: plain(wanted[name]) for name in map(_current, self.knobs)}
        after = {**knobs, **({"preset": named} if self.presets else {})}
        if _values(project.drafted({**config, **after}), Draft()) == wanted:
            return after
        return {name: plain(value) for name, value in wanted.items()}

    def as_set(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the kept values as one would type them for `doit set`."""
        return {name: as_typed(value) for name, value in values.items()}


def _values(project: Project, draft: Draft) -> dict[str, Any]:
    explicit = project.settings(list(draft.presets), draft.knobs).explicit
    return {name: setting.value for name, setting in explicit.items()}


def _current(name: str) -> str:
    return renamed(name)[0]


class History:
    """The drafts of a session (in order) and the current draft: one history for all pages."""

    def __init__(self, first: Draft) -> None:
        self._drafts, self._at, self._gesture = [first], 0, ""

    @property
    def now(self) -> Draft:
        """Return the current draft."""
        return self._drafts[self._at]

    @property
    def ways(self) -> dict[str, bool]:
        """Return whether undo and redo are possible."""
        return {"undo": self._at > 0, "redo": self._at + 1 < len(self._drafts)}

    def turn(self, draft: Draft, gesture: str = "") -> None:
        """If a draft differs from the current draft, append it and drop all undone drafts.

        Only the last draft of a gesture (such as a drag) is kept.
        """
        if draft == self.now:
            return
        again = bool(gesture) and gesture == self._gesture and self._at > 0
        kept = self._drafts[: self._at + (0 if again else 1)]
        self._drafts = [*kept, draft][-MOST:]
        self._at, self._gesture = len(self._drafts) - 1, gesture

    def undo(self) -> None:
        """Go back to the previous draft, if any."""
        self._at, self._gesture = max(0, self._at - 1), ""

    def redo(self) -> None:
        """Go forward to the next draft, if any."""
        self._at, self._gesture = min(len(self._drafts) - 1, self._at + 1), ""


def at_of(text: Any) -> float:
    """Return the time (in seconds) in a request; raise BadValueError if it is not a time."""
    return float(AT.read("at", str(text)))
