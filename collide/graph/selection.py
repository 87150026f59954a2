"""Which clip each layer shows, and from where on: chosen once, then remembered.

projects/x/selection.json keeps every draw with what it was drawn from. The same question
gets the same answer for ever, whatever the library has become; so going back to an earlier
seed, take or number of layers goes back to its clips.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collide.build.library import Library
from collide.catalog import instrument
from collide.errors import InputError, did_you_mean
from collide.files import write_whole
from collide.graph.project import Project
from collide.step import STORAGE
from collide.strict import read_json

ASKED = ("seed", "min_resolution", "min_seconds", "clip", "take")


@dataclass(frozen=True)
class Pick:
    """The clip of one layer, or the sound of a bed: its content, its last name, where it starts."""

    layer: int  # or the number of the bed
    digest: str
    name: str
    start: float
    of: str = "layer"

    @property
    def file(self) -> str:
        """Return what its file is called."""
        return "clip" if self.of == "layer" else "sound"

    def __str__(self) -> str:
        """Say what it is of: layer 2, bed 1."""
        return f"{self.of} {self.layer}"


class Selection:
    """The draws of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.path = project.path / "selection.json"
        self.draws: list[dict[str, Any]] = []
        self.given: list[dict[str, Any]] = []  # of a look that was typed: they count, unsaved
        self.storage: str | None = None
        if self.path.exists():
            self._read(f"projects/{project.name}/selection.json")

    def _read(self, shown: str) -> None:
        known = read_json(self.path, shown=shown)
        draws, storage = known.get("draws", []), known.get("storage")
        whole = isinstance(draws, list) and all(map(_is_draw, draws))
        if not whole or storage not in (None, *STORAGE):
            raise InputError(
                f"{shown} is not a selection that collide reads",
                why="a draw in it lacks its layer, clip or start, or its storage is unknown",
                fix=f"let the clips be chosen anew: mv {shown} {shown}.old",
            )
        self.draws, self.storage = draws, storage

    @property
    def every(self) -> list[dict[str, Any]]:
        """Return all draws, those that count first."""
        return [*self.given, *self.draws]

    def find(self, layers: Sequence[Mapping[str, Any]]) -> list[Pick | None]:
        """Return what was chosen for each layer, None where a draw is still to be made.

        Args:
            layers: knobs of each layer, the base first, with the piece's seed and filters.
        """
        picks: list[Pick | None] = []
        for number, knobs in enumerate(layers, start=1):
            draw = self._draw(number, knobs)
            at = _place(knobs)
            known = draw is not None and at in draw["starts"]
            picks.append(
                Pick(number, draw["digest"], draw["name"], draw["starts"][at])
                if draw and known
                else None
            )
        return picks

    def choose(self, layers: Sequence[Mapping[str, Any]], library: Library, seconds: float) -> None:
        """Make the draws that are missing. `library` has been scanned.

        Args:
            seconds: length of the piece; a start leaves room for it where the clip is long enough.

        Raises:
            InputError: there are fewer usable clips than layers, or no clip of the name asked for.
        """
        if not library.usable(self.project.name):
            raise self._empty(library)
        for number, knobs in enumerate(layers, start=1):
            draw = self._draw(number, knobs)
            if draw is None:
                others = [self._draw(n, k) for n, k in enumerate(layers, start=1) if n != number]
                taken = [other["digest"] for other in others if other]
                draw = self._new_draw(number, knobs, library, taken, len(layers))
            if _place(knobs) not in draw["starts"]:
                facts = library.facts(draw["digest"])
                shown = instrument("blend/pace").shown(knobs, seconds)
                room = max(0.0, facts.seconds - shown) if facts else 0.0
                draw["starts"][_place(knobs)] = round(knobs["start"] * room, 3)

    def _new_draw(
        self,
        number: int,
        knobs: Mapping[str, Any],
        library: Library,
        taken: list[str],
        layers: int,
    ) -> dict[str, Any]:
        clips = library.usable(self.project.name)
        if knobs["clip"] != "any":
            choice = self._named(knobs["clip"], clips, library)
        else:
            fit = [c for c in clips if _fits(c["facts"], knobs)]
            choice = instrument("source/select").analyze(
                knobs, layer=number, clips=fit, taken=taken
            )
            if choice is None:
                more = _left_out(library)
                raise _too_few(len(fit), len(clips), layers, knobs=knobs, more=more)
        asked = {name: knobs[name] for name in ASKED}
        draw = {
            "layer": number,
            **asked,
            "digest": choice["digest"],
            "name": choice["name"],
            "starts": {},
        }
        self.draws.append(draw)
        return draw

    def _named(self, name: str, clips: list[dict[str, Any]], library: Library) -> dict[str, Any]:
        by_name: dict[str, dict[str, Any]] = {
            clip["name"].rpartition("/")[2]: clip for clip in reversed(clips)
        }
        for path, clip in library.known["clips"].items():
            if name not in by_name and "left_out" in clip and path.rpartition("/")[2] == name:
                raise InputError(
                    f"the clip {name!r} cannot be used",
                    why=f"{path}: {clip['left_out']}",
                    fix="mend it, or choose another; doit scan says which there are",
                )
        if name not in by_name:
            raise InputError(
                f"no clip named {name!r} among the {len(by_name)} that can be used",
                why="clip=… takes a file name in library/video or in the project's input/",
                fix=did_you_mean(name, by_name, otherwise="see which there are: doit scan"),
            )
        return by_name[name]

    def _empty(self, library: Library) -> InputError:
        where = f"library/video and projects/{self.project.name}/input"
        return InputError(
            "there are no clips",
            why=f"{where} hold no usable clip{_left_out(library)}",
            fix="copy some clips into library/video, or try the demo: doit render project=demo",
        )

    def follow(self, old: str, new: str, name: str) -> None:
        """Take a clip's new bytes, or its new name, for every draw of the old ones."""
        for draw in self.draws:
            if draw["digest"] == old:
                draw["digest"], draw["name"] = new, name

    def asked(self, draw: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the draw that was asked for with the same question as `draw`, None for none."""
        question = _question(draw)
        return next((known for known in self.draws if _question(known) == question), None)

    def save(self) -> None:
        """Write selection.json if it would change."""
        known = {"storage": self.storage, "draws": self.draws}
        data = (json.dumps(known, indent=1) + "\n").encode()
        if not self.path.exists() or self.path.read_bytes() != data:
            write_whole(self.path, data)

    def _draw(self, number: int, knobs: Mapping[str, Any]) -> dict[str, Any] | None:
        # a clip that was named is that clip, whatever the dice and the filters are
        asked = ASKED if knobs["clip"] == "any" else ("clip",)
        for draw in self.every:
            same = all(draw.get(name) == knobs[name] for name in asked)
            if draw.get("layer") == number and same:
                return draw
        return None


def _is_draw(said: Any) -> bool:
    """Return whether a draw is whole; its digest names files, so it must be plain."""
    if not isinstance(said, dict) or not isinstance(said.get("starts"), dict):
        return False
    texts = isinstance(said.get("name"), str) and isinstance(said.get("digest"), str)
    starts = all(type(start) in (int, float) and start >= 0 for start in said["starts"].values())
    number = type(said.get("layer", said.get("bed"))) is int
    return texts and starts and number and said["digest"].isalnum()


def _question(draw: Mapping[str, Any]) -> dict[str, Any]:
    answer = ("digest", "name", "starts")
    return {name: value for name, value in draw.items() if name not in answer}


def _place(knobs: Mapping[str, Any]) -> str:
    return str(float(knobs["start"]))


def _fits(facts: Mapping[str, Any], knobs: Mapping[str, Any]) -> bool:
    short = min(facts["width"], facts["height"])
    return bool(short >= knobs["min_resolution"] and facts["seconds"] >= knobs["min_seconds"])


def _left_out(library: Library) -> str:
    count = sum("left_out" in clip for clip in library.known["clips"].values())
    return f"; {count} could not be used (see: doit scan)" if count else ""


def _too_few(
    fit: int, clips: int, layers: int, *, knobs: Mapping[str, Any], more: str
) -> InputError:
    refused = clips - fit
    need = f"{layers} layers need {layers} clips" if layers > 1 else "1 layer needs 1 clip"
    why = f"{need}, and {fit} can be used"
    if refused:
        why += (
            f"; {refused} more are smaller than min_resolution={knobs['min_resolution']} "
            f"or shorter than min_seconds={knobs['min_seconds']:g}"
        )
    why += more
    ways = ["copy more clips into library/video"]
    ways += [f"say num_videos={fit}"] if fit else []
    ways += ["lower min_resolution and min_seconds"] if refused else []
    return InputError("fewer clips than layers", why=why, fix=", or ".join(ways))
