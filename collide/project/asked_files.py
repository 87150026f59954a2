"""Checks of a project's knobs: files exist, sounds suffice, times are within the piece.

They list folders, and open only color tables and files that the last scan rejected.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.frame_rate import exact
from collide.base.misplaced import is_command
from collide.base.words import joined
from collide.catalog import Catalog
from collide.library.folders import SOUND, kind
from collide.library.library import Library
from collide.project.absent_file import files_of, refuse_absent
from collide.project.knob_files import lent_file
from collide.project.project import Project
from collide.project.selection import Selection
from collide.project.settings import CONFIG, PINNED, Settings, bare
from collide.project.shortage import too_few_sounds
from collide.text_limits import File, MaterialName


def names_files(knobs: Iterable[str], catalog: Catalog) -> bool:
    """Return whether any of the knobs names or needs a file."""
    named_knobs = [catalog.knobs[bare(name)] for name in knobs if bare(name) in catalog.knobs]
    return any(
        isinstance(k.limit, File | MaterialName) or k.name == "audio_beds" for k in named_knobs
    )


def refuse_missing_files(
    typed: Mapping[str, str], project: Project, library: Library, selection: Selection
) -> None:
    """Raise InputError if the command names an unusable file or needs too many sounds."""
    catalog = project.catalog.knobs
    for name, text in sorted(typed.items(), key=lambda one: one[0] == "audio_beds"):
        knob = catalog.get(bare(name))
        if knob is None or text in ("", "any"):
            continue
        if isinstance(knob.limit, File) and text != "none":
            lent_file(knob.name, text, knob.limit, library)
        elif isinstance(knob.limit, MaterialName):
            refuse_absent(name, text, knob, selection, library)
        elif knob.name == "audio_beds" and text.isdigit():
            there = files_of(project, library)
            sounds = sum(kind(one) == SOUND or "library/audio/" in one for one in there)
            if int(text) > sounds and not any("bed" in draw for draw in selection.draws):
                raise too_few_sounds(sounds, int(text), "")


def refuse_missing_kept(
    settings: Settings, project: Project, library: Library, selection: Selection
) -> None:
    """Raise InputError if config.json names unusable files; suggest commands that replace them."""
    if not files_of(project, library):  # no files at all: their disk may be unplugged
        return
    first, wrong, folders, before = None, dict[str, str](), list[str](), list[str]()
    ways = list[Mapping[str, str]]()
    for name, one in settings.explicit.items():
        knob = settings.catalog.knobs[bare(name)]
        if one.origin != CONFIG or not isinstance(knob.limit, MaterialName):
            continue
        if one.value == "any" or _is_beyond(name, settings):
            continue
        try:
            refuse_absent(name, str(one.value), knob, selection, library)
        except InputError as error:
            first, ways = first or error, ways or [*error.turns]
            if is_command(error.fix):  # the command makes a file readable or moves it into place
                (before if any(error.turns) else folders).append(error.fix)
            wrong[name] = error.meant[1] if error.meant else "any"
            folders.append(_elsewhere(str(one.value), library))
    if first:
        raise InputError(
            f"projects/{project.name}/config.json: {first.what}",
            why=first.why,
            fix="\n".join(
                [*_set_lines(project, wrong, ways, before), *dict.fromkeys(filter(None, folders))]
            ),
        )


def _set_lines(
    project: Project,
    wrong: Mapping[str, str],
    ways: Iterable[Mapping[str, str]],
    before: Iterable[str],
) -> Iterator[str]:
    """For each possible correction, yield a command that replaces all wrong names.

    Each command begins with the commands in `before`, which make files readable or move them into
    place.
    """
    for way in [*ways] or [{}]:
        turned = {**wrong, **way}
        words = [f"{name}={near}" for name, near in turned.items()]
        turns = shlex.join(["doit", "set", f"project={project.name}", *words])
        line = " && ".join([*dict.fromkeys(before), turns])
        lost = [name for name, near in turned.items() if near == "any"]
        yield f"let the dice choose {joined(lost)}: {line}" if lost else line


def _is_beyond(name: str, settings: Settings) -> bool:
    """Return whether a knob is pinned to a layer that the piece does not have."""
    pin = PINNED.fullmatch(name)
    return pin is not None and int(pin[1]) > settings.piece()["num_videos"]


def _elsewhere(text: str, library: Library) -> str:
    """Return a command that adds the folder of a path outside the workspace, or ""."""
    folder = Path(text).expanduser().parent
    root = library.workspace.root.resolve()
    if "/" not in text or not folder.is_absolute() or not folder.is_dir():
        return ""
    if folder.resolve().is_relative_to(root):
        return ""
    return f"add the folder to the library: {shlex.join(['doit', 'scan', f'path={folder}'])}"


def out_of_time(settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield notes about the command's fades and freezes that do not fit into the piece."""
    piece = settings.piece()
    seconds, fades = piece["duration"], piece["fade_in"] + piece["fade_out"]
    if fades > seconds and {"fade_in", "fade_out"} & typed.keys():
        note = f"fade_in and fade_out take {fades:g} s, but the piece is {seconds:g} s long"
        rate = float(exact(piece["fps"]))
        in_frames = [n for n in ("fade_in", "fade_out") if typed.get(n, "").isdigit()]
        counted = [f"{n}={number(round(int(typed[n]) / rate, 3))}" for n in in_frames]
        yield f"{note}; in frames: {' '.join(counted)}" if counted else note
    for name in (name for name in typed if bare(name) == "freeze"):
        layer = name.partition(".")[0].removeprefix("layer") if "." in name else "1"
        if int(layer) <= piece["num_videos"] and settings.layer(int(layer))["freeze"] > seconds:
            yield f"{name}={typed[name]} is after the end: the piece is {seconds:g} s long"
