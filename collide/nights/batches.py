"""The pieces of a batch: the projects y-001, y-002 …, which are created before they are rendered.

Each piece has its own seed. A piece is an ordinary project, so `doit plan`, `doit set` and `doit
undo` apply to each piece separately. The folders alone describe an interrupted batch. If y is a
project too, the pieces begin with the knobs of y and use the clips, presets and scripts of y.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.base import dice
from collide.base.workspace import Workspace
from collide.project.project import Project, named
from collide.project.settings import parse, plain
from collide.run.session import open_session
from collide.store.locks import held
from collide.store.objects import Store

MAX_PIECES = 999  # the maximum number of pieces in a batch
LENT = ("input", "presets", "scripts")  # y's folders that its pieces link to


@dataclass(frozen=True)
class Batch:
    """A request for pieces that have a common name and begin with the same presets and knobs."""

    workspace: Workspace
    name: str
    presets: Sequence[str] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def pieces(self) -> list[Project]:
        """Return the existing pieces, sorted by number."""
        form = re.compile(rf"{re.escape(self.name)}-\d\d\d")
        return [Project(self.workspace, n) for n in self.workspace.projects() if form.fullmatch(n)]

    def check(self) -> None:
        """Raise InputError if the name, a preset or a knob is invalid for a piece."""
        named(self.workspace, f"{self.name}-001")
        self._config()

    def refuse_without_clips(self) -> None:
        """Raise InputError, before any piece is created, if a piece could not choose its clips."""
        self.check()
        piece = named(self.workspace, self.name).drafted({"seed": 0, **self._config()})
        with open_session(
            self.workspace, piece, presets=[], typed={}, words=["batch"], say=lambda _: None
        ) as session:
            session.records = None
            session.state.require_engine()
            session.clips.chosen(session.layers, session.settings.piece())

    def record(self, count: int) -> list[Project]:
        """Create pieces until there are `count` and return the new pieces.

        No two pieces in a batch have the same seed, and a folder that contains a person's files is
        never used. If two processes create pieces at the same time, one waits for the other.

        Raises:
            InputError: `check` raises it, or a piece would need a seed above the maximum.
        """
        self.check()
        config, new = self._config(), list[Project]()
        first = config.pop("seed", None)
        with held(Store(self.workspace.cache).ready() / "locks" / f"batch-{self.name}"):
            before = self.pieces()
            seeds = _seeds(first, {piece.config().get("seed") for piece in before})
            wanted = [next(seeds) for _ in range(count - len(before))]
            for seed, piece in zip(wanted, self._free(), strict=False):
                _lend(named(self.workspace, self.name), piece)
                piece.drafted({"seed": seed, **config}).make()
                new.append(piece)
        return new

    def others(self) -> list[Project]:
        """Return the existing pieces whose settings differ from the request."""
        wanted = self._config()
        names = (wanted.keys() & {*self.knobs, "preset" if self.presets else ""}) - {"seed"}
        configs = ((piece, piece.config()) for piece in self.pieces())
        return [p for p, config in configs if any(config.get(n) != wanted[n] for n in names)]

    def _free(self) -> Iterator[Project]:
        """Yield the pieces whose folders have neither a config nor other files, in order."""
        for number in range(1, MAX_PIECES + 1):
            piece = Project(self.workspace, f"{self.name}-{number:03d}")
            inside = piece.path.iterdir() if piece.path.exists() else ()
            # a process that is killed after `_lend` leaves a folder with only links
            if not piece.exists() and all(path.is_symlink() for path in inside):
                yield piece

    def _config(self) -> dict[str, Any]:
        """Return the initial config of a piece, with a seed only if the request names one.

        A preset in the command overrides the knobs of y's config. A config cannot express this, so
        in that case it has the merged settings knob by knob.
        """
        own = named(self.workspace, self.name)
        settings = own.settings(list(self.presets), self.knobs)
        base = own.config()
        preset = base.pop("preset", [])
        presets = [*(preset.split(",") if isinstance(preset, str) else preset), *self.presets]
        if self.presets and base.keys() - {"seed"}:
            whole = {name: plain(setting.value) for name, setting in settings.explicit.items()}
        else:
            whole = {**({"preset": presets} if presets else {}), **base, **self.knobs}
        if "seed" not in self.knobs:
            whole.pop("seed", None)
        return whole


def _seeds(first: int | None, taken: set[Any]) -> Iterator[int]:
    """Yield unused seeds (random, or from `first` up); raise InputError beyond the last seed."""
    for seed in iter(dice.new_seed, None) if first is None else itertools.count(first):
        parse("seed", str(seed))
        if seed not in taken:
            taken.add(seed)
            yield seed


def _lend(own: Project, piece: Project) -> None:
    """Link a piece to the folders of the project that its batch is named after."""
    for name in LENT:
        if (own.path / name).is_dir() and not (piece.path / name).is_symlink():
            piece.path.mkdir(parents=True, exist_ok=True)
            (piece.path / name).symlink_to(Path("..", own.name, name))
