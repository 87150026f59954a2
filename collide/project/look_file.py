"""One look: its recipe, and what is told beside it, read strictly from a file of anybody's."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.catalog import Catalog
from collide.instrument import STORAGE
from collide.library.library import Library
from collide.project import knob_files
from collide.project.project import KnobSource
from collide.project.recipe import Recipe, is_digest, read_recipe
from collide.project.selection import LAYER, Slot
from collide.project.settings import LOOK, Settings


@dataclass(frozen=True)
class Task:
    """What a manifest says of a task: its key, what it made, by role, and what it found."""

    key: str
    objects: Mapping[str, str]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """One look, read."""

    recipe: Recipe
    label: str  # what it was read from
    names: Mapping[str, str] = field(default_factory=dict)  # digest -> what the file was called
    video: str = ""  # digest of what came out; "" where nobody wrote it down
    when: float = 0.0  # it was rendered last, in seconds since 1970
    tasks: Mapping[str, Task] = field(default_factory=dict)  # of a manifest
    storage: str = ""  # how its layers were kept; "" where nobody wrote it down
    sha256: str = ""  # of the video, in a file that was given away
    still: str = ""  # digest of a frame of it, a PNG, where a sweep or a roll showed one

    @property
    def name(self) -> str:
        """Return its short name."""
        return self.recipe.look

    def called(self, digest: str) -> str:
        """Return what a file of it was called, or how else a person may tell it."""
        return self.names.get(digest) or f"the file {digest[:8]}"

    def knob_source(self, library: Library, typed: Container[str] = ()) -> KnobSource:
        """Return its knobs as one of the places that say some.

        Args:
            library: in whose folders the files are that knobs name.
            typed: knobs that were said beside it: their files are not looked for.

        Raises:
            InputError: a file that a knob names is not here.
        """
        catalog = self.recipe.catalog
        files = {
            knob: knob_files.called(knob, digest, library, self.names.get(digest, ""), catalog)
            for knob, digest in self.recipe.files.items()
            if knob not in typed
        }
        return f"{LOOK}{self.name}", self.label, {**self.recipe.knobs, **files}


def read_look(
    data: Mapping[str, Any], label: str, when: float = 0.0, catalog: Catalog | None = None
) -> Look:
    """Return the look in plain data: of a look's file, a manifest, or a bare recipe.

    Args:
        catalog: whose knobs; the shipped ones where no project is meant.

    Raises:
        InputError: it is none, or says what no knob can be.
    """
    recipe = read_recipe(data, label, catalog)
    names, video = _texts(data.get("names")), data.get("video")
    tasks, storage = dict(_tasks(data.get("tasks"))), data.get("storage")
    still = data.get("still")
    return Look(
        recipe,
        label,
        names,
        str(video) if is_digest(video) else "",
        when,
        tasks,
        storage if isinstance(storage, str) and storage in STORAGE else "",
        str(data.get("sha256", "")),
        str(still) if is_digest(still) else "",
    )


def _texts(value: Any) -> dict[str, str]:
    """Return the texts in an object of JSON; what is none, and is only told, may be left out."""
    items = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in items if isinstance(text, str)}


def _tasks(value: Any) -> Iterator[tuple[str, Task]]:
    for task, made in value.items() if isinstance(value, dict) else ():
        if isinstance(made, dict) and isinstance(made.get("key"), str):
            facts = made.get("facts")
            told = facts if isinstance(facts, dict) else {}
            yield task, Task(made["key"], _texts(made.get("objects")), told)


def draws(
    look: Look, settings: Settings, library: Library, typed: Settings
) -> list[dict[str, Any]]:
    """Return what a selection has to hold to give each layer, and each bed, its part of the look.

    Args:
        settings: with the look in them, and nothing that was typed beside it: a layer that is asked
            for another clip, or seed, is drawn as ever.
        library: which knows what the files are called now.
        typed: with that too. How large and long a clip must be is asked of new ones only.
    """
    fits = {name: typed.of(name).value for name in ("min_resolution", "min_seconds")}
    piece, made = {**settings.piece(), **fits}, []
    for of, number, part in look.recipe.parts:
        slot = Slot(of, number, {**piece, **settings.layer(number)} if of == LAYER else piece)
        name = library.called(part.digest) or look.called(part.digest)
        made.append(slot.draw(part.digest, name, {str(slot.begins): part.start}))
    return made
