"""The inventory of clips (content, origin, uses, lookalikes) and the search behind `doit clips`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collide.base.errors import InputError
from collide.base.media import Clip
from collide.base.strict_json import read_json
from collide.library.file_names import composed, matching
from collide.library.folders import CLIP, kind
from collide.library.library import Library
from collide.library.likeness import Signature, groups
from collide.library.provenance import Provenance
from collide.library.temper import Temper
from collide.project.project import Project
from collide.project.selection import Selection, slots


@dataclass
class Row:
    """A clip, identified by its content and listed under its first name."""

    name: str
    digest: str
    clip: Clip
    origin: Mapping[str, str]  # untrusted text; {} if unknown
    signature: list[str] | None  # None if not computed yet
    used: int  # the number of projects that use it; see `uses`
    copies: list[str] = field(default_factory=list)  # other names of the same content
    like: str = ""  # the digest of the first clip in its group of lookalikes, or ""
    rank: int = 0  # rank by quality among all clips; 0 for the best
    temper: Temper | None = None  # None if not analyzed yet

    @property
    def short(self) -> int:
        """Return the length of the clip's shorter side, in pixels."""
        return min(self.clip.width, self.clip.height)

    @property
    def license(self) -> str:
        """Return the license stated by the clip's site, or ""."""
        return self.origin.get("license", "")

    @property
    def seen(self) -> str:
        """Return the clip's motion, light and shots in words, or "" if it was not analyzed."""
        if self.temper is None:
            return ""
        part = self.temper.seen < 0.98 * self.clip.seconds
        whole = f"{self.temper.seen / 60:.1f} of {self.clip.seconds / 60:.1f} min"
        return f"{self.temper.text}{f', in {whole}' if part else ''}"

    def words(self) -> str:
        """Return the text that a search looks through, in lower case."""
        return composed(" ".join([self.name, *self.copies, *self.origin.values()])).lower()


@dataclass
class Inventory:
    """All current clips of a workspace."""

    rows: list[Row]
    notes: list[str]  # about projects that could not be read

    @property
    def unseen(self) -> int:
        """Return the number of clips that lack a signature, so their lookalikes are unknown."""
        return sum(row.signature is None for row in self.rows)


def inventory(library: Library) -> Inventory:
    """Return the current clips of a workspace: one row per content, in the library's order."""
    rows: dict[str, Row] = {}
    used, notes = uses(library)
    origins = Provenance(library.workspace).all()
    for name, record in library.contents["clips"].items():
        if CLIP not in record or "gone" in record:
            continue
        digest = record["digest"]
        if digest in rows:
            rows[digest].copies.append(name)
        else:
            clip, signature = Clip.of(record[CLIP]), record.get("signature")
            rows[digest] = Row(
                name,
                digest,
                clip,
                origins.get(digest, {}),
                signature,
                used[digest],
                temper=Temper.of(record.get("shots")),
            )
    looks = {d: Signature(r.clip.seconds, r.signature) for d, r in rows.items() if r.signature}
    for digest, first in groups(looks).items():
        rows[digest].like = first
    for rank, row in enumerate(sorted(rows.values(), key=_worth, reverse=True)):
        row.rank = rank
    return Inventory(list(rows.values()), notes)


def uses(library: Library) -> tuple[Counter[str], list[str]]:
    """Return how many projects use each clip or sound, and a note for each unreadable project.

    A project uses the clips and sounds in its last manifest. A project that was never rendered uses
    the clips selected for its current config. Selections for other seeds and takes do not count.
    """
    counts, notes = Counter[str](), list[str]()
    for name in library.workspace.projects():
        try:
            counts.update(_used(Project(library.workspace, name)))
        except InputError as error:
            notes.append(f"projects/{name} is not counted: {error.what}")
    return counts, notes


