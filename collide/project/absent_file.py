"""Errors for a missing or unusable clip or sound, with the command that was probably intended.

The missing file may have a new name, be of the other kind, or be outside the library's folders.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from collide.base.errors import InputError, barred
from collide.base.file_kinds import MATERIAL
from collide.base.misplaced import extracting, misplaced, putting
from collide.catalog import Knob
from collide.library.beside import IN_PROJECT
from collide.library.file_names import matching, shortest
from collide.library.folders import (
    CLIP,
    HOMES,
    SOUND,
    WORDS,
    Candidate,
    files,
    input_of,
    kind,
)
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder
from collide.project.named_file import missing_file
from collide.project.plain_values import NO, is_random
from collide.project.project import Project
from collide.project.selection import BED, LAYER, Selection
from collide.project.settings import PINNED, bare

MOST_BEDS = 3
FOLDERS = ("library", *HOMES.values())  # where a misplaced file may be


def files_of(project: Project, library: Library) -> dict[str, Candidate]:
    """Map the names of a project's possible clips and sounds to the files, without opening one."""
    own, others = input_of(project.workspace, project.name), ("projects/",)
    every = files(project.workspace, library.roots())
    mine = (one for one in every if one.name.startswith(own) or not one.name.startswith(others))
    return {one.name: one for one in mine}


def refuse_absent(name: str, text: str, knob: Knob, selection: Selection, library: Library) -> None:
    """Raise InputError for a file that the project cannot find or cannot use.

    A file that the project already uses under this name is accepted, because its disk may be
    unplugged.
    """
    what = CLIP if knob.name == "clip" else SOUND
    of = LAYER if what == CLIP else BED
    if any(draw["clip"] == text and of in draw for draw in selection.draws):
        return
    request = _FileRequest(name, text, what, selection.project, library)
    if request.named:
        request.refuse_unusable()
    else:
        request.refuse_missing()


