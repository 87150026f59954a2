"""Checks that knobs fit a project: files exist, sounds suffice, times are within the piece.

Clips and sounds are looked up by name, and not opened. One that exists may still be unusable; the
render reports that.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import joined
from collide.catalog import Knob
from collide.library.file_names import matching
from collide.library.folders import CLIP, SOUND, files, input_of, kind
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder
from collide.project.knob_files import lent_file
from collide.project.named_file import missing_file
from collide.project.project import Project
from collide.project.selection import Selection
from collide.project.settings import PINNED, Settings, bare
from collide.project.shortage import too_few_sounds
from collide.text_limits import File, MaterialName


def refuse_missing_files(
    typed: Mapping[str, str], project: Project, library: Library, selection: Selection
) -> None:
    """Raise InputError if a typed knob names a missing file, or needs more sounds than exist."""
    catalog = project.catalog.knobs
    for name, text in sorted(typed.items(), key=lambda one: one[0] == "audio_beds"):
        knob = catalog.get(bare(name))
        if knob is None or text in ("", "any", "none"):
            continue
        if isinstance(knob.limit, File):
            lent_file(knob.name, text, knob.limit, library)
        elif isinstance(knob.limit, MaterialName):
            try:
                _refuse_missing(name, text, knob, selection, library)
            except InputError as error:
                raise _outside(name, text, knob) or error from None
        elif knob.name == "audio_beds" and text.isdigit():
            there = _there(project, library)
            sounds = sum(kind(one) == SOUND or "library/audio/" in one for one in there)
            if int(text) > sounds and not any("bed" in draw for draw in selection.draws):
                raise too_few_sounds(sounds, int(text), "")


def refuse_missing_kept(
    settings: Settings, project: Project, library: Library, selection: Selection
) -> None:
    """Raise InputError if config.json names missing files; its fix replaces all of them at once."""
    if not _there(project, library):  # no clips at all: their disk may be unplugged
        return
    first, wrong, folders = None, dict[str, str](), list[str]()
    ways = list[Mapping[str, str]]()
    for name, one in settings.explicit.items():
        knob = settings.catalog.knobs[bare(name)]
        if one.origin != "config.json" or not isinstance(knob.limit, MaterialName):
            continue
        if one.value in ("any", "none") or _is_beyond(name, settings):
            continue
        try:
            _refuse_missing(name, str(one.value), knob, selection, library)
        except InputError as error:
            first, ways = first or error, ways or [*error.turns]
            wrong[name] = error.meant[1] if error.meant else "any"
            folders.append(_elsewhere(str(one.value), library))
    if first:
        raise InputError(
            f"projects/{project.name}/config.json: {first.what}",
            why=first.why,
            fix="\n".join(
                [*_set_lines(project, wrong, ways), *dict.fromkeys(filter(None, folders))]
            ),
        )


def _set_lines(
    project: Project, wrong: Mapping[str, str], ways: Iterable[Mapping[str, str]]
) -> Iterator[str]:
    """Yield a line that replaces all wrong names, for each alternative in `ways`."""
    for way in [*ways] or [{}]:
        turned = {**wrong, **way}
        words = [f"{name}={near}" for name, near in turned.items()]
        line = shlex.join(["doit", "set", f"project={project.name}", *words])
        lost = [name for name, near in turned.items() if near == "any"]
        yield f"let the dice choose {joined(lost)}: {line}" if lost else line


def _is_beyond(name: str, settings: Settings) -> bool:
    """Return whether a knob is pinned to a layer that the piece does not have."""
    pin = PINNED.fullmatch(name)
    return pin is not None and int(pin[1]) > settings.piece()["num_videos"]


def _elsewhere(text: str, library: Library) -> str:
    """Return the line that adds the folder of a path outside the workspace; "" for other text."""
    folder = Path(text).expanduser().parent
    root = library.workspace.root.resolve()
    if "/" not in text or not folder.is_absolute() or not folder.is_dir():
        return ""
    if folder.resolve().is_relative_to(root):
        return ""
    return f"add the folder to the library: {shlex.join(['doit', 'scan', f'path={folder}'])}"


def _refuse_missing(
    name: str, text: str, knob: Knob, selection: Selection, library: Library
) -> None:
    """Raise InputError for a missing file, unless it was drawn: its disk may be unplugged."""
    project, what = selection.project, CLIP if knob.name == "clip" else SOUND
    if any(draw["clip"] == text for draw in selection.draws):
        return
    known = library.names(project.name, what)
    there = _there(project, library)
    if not matching(text, known) and not matching(text, there):
        if not known and (renamed := renamed_folder(library)):
            raise renamed.error
        every = known or {one: {} for one in there if kind(one) == what}
        raise missing_file(text, name, "clip" if what == CLIP else "sound", every, {})


def _outside(name: str, text: str, knob: Knob) -> InputError | None:
    """Return the error for the path of a file to copy into the library; None for anything else."""
    path, clip = Path(text).expanduser(), knob.name == "clip"
    if "/" not in text or not path.is_file() or kind(path.name) != (CLIP if clip else SOUND):
        return None
    shelf = "library/video" if clip else "library/audio"
    return InputError(
        f"{text!r} is not in the library",
        why=f"{knob.name}=… takes the name of a file in {shelf} or in the project's input/",
        fix=f"{shlex.join(['cp', str(path)])} {shelf}/ &&",
        turns=[{name: path.name}],
    )


def _there(project: Project, library: Library) -> dict[str, None]:
    """Return the names of all files that a project may choose from, without opening them."""
    own, others = input_of(project.workspace, project.name), ("projects/",)
    every = (one.name for one in files(project.workspace, library.roots()))
    return {name: None for name in every if name.startswith(own) or not name.startswith(others)}


def out_of_time(settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield notes about typed times that exceed the length of the piece."""
    piece = settings.piece()
    seconds, fades = piece["duration"], piece["fade_in"] + piece["fade_out"]
    if fades > seconds and {"fade_in", "fade_out"} & typed.keys():
        yield f"fade_in and fade_out take {fades:g} s, but the piece is {seconds:g} s long"
    for name in (name for name in typed if bare(name) == "freeze"):
        layer = name.partition(".")[0].removeprefix("layer") if "." in name else "1"
        if int(layer) <= piece["num_videos"] and settings.layer(int(layer))["freeze"] > seconds:
            yield f"{name}={typed[name]} is after the end of the piece, which is {seconds:g} s long"