def _used(project: Project) -> set[str]:
    if (project.path / "manifest.json").exists():
        return _rendered(project)
    settings, selection = project.settings([], {}), Selection(project)
    piece = settings.piece()
    layers = [{**piece, **settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]
    return {pick.digest for pick in selection.find(slots(layers, piece)) if pick}


def _rendered(project: Project) -> set[str]:
    """Return the clips and sounds of the last manifest, without parsing its knobs.

    The knobs may belong to the project's own scripts.
    """
    label = f"projects/{project.name}/manifest.json"
    manifest = read_json(project.path / "manifest.json", label=label)
    try:
        recipe = manifest["recipe"]
        layers = {str(layer["clip"]) for layer in recipe["layers"]}
        return layers | {str(bed["sound"]) for bed in recipe.get("beds", [])}
    except (KeyError, TypeError, AttributeError):
        raise InputError(
            f"{label} is not a manifest that collide can read",
            why="part of its recipe is missing or malformed",
            fix=f"doit render project={project.name}",
        ) from None


@dataclass(frozen=True)
class Wanted:
    """The criteria of a search; None matches everything."""

    words: tuple[str, ...] = ()
    least: int = 0  # the minimum length of the shorter side, in pixels
    audio: bool | None = None
    shortest: float = 0.0
    longest: float | None = None
    license: str | None = None  # part of a license; "none": clips that have no license
    used: int | None = None  # the minimum number of projects; 0: unused clips
    dup: bool | None = None  # True: clips with lookalikes or copies; False: the best of each group
    motion: str | None = None  # still, moving, busy; any
    light: str | None = None  # dark, medium, bright; any
    uncut: float | None = None  # the minimum length of the longest shot, in seconds

    @property
    def seen(self) -> bool:
        """Return whether a criterion needs an analysis of the clip."""
        return (self.motion, self.light, self.uncut) != (None, None, None)

    @property
    def unseen(self) -> "Wanted":
        """Return this search without `dup` and the criteria that need an analysis."""
        return replace(self, dup=None, motion=None, light=None, uncut=None)

    def fits(self, row: Row) -> bool:
        """Return whether a clip matches all criteria except `dup`."""
        longest = float("inf") if self.longest is None else self.longest
        named = "" if self.license is None else self.license.lower()
        return all(
            [
                self._names(row),
                row.short >= self.least,
                self.audio in (None, row.clip.audio is not None),
                row.clip.still or self.shortest <= row.clip.seconds <= longest,
                not row.license if self.license == "none" else named in row.license.lower(),
                self.used is None or (row.used >= self.used if self.used else not row.used),
                not self.seen or (row.temper is not None and self._suits(row.temper)),
            ]
        )

    def _names(self, row: Row) -> bool:
        """Return whether a clip matches all words or is among several named files."""
        files = all(kind(word) == CLIP for word in self.words)
        if files and any(matching(word, [row.name, *row.copies]) for word in self.words):
            return True
        several = files and len(self.words) > 1
        return not several and all(composed(word).lower() in row.words() for word in self.words)

    def _suits(self, temper: Temper) -> bool:
        return (
            self.motion in (None, "any", temper.motion_word)
            and self.light in (None, "any", temper.light_word)
            and temper.longest >= (self.uncut or 0.0)
        )


def chosen(rows: Iterable[Row], wanted: Wanted) -> list[Row]:
    """Return the clips that match, in the given order."""
    fit = [row for row in rows if wanted.fits(row)]
    if wanted.dup is None:
        return fit
    if wanted.dup:
        return [row for row in fit if row.like or row.copies]
    best: dict[str, Row] = {}
    for row in fit:
        head = row.like or row.digest
        best[head] = min(best.get(head, row), row, key=lambda one: one.rank)
    return [row for row in fit if best[row.like or row.digest] is row]


def _worth(row: Row) -> tuple[Any, ...]:
    """Return the quality of a clip, for ranking."""
    return row.short, row.clip.audio is not None, row.clip.fps


def _fetched(row: Row) -> int:
    """Return the time of download as YYYYMMDDhhmmss, or 0 for a clip that was not downloaded."""
    digits = re.sub("[^0-9]", "", row.origin.get("time", ""))
    return int(f"{digits:0<14}"[:14])


SORTS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name.lower(),
    "long": lambda row: -row.clip.seconds,
    "large": lambda row: -row.short,
    "used": lambda row: -row.used,
    "new": lambda row: -_fetched(row),
}