@dataclass(frozen=True)
class _FileRequest:
    """A file that a knob names: the knob, the name, the kind, and where to look for the file."""

    name: str
    text: str
    what: str
    project: Project
    library: Library

    @cached_property
    def accepted(self) -> dict[str, dict[str, Any]]:
        """Return the files of this kind that the last scan accepted."""
        return self.library.names(self.project.name, self.what)

    @cached_property
    def every(self) -> dict[str, Candidate]:
        """Return the files of both kinds that are in the folders now."""
        return files_of(self.project, self.library)

    @cached_property
    def there(self) -> dict[str, Candidate]:
        """Return the files of this kind that are in the folders now."""
        return {name: file for name, file in self.every.items() if kind(name) == self.what}

    @cached_property
    def usable(self) -> dict[str, dict[str, Any]]:
        """Return the usable files of this kind, including files that no scan has seen yet."""
        lost = {name for name, file in self.there.items() if self._trouble(file)}
        return {name: {} for name in {**self.accepted, **self.there} if name not in lost}

    @cached_property
    def named(self) -> list[str]:
        """Return the files of this kind that match the name."""
        return matching(self.text, self.accepted) or matching(self.text, self.there)

    def refuse_unusable(self) -> None:
        """Raise InputError if all files that match the name exist but are unusable."""
        here = [self.there[one] for one in self.named if one in self.there]
        troubles = {file.name: self._trouble(file) for file in here}
        if len(here) < len(self.named) or not all(troubles.values()):
            return
        if shut := barred(Path(here[0].path)):
            raise InputError(shut.what, why=shut.why, fix=shut.fix, turns=[{}])
        raise missing_file(self.text, self.name, WORDS[self.what], self.usable, troubles)

    def _trouble(self, file: Candidate) -> str:
        """Return why a file is unusable (now or in the last scan), or "" if it may be usable."""
        path = Path(file.path)
        if file.trouble or barred(path):
            return file.trouble or "it cannot be read"
        clip = self.library.contents["clips"].get(file.name, {})
        stands = "left_out" in clip and self.library.content(path) == clip.get("digest")
        return str(clip["left_out"]) if stands else ""

    def refuse_missing(self) -> None:
        """Raise InputError for a name that no file of this kind has."""
        if new := self.library.now_called(self.text, self.accepted):
            short = shortest(new, self.accepted)
            raise InputError(
                f"{self.text!r} is now called {short!r}",
                why="a scan found its content under the new name",
                fix="use the new name:",
                meant=(self.text, short),
            )
        inside, root = matching(self.text, self.every), self.project.workspace.root
        own = [f"projects/{self.project.name}/{folder}" for folder in ("", *IN_PROJECT)]
        folders = (*FOLDERS, ".", *own)
        file = root / inside[0] if inside else misplaced(self.text, root, folders, MATERIAL)
        if file:
            of = kind(file.name)
            put = "" if inside else putting(file, root, HOMES[of])
            raise self._in_place(file.name, put) if of == self.what else self._other(file, put)
        if not self.accepted and (renamed := renamed_folder(self.library)):
            raise renamed.error
        if self.what == CLIP and is_random(self.text):
            raise InputError(
                f"no clip named {self.text!r}",
                why="the dice choose among the clips for clip=any",
                fix="let them choose:",
                turns=[{self.name: "any"}],
                replaces=self.name,
            )
        if self.text.strip().lower() in NO and (turn := self._without()):
            raise InputError(
                f"no {WORDS[self.what]} named {self.text!r}",
                why="each layer plays a clip, and each bed plays a sound",
                fix=f"without this {LAYER if self.what == CLIP else BED}:",
                turns=[turn],
                replaces=self.name,
            )
        raise self._absent()

    def _absent(self) -> InputError:
        """Return the error for an unknown name.

        If no file of this kind is usable, suggest a command that copies the named file into the
        library.
        """
        error = missing_file(self.text, self.name, WORDS[self.what], self.usable, {})
        if self.usable or kind(self.text) != self.what:
            return error
        turn = {self.name: Path(self.text).name}
        if self.what == SOUND:
            turn = self._as_bed(Path(self.text).name)
        put = putting(Path(self.text), self.project.workspace.root, HOMES[self.what])
        return InputError(error.what, why=error.why, fix=put, turns=[turn], replaces=self.name)

    def _without(self) -> dict[str, str]:
        """Return the knobs that hide a layer or leave out a bed and the beds after it.

        Return {} for the base, and for a clip that is set for all layers.
        """
        if self.what == SOUND:
            return {"audio_beds": str(int(self.name[-1]) - 1)}
        pin = PINNED.fullmatch(self.name)
        return {f"layer{pin[1]}.opacity": "0"} if pin and pin[1] != "1" else {}

    def _in_place(self, name: str, put: str) -> InputError:
        """Return the error for a file outside the library, which the command `put` adds to it."""
        takes = "takes the name of a file in the library or in the project's input/"
        return InputError(
            f"{self.text!r} is not in the library",
            why=f"{bare(self.name)}=… {takes}",
            fix=put,
            turns=[{self.name: name}],
        )

    def _other(self, file: Path, put: str) -> InputError:
        """Return the error for a sound where a clip belongs, or a clip where a sound belongs."""
        if self.what == SOUND:
            return InputError(
                f"{self.text!r} is a clip, and {self.name} takes a sound",
                why="the sound of a clip is heard with its layer; a bed needs a sound file",
                fix=extracting(file, self.project.workspace.root, HOMES[SOUND]),
                turns=[self._as_bed(f"{file.stem}.wav", int(self.name[-1]))],
            )
        return InputError(
            f"{self.text!r} is a sound, and {self.name} takes a clip",
            why="a sound plays as a bed of the piece",
            fix=put or "play it as a bed:",
            turns=[self._as_bed(file.name)],
            replaces=self.name,
        )

    def _as_bed(self, sound: str, at: int = 0) -> dict[str, str]:
        """Return the knobs that play a sound as bed `at`; for 0, add a bed if possible."""
        beds = self.project.config().get("audio_beds", 0)
        beds = beds if isinstance(beds, int) else 0
        sounds = {sound, *(Path(one).name for one in self.every if kind(one) == SOUND)}
        number = at or min(beds + 1, MOST_BEDS, len(sounds))
        return {"audio_beds": str(max(number, beds)), f"bed{number}": sound}
