"""The current state of a piece: its settings (with the command's valid settings) and its clips."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from collide.base.errors import InputError
from collide.base.workspace import LABEL, Workspace
from collide.instrument import Clip
from collide.library.library import Library
from collide.project.project import Project
from collide.project.selection import LAYER, Pick, Selection, Slot, slots
from collide.project.settings import PINNED, Settings, Window, bare, current, takes
from collide.project.thresholds import free_thresholds, recall
from collide.store.digests import MEMO, Memo
from collide.text_limits import wide_and_high


@dataclass(frozen=True)
class Standing:
    """The current state of a piece, read without choosing, solving or writing anything."""

    project: Project
    settings: Settings
    picks: Mapping[int, Pick] = field(default_factory=dict)  # the clips chosen so far, by layer

    @property
    def size(self) -> tuple[int, int]:
        """Return the width and the height of the piece."""
        return wide_and_high(self.settings.piece()["output_size"])

    def layers(self, name: str) -> list[int]:
        """Return the layers that a knob applies to, or [] for a knob of the whole piece."""
        if pin := PINNED.fullmatch(name):
            return [int(pin[1])]
        first = self.settings.catalog.knobs[name].first
        return [*range(first, self.settings.piece()["num_videos"] + 1)] if first else []

    def value(self, name: str) -> Any:
        """Return a knob's current value on its first layer: set, solved or drawn."""
        single, layers = bare(name), self.layers(name)
        return self.settings.layer(layers[0])[single] if layers else self.settings.piece()[single]

    def is_set(self, name: str) -> bool:
        """Return whether a knob is set to a single value on its first layer."""
        setting = self.settings.of(bare(name), next(iter(self.layers(name)), None))
        return setting.origin != "default" and not isinstance(setting.value, Window)

    def clip_name(self, layer: int) -> str:
        """Return the name of a layer's clip, as set or chosen, or "" if there is no clip yet."""
        name, pick = str(self.settings.of("clip", layer).value), self.picks.get(layer)
        return name if name != "any" else pick.short if pick else ""

    def clip(self, layer: int) -> tuple[Clip | None, float]:
        """Return the facts of a layer's clip (or None) and the latest start in seconds."""
        if not (pick := self.picks.get(layer)):
            return None, 0.0
        library, piece = library_of(self.project.workspace), self.settings.piece()
        slot = Slot(LAYER, layer, {**piece, **self.settings.layer(layer)})
        return library.facts(pick.digest), slot.room(library, pick.digest, piece["duration"])


def project_of(workspace: Workspace, typed: Mapping[str, str], otherwise: str = "_") -> Project:
    """Return the project of a command, whether or not it exists.

    If the name is invalid, such as ../x, return the project _, because a path must not contain an
    invalid name.

    Args:
        otherwise: the project's name if the command names none.
    """
    name = typed.get("project") or otherwise
    return Project(workspace, name if LABEL.fullmatch(name) else "_")


def library_of(workspace: Workspace) -> Library:
    """Return the library as the last scan recorded it, without scanning or writing."""
    return Library(workspace, Memo(workspace.cache / MEMO).hold())


def standing(project: Project, typed: Mapping[str, str]) -> Standing:
    """Return the current state of a piece, with the command's valid knobs.

    If the piece cannot be read, return the state of a new piece.
    """
    own = {name: text for name, text in typed.items() if _is_valid(name, text, project)}
    named = [name for name in typed.get("preset", "").split(",") if name]
    for presets, knobs in ((named, own), ([], own), ([], {})):
        with suppress(InputError):
            return _with_clips(project, project.settings(presets, knobs))
    return Standing(project, Settings(catalog=project.catalog))


def _is_valid(name: str, text: str, project: Project) -> bool:
    known = current(name) in project.catalog.knobs
    return known and text != "" and takes(name, text, project.catalog)


def _with_clips(project: Project, settings: Settings) -> Standing:
    """Return the piece with the chosen clips, and the thresholds that were solved for them."""
    if not project.exists():
        return Standing(project, settings)
    piece, selection = settings.piece(), Selection(project)
    layers = [{**piece, **settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]
    found = [pick for pick in selection.find(slots(layers, piece), begun=False) if pick]
    picks = [pick for pick in found if pick.of == LAYER]
    recall(settings, selection, free_thresholds(settings, picks))
    return Standing(project, settings, {pick.layer: pick for pick in picks})
